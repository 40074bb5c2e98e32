"""Photos written as CSV, JSON lines, JSON, or Parquet."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from phx_scraper.errors import UsageError
from phx_scraper.export.photo_rows import COLUMNS, entries, flat, rows
from phx_scraper.exporters import neutral
from phx_scraper.storage.catalogue.gallery import HomeGallery
from phx_scraper.storage.files.disk_errors import reported
from phx_scraper.views.documents import document

ROWS_AT_ONCE = 10_000

Homes = Iterable[HomeGallery]


def write_csv(path: Path, homes: Homes, formulas: bool) -> None:
    """A row a photo; cells that a spreadsheet would run get a leading `'` unless `formulas`. Raises StorageError."""
    with reported("write", path), path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for row in rows(homes):
            cells = flat(row).values()
            writer.writerow(cells if formulas else map(neutral, cells))


def write_json_lines(path: Path, homes: Homes, formulas: bool) -> None:
    """A JSON object a line, a line a photo."""
    with reported("write", path), path.open("w", encoding="utf-8", errors="replace") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows(homes))


def write_json(path: Path, homes: Homes, formulas: bool) -> None:
    """The manifest of these homes."""
    shown = ((gallery.home.address, entries(gallery)) for gallery in homes)
    with reported("write", path), path.open("wb") as file:
        file.writelines(document("properties", ((address, photos) for address, photos in shown if photos), None))


def write_parquet(path: Path, homes: Homes, formulas: bool) -> None:
    """Typed columns, zstd. Raises UsageError where pyarrow is not installed."""
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise UsageError('--format parquet needs pyarrow: pip install "phx-scraper[parquet]", or choose csv') from None
    kinds = {
        "text": pyarrow.string(),
        "texts": pyarrow.list_(pyarrow.string()),
        "whole": pyarrow.int64(),
        "number": pyarrow.float64(),
        "flag": pyarrow.bool_(),
        "time": pyarrow.timestamp("s", "UTC"),
        "date": pyarrow.date32(),
        "object": pyarrow.string(),
    }
    schema = pyarrow.schema([(name, kinds[kind]) for name, kind in COLUMNS.items()])
    with reported("write", path), parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        left = map(_typed, rows(homes))
        while part := list(islice(left, ROWS_AT_ONCE)):
            writer.write_table(pyarrow.Table.from_pylist(part, schema))


def _typed(row: dict[str, Any]) -> dict[str, Any]:
    return {name: _READ.get(kind, lambda value: value)(row[name]) for name, kind in COLUMNS.items()}


_READ: dict[str, Callable[[Any], Any]] = {
    "time": lambda value: value and datetime.fromisoformat(value),
    "date": lambda value: value and date.fromisoformat(value),
    "texts": lambda value: list(value or []),
    "object": lambda value: json.dumps(value or [], ensure_ascii=False),
}

WRITERS: dict[str, Callable[[Path, Homes, bool], None]] = {
    "csv": write_csv,
    "jsonl": write_json_lines,
    "json": write_json,
    "parquet": write_parquet,
}
"""Format -> function of (path, homes, whether cells may be formulas)."""

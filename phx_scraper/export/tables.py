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
from phx_scraper.export.photo_rows import COLUMNS, as_json, entries, flat, rows
from phx_scraper.exporters import neutral
from phx_scraper.storage.catalogue.gallery import HomeGallery
from phx_scraper.views.documents import document

ROWS_AT_ONCE = 10_000

Homes = Iterable[HomeGallery]


def write_csv(path: Path, homes: Homes, formulas: bool) -> None:
    """A row a photo; cells that a spreadsheet would run get a leading `'` unless `formulas`. Raises OSError."""
    with path.open("w", newline="", encoding="utf-8", errors="replace") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for row in rows(homes):
            cells = flat(row).values()
            writer.writerow(cells if formulas else map(neutral, cells))


def write_json_lines(path: Path, homes: Homes, formulas: bool) -> None:
    """A JSON object a line, a line a photo."""
    with path.open("w", encoding="utf-8", errors="replace") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows(homes))


def write_json(path: Path, homes: Homes, formulas: bool) -> None:
    """The manifest of these homes."""
    shown = ((gallery.home.address, entries(gallery)) for gallery in homes)
    with path.open("wb") as file:
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
        "objects": pyarrow.string(),
        "object": pyarrow.string(),
    }
    schema = pyarrow.schema([(name, kinds[kind]) for name, kind in COLUMNS.items()])
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        left = map(_typed, rows(homes))
        while part := list(islice(left, ROWS_AT_ONCE)):
            writer.write_table(pyarrow.Table.from_pylist(part, schema))


def _typed(row: dict[str, Any]) -> dict[str, Any]:
    return {name: _READ.get(kind, _same)(row[name]) for name, kind in COLUMNS.items()}


def _same(value: Any) -> Any:
    return value


def _text(value: str | None) -> str | None:
    """Halves of characters, which pages may hold, as `?`: Arrow takes none."""
    return None if value is None else value.encode("utf-8", "replace").decode()


def _date(value: str | None) -> date | None:
    """None also for a day that no calendar has."""
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        return None


_READ: dict[str, Callable[[Any], Any]] = {
    "text": _text,
    "time": lambda value: value and datetime.fromisoformat(value),
    "date": _date,
    "texts": lambda value: [_text(one) for one in value or []],
    "objects": lambda value: _text(as_json("objects", value)),
    "object": lambda value: _text(as_json("object", value)),
}

WRITERS: dict[str, Callable[[Path, Homes, bool], None]] = {
    "csv": write_csv,
    "jsonl": write_json_lines,
    "json": write_json,
    "parquet": write_parquet,
}
"""Format -> function of (path, homes, whether cells may be formulas)."""

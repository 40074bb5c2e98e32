"""CSV feeds of flat rows, one a photo, whose cells no spreadsheet runs as formulas."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, BinaryIO

from scrapy.crawler import Crawler
from scrapy.exporters import CsvItemExporter

from phx_scraper.extensions.feed_records import VisitRecord, flat_rows
from phx_scraper.options import read_options

# OWASP, "CSV Injection"; the last four are the wide forms of the first, which some spreadsheets take for them.
_FORMULA = re.compile("[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


class NeutralCsvItemExporter(CsvItemExporter):
    """Scrapy's, with a `'` before cells and column names that would be formulas, unless `PHX_CSV_FORMULAS` is set."""

    def __init__(self, file: BinaryIO, formulas: bool = False, **options: Any) -> None:
        if _holds_something(file):
            options["include_headers_line"] = False
        super().__init__(file, **options)  # type: ignore[arg-type]
        if not formulas:
            self.csv_writer = _NeutralWriter(self.csv_writer)  # type: ignore[assignment]

    @classmethod
    def from_crawler(cls, crawler: Crawler, file: BinaryIO, **options: Any) -> NeutralCsvItemExporter:
        """Read the setting. Raises UsageError where it is neither yes nor no."""
        return cls(file, formulas=read_options(crawler.settings).csv_formulas, **options)

    def export_item(self, item: Any) -> None:
        """Write one row; of a home at a source, one for each photo."""
        for row in flat_rows(item) if isinstance(item, VisitRecord) else (item,):
            super().export_item(row)


def _holds_something(file: BinaryIO) -> bool:
    """Whether the rows come behind others, which have a header already."""
    try:
        return file.tell() > 0
    except (OSError, AttributeError):  # a pipe, or a file that is being packed
        return False


class _NeutralWriter:
    def __init__(self, writer: Any) -> None:
        self._writer = writer

    def writerow(self, row: Iterable[Any]) -> None:
        self._writer.writerow([neutral(cell) for cell in row])


def neutral(cell: Any) -> Any:
    """The cell with a leading `'` where it begins as a formula does; numbers, also as text, stay as they are."""
    if cell is None or isinstance(cell, int | float):
        return cell
    text = str(cell)
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else cell

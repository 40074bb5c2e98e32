"""Exporters of feeds: CSV of flat rows whose cells no spreadsheet runs as formulas, XML that any parser reads."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, BinaryIO

from scrapy.crawler import Crawler
from scrapy.exporters import CsvItemExporter, XmlItemExporter

from phx_scraper.config.reading import config_of
from phx_scraper.views.feed_records import VisitRecord, flat_rows

# OWASP, "CSV Injection"; the last four are the wide forms of the first, which some spreadsheets take for them.
_FORMULA = re.compile("[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


# XML 1.0, section 2.2 (Char); names are held to plain ASCII ones.
_NOT_ALLOWED = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NO_NAME = re.compile(r"[^A-Za-z0-9_.-]+")


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
        return cls(file, formulas=config_of(crawler).csv_formulas, **options)

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


class SoundXmlItemExporter(XmlItemExporter):
    """Scrapy's; an empty element where there is no value, `Owner Name` as `Owner_Name`, control characters left out."""

    def _export_xml_field(self, name: str, serialized_value: Any, depth: int) -> None:
        value = "" if serialized_value is None else serialized_value
        if isinstance(value, str):
            value = _NOT_ALLOWED.sub("", value)
        super()._export_xml_field(element_name(name), value, depth)


def element_name(name: str) -> str:
    """A name that XML allows, as near as can be."""
    plain = _NO_NAME.sub("_", str(name)) or "_"
    return plain if plain[0].isalpha() or plain[0] == "_" else f"_{plain}"

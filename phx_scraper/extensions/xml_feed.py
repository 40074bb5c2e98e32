"""XML feeds that any parser reads: names of columns and texts of pages may hold what XML does not allow."""

from __future__ import annotations

import re
from typing import Any

from scrapy.exporters import XmlItemExporter

# XML 1.0, section 2.2 (Char); names are held to plain ASCII ones.
_NOT_ALLOWED = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NO_NAME = re.compile(r"[^A-Za-z0-9_.-]+")


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

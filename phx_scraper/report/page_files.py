"""Pages as files of the store."""

from __future__ import annotations

import re

from phx_scraper.report.report_files import ReportFiles

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")


def write_page(files: ReportFiles, place: str, text: str) -> list[str]:
    """Write a page unless the file holds that very text already; returns its place if it was written.

    Atomic: a reader finds the old page or the new one. What UTF-8 cannot hold, as halves of characters, is written as
    `?`, and control characters, which HTML forbids, as the sign for what cannot be shown. Raises StorageError.
    """
    page = _CONTROLS.sub("\ufffd", text).encode("utf-8", "replace")
    if files.exists(place) and files.read(place) == page:
        return []
    files.replace(place, (page,))
    return [place]

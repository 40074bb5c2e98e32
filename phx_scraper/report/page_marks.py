"""Which home pages are out of date: each ends with a mark of what it was made of.

The mark is in the page, so it goes with it when a store is copied, and is missed where the page is gone or was cut off
by a power failure. Nothing but the choice of what is written anew depends on it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence

from phx_scraper.errors import StorageError, UnsafePath
from phx_scraper.report.page import form
from phx_scraper.report.report_files import ReportFiles
from phx_scraper.storage.catalogue.report_queries import HomeState
from phx_scraper.storage.files import paths

_LONGEST_MARK = 64

Marks = Mapping[str, str]
"""property_hash -> the mark that its page has once it is up to date."""


def home_page(slug: str) -> str:
    """The place of a home's page."""
    return f"report/homes/{paths.safe_name(slug)}.html"


def marks_of(files: ReportFiles, homes: Sequence[HomeState]) -> Marks:
    """The marks of all homes, in the order of the index: a page leads to its neighbours, so they are a part of it."""
    report = f"{files.identity} {files.picture.form} {files.commands._replace(crawls=())}"
    slugs = ["", *(home.slug for home in homes), ""]
    return {
        home.property_hash: _digest(form(), report, str(home.revision), slugs[place], home.address, slugs[place + 2])
        for place, home in enumerate(homes)
    }


def outdated(
    files: ReportFiles, homes: Sequence[HomeState], marks: Marks, gone: Collection[str], *, look_again: bool
) -> list[str]:
    """The labels of the homes whose page is not there, or was made of something else, and of those in `gone`.

    `look_again`: or lacks a picture, whose file may have come back without a change of the catalogue.
    """
    return [
        home.property_hash
        for home in homes
        if home.property_hash in gone
        or not _end_of(files, home_page(home.slug)).endswith(_current(marks[home.property_hash], look_again))
    ]


def _current(mark: str, look_again: bool) -> tuple[str, ...]:
    whole = written_mark(mark, is_whole=True)
    return (whole,) if look_again else (whole, written_mark(mark, is_whole=False))


def written_mark(mark: str, *, is_whole: bool) -> str:
    """The mark as the page's last line; of a page that `is_whole` no picture is lacking."""
    return f"<!-- {mark} -->\n" if is_whole else f"<!-- {mark} lacking -->\n"


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _end_of(files: ReportFiles, path: str) -> str:
    try:
        return files.end_of(path, _LONGEST_MARK).decode("ascii", "replace")
    except UnsafePath:
        raise
    except StorageError:
        return ""

"""What the report as it lies there was made of: `report/report.json`, which also tells that a folder holds a report."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import secrets
from dataclasses import asdict, dataclass, field, replace

from phx_scraper.errors import StorageError
from phx_scraper.report.page import form
from phx_scraper.report.report_files import ReportFiles
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.file_stats import size_of

_OVERVIEW = re.compile(r"(?:index(?:-\d+)?|duplicates-\d+|review)\.html")
_WRITTEN_BY = "scrapy report"


@dataclass(frozen=True, slots=True)
class ReportState:
    """`identity` is in the marks of home pages: another one has all of them made anew.

    `changes` is how far the catalogue had been changed when the pages of all homes were written, `made_of` of what else
    they were made, and `pages` their sizes in bytes.
    """

    identity: str = ""
    changes: int = 0
    made_of: str = ""
    pages: dict[str, int] = field(default_factory=dict)

    def shows(self, files: ReportFiles, changes: int) -> bool:
        """Whether the pages of all homes are there, whole, and nothing changed since."""
        is_same = self.changes == changes and self.made_of == _made_of(files)
        return is_same and bool(self.pages) and self.pages == _sizes(files)


def is_report(files: ReportFiles) -> bool:
    """Whether a report was written there, or begun."""
    return read_state(files) is not None


def read_state(files: ReportFiles) -> ReportState | None:
    """What is noted of the report that is there, None for nothing that can be read."""
    with contextlib.suppress(StorageError, ValueError, TypeError, AttributeError, KeyError):
        told = json.loads(files.read(paths.REPORT_STATE))
        if told.pop("written_by") == _WRITTEN_BY:
            return _checked(ReportState(**told))
    return None


def begun(files: ReportFiles, changes: int) -> ReportState:
    """The state to go on from, noted before the first page, so that a killed report goes on where it was.

    A catalogue with fewer changes than the report shows is another one, made anew or brought back from a backup: its
    homes may have the same numbers for other contents.
    """
    known = read_state(files)
    if known is not None and known.changes <= changes:
        return known
    state = ReportState(identity=secrets.token_hex(8))
    _write(files, state)
    return state


def note(files: ReportFiles, state: ReportState, changes: int) -> None:
    """Note that the pages of all homes show the catalogue after so many changes."""
    shown = replace(state, changes=changes, made_of=_made_of(files), pages=_sizes(files))
    if shown != state:
        _write(files, shown)


def _checked(state: ReportState) -> ReportState:
    kinds = {"identity": str, "changes": int, "made_of": str, "pages": dict}
    if not all(isinstance(value, kinds[name]) for name, value in asdict(state).items()):
        raise TypeError("not as it was written")
    return state


def _write(files: ReportFiles, state: ReportState) -> None:
    text = json.dumps({"written_by": _WRITTEN_BY, **asdict(state)}, indent=1)
    files.replace(paths.REPORT_STATE, (text.encode(),))


def _made_of(files: ReportFiles) -> str:
    return hashlib.sha256(f"{form()} {files.picture.form} {files.commands}".encode()).hexdigest()


def _sizes(files: ReportFiles) -> dict[str, int]:
    names = (name for name in files.names("report") if _OVERVIEW.fullmatch(name))
    return {name: size_of(files.path(f"report/{name}")) or 0 for name in names}

"""The part of `scrapy plan` about a folder of saved pages: every page and file, and which home it is of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from phx_scraper.run.saved_visits import BETTER_SAVE, FileNote, SavedVisits, worth_telling
from phx_scraper.views.human_text import counted

SHOWN = 200
"""Lines of one kind that are printed; --json has all."""


def file_entries(saved: SavedVisits, has_homes: bool) -> list[dict[str, Any]]:
    """Every page and file; `aside` ones came along with others and nobody saved them on purpose."""
    notes = saved.notes()
    told = set(worth_telling(notes))
    return [{**_file(saved, note, has_homes), "aside": note not in told} for note in notes]


def file_lines(folder: str, files: Sequence[dict[str, Any]]) -> Iterator[str]:
    """The same for people."""
    pages = [file for file in files if file["kind"] == "home"]
    others = [file for file in files if file["kind"] != "home" and not file["aside"]]
    yield f"{folder}: {counted(len(pages), 'page')} of homes, {counted(len(others), 'file')} of no use."
    yield from shortened([_page_line(page) for page in pages])
    yield from shortened([f"  {_place(file)}: {file['reason']}" for file in others])
    if any(page["partial"] for page in pages):
        yield f"For all photos of a page that shows a part of them, {BETTER_SAVE}."


def shortened(lines: list[str]) -> list[str]:
    """The first lines, and how many more there are."""
    more = len(lines) - SHOWN
    return lines if more <= 0 else [*lines[:SHOWN], f"  … and {more} more; --json shows all"]


def _file(saved: SavedVisits, note: FileNote, has_homes: bool) -> dict[str, Any]:
    page = saved.page_of(note)
    if page is None:
        return {"file": note.file, "entry": note.entry, "kind": None, "reason": note.reason}
    is_used = has_homes and note.verdict == "used"
    return {
        "file": page.file,
        "entry": page.entry,
        "kind": page.kind,
        "saved_as": page.saved_as,
        "source": page.source,
        "address": page.address,
        "day": f"{page.moment:%Y-%m-%d}",
        "photos": page.photos,
        "claimed": page.claimed,
        "partial": page.partial,
        "home": note.address if is_used or note.verdict == "older" else None,
        "reason": "" if page.kind == "home" and not has_homes else note.reason,
    }


def _page_line(page: dict[str, Any]) -> str:
    shown = counted(page["photos"], "photo")
    claim = f" of {page['claimed']}" if page["claimed"] is not None and page["claimed"] > page["photos"] else ""
    part = " (a part)" if page["partial"] else ""
    why = f" ({page['reason']})" if page["reason"] else ""
    facts = f"{page['source']}, {page['saved_as']} of {page['day']}, {shown}{claim}{part}, {page['address']}"
    return f"  {_place(page)}: {facts}{why}"


def _place(file: dict[str, Any]) -> str:
    return f"{file['file']} entry {file['entry']}" if file["entry"] else str(file["file"])

"""The saved pages of a run: for which visit each is, which make a visit due, and what became of every file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC
from pathlib import Path
from typing import Any, NamedTuple

from phx_scraper.downloader.saved_pages import SavedFolder, SavedPage, read_folder
from phx_scraper.errors import PageError
from phx_scraper.homes import Home
from phx_scraper.model.visit import DueVisit
from phx_scraper.pages import read_saved
from phx_scraper.storage.catalogue.saved_days import ListingDay

USED, OLDER, OUTDATED, FAILED = "used", "older", "outdated", "failed"
UNFIT, BLOCK, SEARCH, ANSWER, OTHER, UNUSED = "unfit", "block", "search", "answer", "other", "unused"
OF_HOMES = frozenset({USED, OLDER, OUTDATED, FAILED, UNFIT})
BETTER_SAVE = 'save the page again as "Webpage, HTML only", or its network log as a HAR file, and run the same command'
"""What gives the whole gallery of a page that was saved without its scripts."""


class FileNote(NamedTuple):
    """What became of one saved page, or of a file that is none; `reason` is one sentence, empty for a page in use."""

    file: str
    entry: int
    verdict: str
    source: str
    address: str
    reason: str


class SavedVisits:
    """Filled by `give_out` and `compare` before the first visit; then read from any thread."""

    def __init__(self, folder: SavedFolder | None = None) -> None:
        self.folder = folder
        self._known = {(page.file, page.entry): page for page in folder.pages} if folder else {}
        self._pages: dict[DueVisit, tuple[SavedPage, ...]] = {}
        self._notes: dict[tuple[str, int], FileNote] = {}

    def give_out(self, homes: Sequence[Home], sources: Sequence[str]) -> None:
        """Give every saved page of an asked home at an asked source to its visit, and note what the others are."""
        if self.folder is None:
            return
        for home in homes:
            for source, pages in self.folder.of_home(home.address).items():
                if source in sources:
                    self._pages[DueVisit(home.property_hash, source)] = tuple(pages)
                    self._note_choice(pages, home.address)
        for page in self.folder.pages:
            if (page.file, page.entry) not in self._notes:
                self._note(page, UNFIT if page.kind == "home" else page.kind, "", page.problem or _why_unfit(page))
        for file in self.folder.unused:
            self._notes[file.file, file.entry] = FileNote(file.file, file.entry, UNUSED, "", "", file.reason)

    def compare(self, known: Mapping[DueVisit, ListingDay]) -> dict[DueVisit, float]:
        """The visits that are due for what was saved later than it is known, with the day of the save (since 1970).

        A page that is older than what is known of its home is left out, unless it is whole and that is a part.
        """
        news: dict[DueVisit, float] = {}
        for visit in list(self._pages):
            listing = known.get(visit)
            if listing is None:
                news[visit] = day_of(self._pages[visit][0])
                continue
            self._pages[visit] = self._not_outdated(visit, listing)
            if self._pages[visit] and _tells_more(self._pages[visit][0], listing):
                news[visit] = day_of(self._pages[visit][0])
        return news

    def pages(self, property_hash: str, source: str) -> tuple[SavedPage, ...]:
        """The saved pages of a visit, the one to use first."""
        return self._pages.get(DueVisit(property_hash, source), ())

    def embedded_picture(self, property_hash: str, source: str, key: str) -> bytes:
        """A picture that stands in a saved page of the visit itself; empty where none has it. Reads files."""
        for page in self.pages(property_hash, source) if self.folder is not None else ():
            try:
                answer = self.folder.open(page)
                listing = read_saved(page.source, answer.url, answer.body, answer.status)
            except PageError:
                continue
            for photo in listing.photos:
                if photo.key == key:
                    return photo.data
        return b""

    def failed(self, page: SavedPage, address: str, problem: str) -> None:
        """Note that a page was of no use to the visit that it was given to."""
        self._note(page, FAILED, address, problem)

    def page_of(self, note: FileNote) -> SavedPage | None:
        """The saved page that a note is about, None where it is about a file that is none."""
        return self._known.get((note.file, note.entry)) if note.verdict != UNUSED else None

    def notes(self) -> list[FileNote]:
        """What became of every page and file, by name."""
        return sorted(self._notes.values())

    def _note_choice(self, pages: Sequence[SavedPage], address: str) -> None:
        first, *others = pages
        self._note(first, USED, address, "")
        for page in others:
            why = (
                "shows a part only of what"
                if page.partial and not first.partial
                else "is an older save of the page that"
            )
            self._note(page, OLDER, address, f"{why} {first.file} shows")

    def _not_outdated(self, visit: DueVisit, known: ListingDay) -> tuple[SavedPage, ...]:
        current = [page for page in self._pages[visit] if not _is_outdated(page, known)]
        for page in self._pages[visit]:
            if page not in current:
                note = self._notes[page.file, page.entry]
                self._note(page, OUTDATED, note.address, "the home's listing is known as it was on a later day")
        if current:
            self._note(current[0], USED, self._notes[current[0].file, current[0].entry].address, "")
        return tuple(current)

    def _note(self, page: SavedPage, verdict: str, address: str, reason: str) -> None:
        self._notes[page.file, page.entry] = FileNote(
            page.file, page.entry, verdict, page.source, address or page.address, reason
        )


def read_saved_pages(folder: Path, homes: Sequence[Home], sources: Sequence[str]) -> SavedVisits:
    """The saved pages of a folder, given out to these homes. Raises UsageError where it cannot be read."""
    saved = SavedVisits(read_folder(folder))
    saved.give_out(homes, sources)
    return saved


def day_of(page: SavedPage) -> float:
    """When the page was saved, in seconds since 1970."""
    return page.moment.astimezone(UTC).timestamp()


def worth_telling(notes: Sequence[FileNote]) -> list[FileNote]:
    """Without answers of endpoints, and without what else is in a HAR file that has a home's page.

    Such a file holds hundreds of requests, and nobody saved them on purpose.
    """
    useful = {note.file for note in notes if note.verdict in OF_HOMES}
    beside = {ANSWER, SEARCH, OTHER, UNUSED}
    return [note for note in notes if note.verdict != ANSWER and not (note.file in useful and note.verdict in beside)]


def notes_as_json(notes: Sequence[FileNote]) -> dict[str, Any]:
    """All notes for the run record: how many of each verdict, and every file."""
    return {
        "verdicts": dict(sorted(Counter(note.verdict for note in notes).items())),
        "files": [{name: value for name, value in note._asdict().items() if value} for note in notes],
    }


def _why_unfit(page: SavedPage) -> str:
    return "fits no asked home at an asked source" if page.address else "names no home"


def _is_outdated(page: SavedPage, known: ListingDay) -> bool:
    return day_of(page) < known.day and not (known.partial and not page.partial)


def _tells_more(page: SavedPage, known: ListingDay) -> bool:
    """Whether a page that is not outdated was not taken up before."""
    completes = known.partial and not page.partial
    return day_of(page) > known.day or (completes and day_of(page) != known.saved_at)

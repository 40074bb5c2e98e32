"""What a person is told of saved pages at the begin and end of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from phx_scraper.config.program_name import as_typed
from phx_scraper.extensions.run_summary import Summary
from phx_scraper.model.reasons import NO_SAVED_COPY, NO_SAVED_PAGE, PARTIAL
from phx_scraper.model.visit import VisitRow
from phx_scraper.run.context import RunContext
from phx_scraper.run.saved_visits import (
    BETTER_SAVE,
    BLOCK,
    FAILED,
    OLDER,
    OTHER,
    OUTDATED,
    SEARCH,
    UNFIT,
    UNUSED,
    USED,
    FileNote,
    worth_telling,
)
from phx_scraper.views.human_text import counted

SHOWN = 3
"""Files and homes of one kind that are named; the rest is counted."""


def opening_lines(crawl: RunContext) -> Iterator[str]:
    """Whether the sites are asked, and what the folder of saved pages has of the asked homes."""
    if crawl.options.offline:
        yield "PHX_OFFLINE: no request leaves; what the saved pages lack stays for a run without it."
    if crawl.job.pages is None:
        return
    verdicts = Counter(note.verdict for note in crawl.saved.notes())
    files = len({note.file for note in crawl.saved.notes()})
    used = counted(verdicts[USED], "page")
    yield f"Saved pages: {counted(files, 'file')} in {crawl.job.pages}, {used} of asked homes in use."


def closing_lines(crawl: RunContext, summary: Summary) -> Iterator[str]:
    """Homes of which a part is known or nothing is saved, smaller copies, and every file that was of no use."""
    partial = [visit for visit in summary.visits if (visit.outcome, visit.reason) == ("ok", PARTIAL)]
    if partial:
        yield f"Only a part of the photos was saved of {_homes(partial)}: {BETTER_SAVE}."
    lacking = [visit for visit in summary.visits if visit.reason == NO_SAVED_PAGE]
    if lacking:
        yield f"No page was saved of {_homes(lacking)}: save it, or run without PHX_OFFLINE."
    unsaved = sum(part.photos.failures.get(NO_SAVED_COPY, 0) for part in summary.sources)
    if unsaved:
        yield f"In none of the saved files: {counted(unsaved, 'photo')}; a run without PHX_OFFLINE asks for them."
    if summary.smaller_copies:
        copies = counted(summary.smaller_copies, "picture")
        yield f"Out of a saved page, and smaller than at its source: {copies}; a run without PHX_OFFLINE fetches more."
    yield from sentences(summary.saved, is_recorded=not crawl.job.dry_run)


def _homes(visits: Sequence[VisitRow]) -> str:
    named = ", ".join(f"{visit.address} at {visit.source}" for visit in visits[:SHOWN])
    return f"{named} and {len(visits) - SHOWN} more" if len(visits) > SHOWN else named


def sentences(notes: Sequence[FileNote], shown: int = SHOWN, *, is_recorded: bool = True) -> Iterator[str]:
    """For people: the saved pages that are of no use; `shown` files of a kind at most, where the rest is named too."""
    all_are_in = "metadata/runs" if is_recorded else as_typed("scrapy plan --json")
    for verdict, what in _TOLD.items():
        named = [note for note in worth_telling(notes) if note.verdict == verdict]
        if named:
            first = "; ".join(_named(note) for note in named[:shown])
            more = f"; and {len(named) - shown} more, all in {all_are_in}" if len(named) > shown else ""
            yield f"Saved pages {what} ({len(named)}): {first}{more}."


_TOLD = {
    FAILED: "that were of no use to their home",
    UNFIT: "that fit no asked home",
    OLDER: "that another save of the same page replaces",
    OUTDATED: "that are older than what is known",
    BLOCK: "that hold a refusal in place of the page",
    SEARCH: "with search results, not a home",
    OTHER: "that show no home",
    UNUSED: "that are no page of a source",
}


def _named(note: FileNote) -> str:
    entry = f" (entry {note.entry})" if note.entry else ""
    why = (
        note.reason if note.verdict in (FAILED, OTHER, UNUSED, BLOCK) else note.address if note.verdict == UNFIT else ""
    )
    return f"{note.file}{entry}{f': {why}' if why else ''}".rstrip(".")

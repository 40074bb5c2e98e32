"""The summary of a run as plain data: read from the catalogue, shown by `progress`, stored in the run record."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from phx_scraper.model.outcome import ALL_CLEAR, CLEAR, PROBLEMS, TROUBLE, stopped_code
from phx_scraper.model.photo import PhotoCounts
from phx_scraper.model.review import ReviewNote
from phx_scraper.model.visit import VisitRow
from phx_scraper.run.context import RunContext
from phx_scraper.run.remade_pictures import originals_sentences
from phx_scraper.run.saved_visits import FileNote, notes_as_json
from phx_scraper.storage.catalogue import runs
from phx_scraper.storage.catalogue.photo_counts import photo_totals, smaller_copies, visit_rows
from phx_scraper.storage.catalogue.review_flags import notes_of
from phx_scraper.views.review_notes import review_document
from phx_scraper.views.source_report import captcha_warnings


@dataclass(frozen=True, slots=True)
class SourceSummary:
    """One source: its visits by outcome and its photos by state; `downloaded` counts this run's only."""

    source: str
    outcomes: dict[str, int]
    photos: PhotoCounts
    downloaded: int


@dataclass(frozen=True, slots=True)
class Summary:
    """A whole run. `seconds` is wall time; `ending` is `finished` or why it stopped; `success_rate` is 0 to 1.

    Success is the share of visits that ended with a clear answer: ok, empty or not found. `new_photos`, `gone_photos`
    and `changed_photos` count changes at visits that an earlier run had finished, of which there were `known_visits`;
    `first_photos` are the new ones at all other visits.
    `remade_pictures` were made anew by other settings, as `about_pictures` says, and which folders have originals now;
    `saved` says what became of each saved page, `smaller_copies` counts pictures of which the source has a larger file,
    `review` is why a person should look at homes, as this run found, `captcha_warnings` names sources that show most
    homes one. `shortfalls` counts homes with fewer photos than their pages claim, `fail_on` is PHX_FAIL_ON.
    """

    run_id: str
    spider: str
    ending: str
    seconds: float
    homes: int
    sources: tuple[SourceSummary, ...]
    visits: tuple[VisitRow, ...]
    row_errors: tuple[tuple[int, str], ...]
    merged_rows: tuple[tuple[str, tuple[int, ...]], ...]
    outcomes: dict[str, int] = field(default_factory=dict)
    known_visits: int = 0
    new_photos: int = 0
    first_photos: int = 0
    gone_photos: int = 0
    changed_photos: int = 0
    remade_pictures: int = 0
    about_pictures: tuple[str, ...] = ()
    captcha_warnings: tuple[str, ...] = ()
    saved: tuple[FileNote, ...] = ()
    smaller_copies: int = 0
    review: tuple[ReviewNote, ...] = ()
    shortfalls: int = 0
    fail_on: tuple[str, ...] = TROUBLE

    @property
    def problems(self) -> dict[str, int]:
        """What may make the exit code 1, by the words of PHX_FAIL_ON: visits that are so, of a shortfall homes."""
        waiting = self.outcomes.get("blocked", 0) + self.outcomes.get("pending", 0)
        return {"blocked": waiting, "error": self.outcomes.get("error", 0), "shortfall": self.shortfalls}

    @property
    def success_rate(self) -> float:
        """Share of visits with a clear answer."""
        clear = sum(self.outcomes.get(name, 0) for name in CLEAR)
        return clear / max(1, len(self.visits))

    @property
    def exit_code(self) -> int:
        """0 nothing of PHX_FAIL_ON, 1 some of it, or no home that could be visited, 3 or 4 stopped early."""
        if self.ending != "finished":
            return stopped_code(self.ending)
        if not self.visits:
            return PROBLEMS  # Each row fits several homes of the catalogue.
        return PROBLEMS if any(self.problems[word] for word in self.fail_on) else ALL_CLEAR


def summarise(crawl: RunContext, ending: str, known_before: Collection[tuple[str, str]] = ()) -> Summary:
    """Read a run's result from the catalogue; call it in the catalogue's thread.

    `known_before` are the visits (property_hash, source) that earlier runs had finished.
    """
    with crawl.catalogue.reading() as tx:
        visits = visit_rows(tx, crawl.property_hashes, crawl.job.sources)
        return Summary(
            run_id=crawl.run_id,
            spider=crawl.job.spider,
            ending=ending,
            seconds=time.time() - crawl.started_at,
            homes=len(crawl.job.homes),
            sources=tuple(_source(tx, crawl, source, visits) for source in crawl.job.sources),
            visits=tuple(visits),
            row_errors=tuple((error.row, error.reason) for error in crawl.job.row_errors),
            merged_rows=tuple((home.address, home.rows) for home in crawl.job.homes if len(home.rows) > 1),
            outcomes=dict(Counter(visit.outcome for visit in visits)),
            known_visits=len(known_before),
            captcha_warnings=captcha_warnings(tx, crawl.job.sources),
            saved=tuple(crawl.saved.notes()),
            smaller_copies=smaller_copies(tx, crawl.property_hashes, crawl.job.sources),
            fail_on=crawl.options.fail_on,
            **_news(tx, crawl, known_before),
            **_review(tx, crawl),
            **_remade(crawl),
        )


def _news(tx: Connection, crawl: RunContext, known_before: Collection[tuple[str, str]]) -> dict[str, int]:
    told = changes_told(runs.change_counts(tx, crawl.run_id), known_before)
    fields = {"new": "new_photos", "first": "first_photos", "removed": "gone_photos", "changed": "changed_photos"}
    return {name: told[change] for change, name in fields.items()}


def _remade(crawl: RunContext) -> dict[str, Any]:
    changed = originals_sentences(crawl.visits.folders_changed, crawl.options.originals_in_homes)
    return {"remade_pictures": crawl.remade.made, "about_pictures": (*crawl.remade.sentences(), *changed)}


def _review(tx: Connection, crawl: RunContext) -> dict[str, Any]:
    notes = list(notes_of(tx, crawl.property_hashes))
    return {
        "review": tuple(note for note in notes if note.run_id == crawl.run_id),
        "shortfalls": sum(note.flag == "shortfall" for note in notes),
    }


def _source(tx: Connection, crawl: RunContext, source: str, visits: Sequence[VisitRow]) -> SourceSummary:
    return SourceSummary(
        source,
        dict(Counter(visit.outcome for visit in visits if visit.source == source)),
        photo_totals(tx, crawl.property_hashes, source),
        crawl.crawler.stats.get_value(f"phx/photos/stored/{source}", 0),
    )


def changes_told(
    changed: Mapping[str, Mapping[str, Mapping[str, int]]], known_before: Collection[tuple[str, str]]
) -> Counter[str]:
    """Changes at visits that were known before; `first` counts the new photos of all others."""
    found: Counter[str] = Counter()
    for home, sources in changed.items():
        for source, counts in sources.items():
            known = (home, source) in known_before
            found.update(counts if known else {"first": counts.get("new", 0)})
    return found


def _above_zero(**counts: int) -> dict[str, int]:
    return {name: count for name, count in counts.items() if count}


def totals_of(summary: Summary) -> dict[str, object]:
    """The summary's figures as JSON-ready data for the run record."""
    return {
        "homes": summary.homes,
        "seconds": round(summary.seconds, 3),
        "success_rate": round(summary.success_rate, 4),
        "outcomes": summary.outcomes,
        "problems": summary.problems,
        "fail_on": list(summary.fail_on),
        **_above_zero(smaller_copies=summary.smaller_copies, remade_pictures=summary.remade_pictures),
        "new_photos": summary.new_photos,
        "gone_photos": summary.gone_photos,
        "changed_photos": summary.changed_photos,
        "review": review_document(summary.review),
        "sources": {
            part.source: {
                "outcomes": part.outcomes,
                "found": part.photos.found,
                "downloaded": part.downloaded,
                "stored": part.photos.stored,
                "duplicates": part.photos.duplicates,
                "failed": part.photos.failed,
                "failures": dict(part.photos.failures),
            }
            for part in summary.sources
        },
        "row_errors": [{"row": row, "reason": reason} for row, reason in summary.row_errors],
        **({"saved_pages": notes_as_json(summary.saved)} if summary.saved else {}),
        "merged_rows": [{"address": address, "rows": list(rows)} for address, rows in summary.merged_rows],
    }

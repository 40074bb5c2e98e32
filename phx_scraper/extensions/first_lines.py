"""The sentences on the console at the begin of a run: whether it starts or continues, with which input and settings."""

from __future__ import annotations

from collections.abc import Iterator

from phx_scraper.extensions.pace_sentence import pace_sentence
from phx_scraper.extensions.saved_pages_summary import opening_lines
from phx_scraper.model.outcome import TROUBLE
from phx_scraper.model.visit import VisitRow
from phx_scraper.run.context import RunContext
from phx_scraper.views.human_text import DAY, counted


def first_lines(crawl: RunContext, known: list[VisitRow]) -> Iterator[str]:
    """Whether this run starts or continues, and with which input; then notes about the input."""
    job = crawl.job
    yield _first_line(crawl, known)
    if job.settings_note:
        yield job.settings_note
    yield from pace_sentence(crawl.options)
    yield from job.folder.notes if job.folder else ()
    yield from job.skipped
    yield from opening_lines(crawl)
    for error in job.row_errors:
        yield f"row {error.row} cannot be read: {error.reason}"
    for home in job.homes:
        if len(home.rows) > 1:
            yield f"rows {', '.join(str(row) for row in home.rows)} are one home: {home.address}"


def _first_line(crawl: RunContext, known: list[VisitRow]) -> str:
    job, homes, sources = crawl.job, counted(len(crawl.job.homes), "home"), ", ".join(crawl.job.sources)
    where = f"replica {crawl.options.replica_url.url}" if crawl.options.replica_url else sources
    done = sum(1 for visit in known if visit.outcome != "pending")
    if job.dry_run:
        return f"Dry run: looking for {homes} at {where}; nothing is downloaded, and nothing is written to the store."
    if done or any(visit.attempts for visit in known):
        due = sum(1 for visit in known if is_due(visit, job.refresh_days, crawl.started_at))
        visits = f"{counted(len(known), 'visit')} {'is' if len(known) == 1 else 'are'}"
        return f"Continuing: {done} of {visits} done, {due} due now; {homes} at {where}."
    if job.force or job.fresh:
        how = "force=1: whatever is known is fetched again" if job.force else "fresh=1: earlier outcomes are forgotten"
        return f"Starting: {homes} at {where}; {how}."
    return f"Starting: {homes} at {where}; nothing of them is known yet."


def is_due(visit: VisitRow, refresh_days: float, now: float) -> bool:
    """Whether a run looks at a visit now: the rule of the catalogue's leases, simplified for what people are told."""
    if visit.outcome in TROUBLE:
        return visit.not_before is None or visit.not_before <= now
    return visit.outcome == "pending" or (visit.finished_at or 0) + refresh_days * DAY <= now

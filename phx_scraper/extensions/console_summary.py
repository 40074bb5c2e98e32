"""The sentences and tables on the console at the end of a run."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from phx_scraper.extensions.news_sentence import news
from phx_scraper.extensions.printed import STYLES, print_sentence
from phx_scraper.extensions.run_summary import SourceSummary, Summary
from phx_scraper.extensions.saved_pages_summary import closing_lines
from phx_scraper.model.outcome import AWAY, ENDED, TROUBLE
from phx_scraper.model.reasons import is_transient
from phx_scraper.report.navigation import INDEX
from phx_scraper.run.context import RunContext
from phx_scraper.sources import SOURCES
from phx_scraper.storage.files import paths
from phx_scraper.views.human_text import MINUTE, counted, moment, span
from phx_scraper.views.review_notes import review_lines

SHOWN_TROUBLES = 10
LEAST_FOR_TABLE = 72
SHOWN_OUTCOMES = (*ENDED, "pending")
PHOTOS = ("found", "downloaded", "kept", "duplicates", "failed")


# Why a run ended, in words; a reason of Scrapy that is not here is shown unchanged.
ENDINGS = {
    "shutdown": "stopped by Ctrl-C or a signal",
    "disk": "stopped, because of too little free disk",
    "memory": "stopped, because of PHX_MAX_MEMORY_MB",
    "store": "stopped, because of PHX_MAX_STORE_GB",
    "stalled": "stopped, because nothing moved any more",
    "offline": "stopped, because no host could be reached: this machine seems to be offline",
    "storage": "stopped, because of trouble with disk or catalogue",
    AWAY: "stopped, because the server of the catalogue or of the bucket was away",
    "decoder": "stopped, because no picture could be decoded",
    "feeds": "finished, but its feeds could not be written",
}


def show_summary(console: Console, crawl: RunContext, summary: Summary, *, is_short: bool = False) -> None:
    """Print the tables of the run (not where it is to be short) and what to do next."""
    ending = ENDINGS.get(summary.ending, summary.ending)
    print_sentence(console, f"Run {summary.run_id} of {summary.spider}: {ending}")
    if not console.quiet and not is_short:
        _show_table(console, "homes at", SHOWN_OUTCOMES, [(part.source, _visits(part)) for part in summary.sources])
        _show_table(console, "photos at", PHOTOS, [(part.source, _photos(part)) for part in summary.sources])
    for line in _closing_lines(crawl, summary):
        print_sentence(console, line)


def _show_table(console: Console, title: str, columns: tuple[str, ...], rows: list[tuple[str, list[int]]]) -> None:
    """A table if the console is wide enough, else a line for each source without zeros."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column(title, min_width=max(len(source) for source in SOURCES))
    for name in columns:
        table.add_column(name.replace("_", " "), justify="right")
    for source, figures in rows:
        shown = zip(columns, figures, strict=True)
        table.add_row(source, *(Text(str(figure), STYLES.get(name, "") if figure else "dim") for name, figure in shown))
    if console.width >= LEAST_FOR_TABLE:
        console.print(table)
        return
    for source, figures in rows:
        nonzero = ", ".join(
            f"{figure} {name.replace('_', ' ')}" for name, figure in zip(columns, figures, strict=True) if figure
        )
        console.print(Text(f"{title} {source}: {nonzero or 'nothing'}"))


def _visits(part: SourceSummary) -> list[int]:
    return [part.outcomes.get(name, 0) for name in SHOWN_OUTCOMES]


def _photos(part: SourceSummary) -> list[int]:
    photos = part.photos
    return [photos.found, part.downloaded, photos.stored, photos.duplicates, photos.failed]


def _closing_lines(crawl: RunContext, summary: Summary) -> Iterator[str]:
    kept = sum(part.photos.stored for part in summary.sources)
    hidden = sum(part.photos.hidden for part in summary.sources)
    found = sum(part.photos.found for part in summary.sources)
    downloaded = sum(part.downloaded for part in summary.sources)
    yield (
        f"{counted(summary.homes, 'home')}, {counted(found, 'photo')} found, {downloaded} downloaded now, {kept} kept"
        f"{f', {hidden} hidden' if hidden else ''}, in {_duration(summary.seconds)}; {_clear(summary)}."
    )
    yield from (*news(summary), *review_lines(summary.review), *_failures(crawl, summary))
    yield from _troubles(summary, "in the log" if crawl.job.dry_run else "in metadata/runs")
    yield from (f"{sentence}." for sentence in summary.captcha_warnings)
    yield from closing_lines(crawl, summary)
    if crawl.job.dry_run:
        yield "This was a dry run: nothing was downloaded or written. Run it without dry_run=1 to collect."
        return
    yield from summary.about_pictures
    has_views = crawl.files.has_views
    pictures = crawl.files.place_of(paths.HOMES if has_views else paths.PROCESSED)
    if kept and (not has_views or crawl.files.names(paths.HOMES)):
        yield f"Pictures: {pictures}"
    elif kept:
        yield f"The folder {pictures} is gone: run the same command again, and it comes back."
    if crawl.options.report and has_views and crawl.files.exists(INDEX):
        yield f"Report: {crawl.files.place_of(INDEX)}"
    yield from _next_steps(crawl, summary)


def _clear(summary: Summary) -> str:
    visits = counted(len(summary.visits), "visit")
    return f"{summary.success_rate:.0%} of {visits} (a home at a source each) got a clear answer"


def _failures(crawl: RunContext, summary: Summary) -> Iterator[str]:
    reasons: Counter[str] = Counter()
    for part in summary.sources:
        reasons.update(part.photos.failures)
    if reasons:
        named = ", ".join(f"{count} {reason}" for reason, count in reasons.most_common())
        yield f"Photos that gave no picture: {named}."
    may_come = sum(count for reason, count in reasons.items() if is_transient(reason))
    if may_come and not crawl.job.dry_run and not crawl.options.offline:
        at = moment(time.time() + crawl.options.breaker_cooldown)
        yield f"{counted(may_come, 'photo')} may still come: run this again after {at}."


def _troubles(summary: Summary, where: str) -> Iterator[str]:
    trouble = [visit for visit in summary.visits if visit.outcome in TROUBLE]
    for visit in trouble[:SHOWN_TROUBLES]:
        yield f"  {visit.outcome}: {visit.address} at {visit.source} ({visit.reason})"
    if len(trouble) > SHOWN_TROUBLES:
        yield f"  … and {len(trouble) - SHOWN_TROUBLES} more, all {where}"


def _next_steps(crawl: RunContext, summary: Summary) -> Iterator[str]:
    if summary.ending != "finished" or summary.outcomes.get("pending"):
        yield "Not everything is done: run the same command again, it goes on where this stopped."
    for breaker in crawl.breakers.blocked_sources():
        yield f"{breaker.sentence()}; what is pending there waits until then."
    yield from _asked_again(crawl, summary)
    if summary.row_errors:
        rows = ", ".join(str(row) for row, _ in summary.row_errors[:SHOWN_TROUBLES])
        yield f"Rows left out because they cannot be read: {rows}; correct them and run again."


def _asked_again(crawl: RunContext, summary: Summary) -> Iterator[str]:
    """When to run this again: after the visits' waiting times, and not before their source is unblocked."""
    blocked_until = {breaker.row.source: breaker.until for breaker in crawl.breakers.blocked_sources()}
    times = sorted(
        max(visit.not_before, blocked_until.get(visit.source, 0.0))
        for visit in summary.visits
        if visit.not_before and visit.outcome in TROUBLE
    )
    if not times:
        return
    now = time.time()
    first, last = (f"{moment(at, now)} (in {span(max(1.0, at - now))})" for at in (times[0], times[-1]))
    later = "" if times[-1] - times[0] < MINUTE else f", the last of them after {last}"
    yield f"Blocked and failed homes are asked for again when you run this after {first}{later}."


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{seconds:.1f} s"

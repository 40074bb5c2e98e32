"""The sentences and the table that a person reads at a run's begin and end."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from phx_scraper.crawl import Crawl
from phx_scraper.extensions.summary import SourceSummary, Summary
from phx_scraper.sources import SOURCES
from phx_scraper.storage.records import VisitRow

SHOWN_TROUBLES = 10
OUTCOMES = ("ok", "empty", "not_found", "blocked", "error", "pending")
PHOTOS = ("found", "downloaded", "kept", "duplicates", "failed")


def first_line(crawl: Crawl, known: list[VisitRow]) -> str:
    """Whether this run starts or continues, and with what."""
    homes, sources = len(crawl.job.homes), ", ".join(crawl.job.sources)
    where = f"replica {crawl.options.replica_url}" if crawl.options.replica_url else sources
    done = sum(1 for visit in known if visit.outcome != "pending")
    begun = any(visit.attempts for visit in known)
    if not done and not begun:
        return f"Starting: {_homes(homes)} at {where}; nothing of them is known yet."
    return f"Continuing: {done} of {len(known)} visits are done, {_homes(homes)} at {where}."


def show_summary(console: Console, crawl: Crawl, summary: Summary) -> None:
    """Print the tables of the run and what to do next."""
    console.print(f"Run {summary.run_id} of {summary.spider}: {summary.ending}")
    console.print(_table("homes at", OUTCOMES, [(part.source, _visits(part)) for part in summary.sources]))
    console.print(_table("photos at", PHOTOS, [(part.source, _photos(part)) for part in summary.sources]))
    for line in _closing_lines(crawl, summary):
        console.print(Text(line), soft_wrap=True)


def _table(title: str, columns: tuple[str, ...], rows: list[tuple[str, list[int]]]) -> Table:
    """Narrow enough for a terminal of 80 columns."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column(title, min_width=max(len(source) for source in SOURCES))
    for name in columns:
        table.add_column(name.replace("_", " "), justify="right")
    for source, figures in rows:
        table.add_row(source, *(str(figure) for figure in figures))
    return table


def _visits(part: SourceSummary) -> list[int]:
    return [part.outcomes.get(name, 0) for name in OUTCOMES]


def _photos(part: SourceSummary) -> list[int]:
    photos = part.photos
    return [photos.found, part.downloaded, photos.stored, photos.duplicates, photos.failed]


def _closing_lines(crawl: Crawl, summary: Summary) -> Iterator[str]:
    kept = sum(part.photos.stored for part in summary.sources)
    found = sum(part.photos.found for part in summary.sources)
    downloaded = sum(part.downloaded for part in summary.sources)
    yield (
        f"{_homes(summary.homes)}, {found} photos found, {downloaded} downloaded now, {kept} kept,"
        f" in {_duration(summary.seconds)}; {summary.success_rate:.0%} of the visits got a clear answer."
    )
    yield from _failures(summary)
    yield from _troubles(summary)
    if crawl.job.dry_run:
        yield "This was a dry run: nothing was downloaded or written. Run it without dry_run=1 to collect."
        return
    pictures = crawl.files.root / "homes"
    if kept and pictures.is_dir():
        yield f"Pictures: {pictures}"
    elif kept:
        yield f"The folder {pictures} is gone: run the same command again, and it comes back."
    yield from _next_steps(crawl, summary)


def _failures(summary: Summary) -> Iterator[str]:
    reasons: Counter[str] = Counter()
    for part in summary.sources:
        reasons.update(part.photos.failures)
    if reasons:
        named = ", ".join(f"{count} {reason}" for reason, count in reasons.most_common())
        yield f"Photos that gave no picture: {named}."


def _troubles(summary: Summary) -> Iterator[str]:
    trouble = [visit for visit in summary.visits if visit.outcome in {"blocked", "error"}]
    for visit in trouble[:SHOWN_TROUBLES]:
        yield f"  {visit.outcome}: {visit.address} at {visit.source} ({visit.reason})"
    if len(trouble) > SHOWN_TROUBLES:
        yield f"  … and {len(trouble) - SHOWN_TROUBLES} more, all in metadata/runs"


def _next_steps(crawl: Crawl, summary: Summary) -> Iterator[str]:
    if summary.ending != "finished" or summary.outcomes.get("pending"):
        yield "Not everything is done: run the same command again, it goes on where this stopped."
    for breaker in crawl.breakers.left_alone():
        yield f"{breaker.sentence()}; what is pending there waits until then."
    times = [visit.not_before for visit in summary.visits if visit.not_before and visit.outcome in {"blocked", "error"}]
    if times:
        at = datetime.fromtimestamp(max(times)).astimezone().strftime("%H:%M")
        minutes = max(1, round((max(times) - time.time()) / 60))
        yield f"Blocked and failed homes are asked for again when you run this after {at} (in {minutes} min)."
    if summary.row_errors:
        rows = ", ".join(str(row) for row, _ in summary.row_errors[:SHOWN_TROUBLES])
        yield f"Rows left out because they cannot be read: {rows}; correct them and run again."


def _homes(count: int) -> str:
    return "1 home" if count == 1 else f"{count} homes"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{seconds:.1f} s"

"""Output for the user: a first line, a live bar on a terminal, a closing summary."""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from collections import Counter
from typing import Any

from rich.live import Live
from scrapy import signals as scrapy_signals
from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings
from scrapy.utils.log import get_scrapy_root_handler

from phx_scraper.downloader.state import CrawlPart, state_of
from phx_scraper.extensions.console_summary import show_summary
from phx_scraper.extensions.first_lines import first_lines, is_due
from phx_scraper.extensions.printed import print_sentence
from phx_scraper.extensions.progress_line import ProgressLine, ProgressState, SourceState
from phx_scraper.extensions.run_console import RunConsole
from phx_scraper.extensions.run_summary import Summary
from phx_scraper.extensions.transfer_rate import TransferRate
from phx_scraper.items import ListingItem
from phx_scraper.model.outcome import ALL_CLEAR, ENDED
from phx_scraper.model.visit import VisitRow
from phx_scraper.run import signals
from phx_scraper.run.context import RunContext
from phx_scraper.run.current_run import run_or_none

logger = logging.getLogger("phx_scraper")

REFRESH_SECONDS = 0.25
QUIET_LEVELS = ("ERROR", "CRITICAL")
COUNTED = {"stored": "photos", "duplicate": "duplicates", "failed": "failed"}
"""Stats below `phx/photos/` -> the word of the line."""


class Progress(CrawlPart):
    """Shows a run on standard error; all data is read from stats and catalogue."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.console = RunConsole()
        self.wants_quiet = state_of(crawler).config.quiet
        self.console.quiet = self.wants_quiet or is_quiet(crawler.settings, self.console.is_terminal)
        self.live: Live | None = None
        self.refresher: asyncio.Task[None] | None = None
        crawler.signals.connect(self.begin, signal=signals.run_begun)
        crawler.signals.connect(self.found, signal=scrapy_signals.item_scraped)
        crawler.signals.connect(self.finish, signal=signals.run_ended)
        crawler.signals.connect(self.stop, signal=scrapy_signals.spider_closed)

    def begin(self, crawl: RunContext, known: list[VisitRow]) -> None:
        """Say whether this starts or continues, then show the bar."""
        for sentence in first_lines(crawl, known):
            print_sentence(self.console, sentence)
        if self.console.quiet:
            # A row that cannot be read is an error of the run, which nothing else would report.
            for error in crawl.job.row_errors:
                logger.error("row %d cannot be read: %s", error.row, error.reason)
        if self.console.is_terminal and not self.wants_quiet:
            self._show_bar(crawl, known)

    def found(self, item: Any) -> None:
        """In a dry run: print the photos that a crawl would fetch."""
        crawl = run_or_none(self.crawler)
        if crawl is not None and crawl.job.dry_run and isinstance(item, ListingItem):
            for photo in item.photos:
                line = f"  {item.asked_address} | {item.source} | {photo.position} | {photo.url}"
                print_sentence(self.console, line)

    def _show_bar(self, crawl: RunContext, known: list[VisitRow]) -> None:
        due = [visit for visit in known if is_due(visit, crawl.refresh_days, crawl.started_at)]
        done = len(known) - len(due)
        shown = ProgressState(crawl.job.spider, len(known), done, done)
        # Refreshed by our own task: a thread of rich would delay the event loop.
        self.live = Live(ProgressLine(shown), console=self.console, transient=True, auto_refresh=False)
        self.live.start(refresh=True)
        _log_to_stderr()  # rich replaced it: log lines scroll above the bar
        left = Counter(visit.source for visit in due)
        shows = {source: left[source] or crawl.breakers.is_open(source) for source in crawl.job.sources}
        left = Counter({source: left[source] for source, is_shown in shows.items() if is_shown})
        self.refresher = asyncio.ensure_future(self._refresh(crawl, shown, left))

    async def _refresh(self, crawl: RunContext, shown: ProgressState, left: Counter[str]) -> None:
        assert self.live is not None
        speed = TransferRate()
        while True:
            counts = shown.counts = self._counts()
            shown.done = shown.done_before + counts["ended"]
            shown.total = max(shown.total, shown.done)  # a visit may come up again
            notes = {one.row.source: one.short() for one in crawl.breakers.blocked_sources()}
            shown.sources = {
                source: _source_state(counts, source, due, notes.get(source, "")) for source, due in left.items()
            }
            shown.seconds = time.time() - crawl.started_at
            shown.rate = speed.told(time.monotonic(), counts["bytes"])
            self.live.refresh()
            await asyncio.sleep(REFRESH_SECONDS)

    def _counts(self) -> Counter[str]:
        """Of this run, in all and for each source (`photos zillow`)."""
        counts: Counter[str] = Counter()
        for key, value in self.crawler.stats.get_stats().items():
            area, _, rest = key.removeprefix("phx/").partition("/")
            if area == "photos":
                counts.update(_photo_counts(rest, value))
            elif area == "visits":
                source, _, outcome = rest.partition("/")
                counts["refused"] += value if outcome == "blocked" else 0
                for name in ("ended", f"ended {source}"):
                    counts[name] += value if outcome in ENDED else 0
        return counts

    def stop(self) -> None:
        """Remove the bar and restore the log's stream."""
        if self.refresher is not None:
            self.refresher.cancel()
            self.refresher = None
        if self.live is not None:
            self.live.stop()
            self.live = None
            _log_to_stderr()

    def finish(self, crawl: RunContext, summary: Summary) -> None:
        """Show the summary of the run and what to do next."""
        self.stop()
        if self.wants_quiet and summary.exit_code != ALL_CLEAR:
            self.console.quiet = False  # a person is needed
        show_summary(self.console, crawl, summary, is_short=self.wants_quiet)


def _source_state(counts: Counter[str], source: str, due: int, note: str) -> SourceState:
    ended = counts[f"ended {source}"]
    return SourceState(ended, max(0, due - ended), counts[f"photos {source}"], counts[f"failed {source}"], note)


def _photo_counts(key: str, value: int) -> dict[str, int]:
    """What a stat below `phx/photos/` counts, in all and for its source."""
    kind, _, rest = key.partition("/")
    if key == "bytes":
        return {"bytes": value}
    if kind not in COUNTED:
        return {}
    return {COUNTED[kind]: value, f"{COUNTED[kind]} {rest.partition('/')[0]}": value}


def _log_to_stderr() -> None:
    """Where the log goes there, and not to LOG_FILE, whose handler could be turned too."""
    handler = get_scrapy_root_handler()
    if isinstance(handler, logging.StreamHandler) and not isinstance(handler, logging.FileHandler):
        handler.setStream(sys.stderr)


def is_quiet(settings: BaseSettings, is_terminal: bool) -> bool:
    """Whether only errors are wanted (`-L ERROR`, `--nolog`), as with cron; never on a terminal."""
    silent = not settings.getbool("LOG_ENABLED") or str(settings["LOG_LEVEL"]).upper() in QUIET_LEVELS
    return silent and not is_terminal

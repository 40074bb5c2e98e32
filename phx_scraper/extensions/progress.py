"""What the person sees: a first line, a live bar on a terminal (plain lines elsewhere), a closing summary."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as RichProgress
from scrapy import signals as scrapy_signals
from scrapy.crawler import Crawler
from scrapy.utils.log import get_scrapy_root_handler

from phx_scraper import signals
from phx_scraper.crawl import Crawl
from phx_scraper.extensions.closing_words import first_line, show_summary
from phx_scraper.extensions.summary import Summary
from phx_scraper.storage.records import VisitRow

REFRESH_SECONDS = 0.25
SHOWN = ("photos", "duplicates", "failed", "refused")
COUNTED = {
    "phx/photos/stored/": "photos",
    "phx/photos/duplicate/": "duplicates",
    "phx/photos/failed/": "failed",
}
ENDED = ("ok", "empty", "not_found", "blocked", "error")


class Progress:
    """Shows a run on standard error; everything it says is read from stats and catalogue."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.console = Console(stderr=True, highlight=False)
        self.bar: RichProgress | None = None
        self.refresher: asyncio.Task[None] | None = None
        crawler.signals.connect(self.begin, signal=signals.run_begun)
        crawler.signals.connect(self.finish, signal=signals.run_ended)
        crawler.signals.connect(self.stop, signal=scrapy_signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Progress:
        """Connect to the run's begin and end."""
        return cls(crawler)

    def begin(self, crawl: Crawl, known: list[VisitRow]) -> None:
        """Say whether this starts or continues, then show the bar."""
        self.console.print(first_line(crawl, known), soft_wrap=True)
        for sentence in (*(crawl.job.folder.notes if crawl.job.folder else ()), *crawl.job.skipped):
            self.console.print(sentence, soft_wrap=True, markup=False)
        for error in crawl.job.row_errors:
            self.console.print(f"row {error.row} cannot be read: {error.reason}", soft_wrap=True, markup=False)
        for home in crawl.job.homes:
            if len(home.rows) > 1:
                rows = ", ".join(str(row) for row in home.rows)
                self.console.print(f"rows {rows} are one home: {home.address}", soft_wrap=True, markup=False)
        if self.console.is_terminal:
            self._show_bar(crawl, known)

    def _show_bar(self, crawl: Crawl, known: list[VisitRow]) -> None:
        self.bar = RichProgress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("visits"),
            *(TextColumn(f"{{task.fields[{name}]}} {name}") for name in SHOWN),
            TimeRemainingColumn(),
            TextColumn("{task.fields[left_alone]}"),
            console=self.console,
            transient=True,
        )
        done = sum(1 for visit in known if visit.outcome in ENDED)
        self.bar.add_task(crawl.job.spider, total=len(known), completed=done, left_alone="", **dict.fromkeys(SHOWN, 0))
        self.bar.start()
        handler = get_scrapy_root_handler()
        if handler is not None and hasattr(handler, "setStream"):
            handler.setStream(sys.stderr)  # rich has put itself there, so that log lines scroll above the bar
        self.refresher = asyncio.ensure_future(self._refresh(crawl, done))

    async def _refresh(self, crawl: Crawl, done_before: int) -> None:
        assert self.bar is not None
        task = self.bar.task_ids[0]
        while True:
            seen = self._counts()
            shown = {name: seen[name] for name in SHOWN}
            left_alone = "; ".join(breaker.short() for breaker in crawl.breakers.left_alone())
            self.bar.update(task, completed=done_before + seen["ended"], left_alone=left_alone, **shown)
            await asyncio.sleep(REFRESH_SECONDS)

    def _counts(self) -> Counter[str]:
        counts: Counter[str] = Counter()
        for key, value in self.crawler.stats.get_stats().items():
            for start, name in COUNTED.items():
                if key.startswith(start):
                    counts[name] += value
            if key.startswith("phx/visits/"):
                counts["ended"] += value if key.endswith(ENDED) else 0
                counts["refused"] += value if key.endswith("blocked") else 0
        return counts

    def stop(self) -> None:
        """Take the bar away and give the log its stream back."""
        if self.refresher is not None:
            self.refresher.cancel()
            self.refresher = None
        if self.bar is not None:
            self.bar.stop()
            self.bar = None
            handler = get_scrapy_root_handler()
            if handler is not None and hasattr(handler, "setStream"):
                handler.setStream(sys.stderr)

    def finish(self, crawl: Crawl, summary: Summary) -> None:
        """Show what came of the run and what to do next."""
        self.stop()
        show_summary(self.console, crawl, summary)

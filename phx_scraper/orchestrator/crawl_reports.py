"""In the process of a crawl: says on standard output, a JSON line each, how far it is and what came of it."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from scrapy import signals as scrapy_signals
from scrapy.crawler import Crawler

from phx_scraper.downloader.state import CrawlPart
from phx_scraper.extensions.run_summary import Summary
from phx_scraper.model.outcome import CLEAR, ENDED
from phx_scraper.model.visit import VisitRow
from phx_scraper.run import signals
from phx_scraper.run.context import RunContext

SECONDS_BETWEEN = 0.5


class CrawlReports(CrawlPart):
    """An extension; lines are `{"progress": …}` while it runs, then each `{"failed_visit": …}`, one `{"result": …}`."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._begun = time.time()
        self._visits = self._known = 0
        self._reporting: asyncio.Task[None] | None = None
        crawler.signals.connect(self.begin, signal=signals.run_begun)
        crawler.signals.connect(self.end, signal=signals.run_ended)
        crawler.signals.connect(self.stop, signal=scrapy_signals.spider_closed)

    def begin(self, known: list[VisitRow]) -> None:
        """The visits are registered."""
        self._visits = len(known)
        self._known = sum(visit.outcome in ENDED for visit in known)
        self._reporting = asyncio.ensure_future(self._report())

    def end(self, crawl: RunContext, summary: Summary) -> None:
        """The run is recorded: say its result."""
        self._say_progress()
        for visit in summary.visits:
            if visit.outcome not in CLEAR:
                _say("failed_visit", [visit.address, visit.source, visit.outcome, visit.reason])
        _say("result", result_of(summary, crawl.run_id))

    def stop(self) -> None:
        """No more progress."""
        if self._reporting is not None:
            self._reporting.cancel()

    async def _report(self) -> None:
        while True:
            self._say_progress()
            await asyncio.sleep(SECONDS_BETWEEN)

    def _say_progress(self) -> None:
        stats = self.crawler.stats.get_stats()

        def total(start: str, endings: Iterable[str] = ("",)) -> int:
            return sum(n for key, n in stats.items() if key.startswith(start) and key.endswith(tuple(endings)))

        _say(
            "progress",
            {
                "visits": self._visits,
                "visits_done": min(self._visits, self._known + total("phx/visits/", ENDED)),
                "images": total("phx/photos/stored/"),
                "failed_downloads": total("phx/photos/failed/"),
                "seconds": round(time.time() - self._begun, 3),
            },
        )


def result_of(summary: Summary, run_id: str) -> dict[str, Any]:
    """A run's result as JSON-ready data: its homes by how they stand, and each source's photos."""
    homes: dict[str, list[VisitRow]] = {}
    for visit in summary.visits:
        homes.setdefault(visit.property_hash, []).append(visit)
    clear = [visits for visits in homes.values() if all(visit.outcome in CLEAR for visit in visits)]
    worked_on = [visits for visits in clear if any(visit.run_id == run_id for visit in visits)]
    return {
        "run_id": run_id,
        "ending": summary.ending,
        "completed": len(worked_on),
        "skipped": len(clear) - len(worked_on),
        "failed": len(homes) - len(clear),
        "sources": {
            part.source: {"outcomes": part.outcomes, "downloaded": part.downloaded, "photos": asdict(part.photos)}
            for part in summary.sources
        },
    }


def _say(name: str, value: Any) -> None:
    sys.stdout.write(json.dumps({name: value}) + "\n")
    sys.stdout.flush()

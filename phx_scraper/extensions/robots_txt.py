"""Asks each host for its robots.txt, once a run and after its first answer, and keeps to a larger `Crawl-delay`."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy import signals as scrapy_signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from phx_scraper.downloader import meta_keys
from phx_scraper.downloader.robots_text import LARGEST, RobotsText, read_robots
from phx_scraper.downloader.slots import page_slot, photo_slot
from phx_scraper.downloader.state import CrawlPart, state_of
from phx_scraper.model.request_counts import ROBOTS
from phx_scraper.run.current_run import run_or_none
from phx_scraper.run.error_outcomes import outcome_of_failure
from phx_scraper.sources import Source, source_of_host

logger = logging.getLogger("phx_scraper")


class RobotsTxt(CrawlPart):
    """Nothing waits for it. Not asked for where nothing pauses (`PHX_DELAY_SCALE=0`): there is no pace to keep then.

    It goes the way of all requests, in turn and at the source's pace; no refusal of it is held against its source.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.found: dict[str, dict[str, Any]] = {}
        self._asked: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        crawler.signals.connect(self.heard, signal=scrapy_signals.response_downloaded)
        crawler.signals.connect(self.end, signal=scrapy_signals.spider_closed)

    def heard(self, request: Request) -> None:
        """An answer came from a host."""
        host = urlsplit(request.url).hostname or ""
        source = source_of_host(host)
        if source is None or host in self._asked or not self._wants():
            return
        self._asked.add(host)
        task = asyncio.ensure_future(self._ask(source, host))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def end(self) -> None:
        """Wait for none that is under way."""
        for task in self._tasks:
            task.cancel()

    def _wants(self) -> bool:
        return state_of(self.crawler).config.delay_scale > 0 and run_or_none(self.crawler) is not None

    async def _ask(self, source: Source, host: str) -> None:
        try:
            response = await self.crawler.engine.download_async(_request(source, host))
            text = await self._read(response)
        except Exception:  # whatever it is, the crawl goes on without
            text = RobotsText(False, reason=outcome_of_failure(Failure()).reason)
        kept = self._keep_to(host, text.crawl_delay or 0.0)
        self.found[host] = {
            "read": text.was_read,
            "reason": text.reason or None,
            "crawl_delay": text.crawl_delay,
            "kept": kept or None,
        }

    async def _read(self, response: Response) -> RobotsText:
        run = run_or_none(self.crawler)
        assert run is not None
        return await run.run_in("pages", partial(read_robots, response))

    def _keep_to(self, host: str, asked: float) -> float:
        """The seconds that are kept: no longer than any other time that a source names is waited for."""
        state = state_of(self.crawler)
        kept = min(asked, state.config.max_retry_after)
        if kept < asked:
            logger.warning("%s asks for %g s between requests in its robots.txt: %g s are kept", host, asked, kept)
        if kept:
            state.pauses.crawl_delays[host] = kept
        return kept


def _request(source: Source, host: str) -> Request:
    is_photo = host in source.photo_hosts - source.page_hosts
    return Request(
        f"https://{host}/robots.txt",
        priority=-1,
        meta={
            "download_slot": (photo_slot if is_photo else page_slot)(source.name),
            "download_maxsize": LARGEST,
            "dont_retry": True,
            meta_keys.SOURCE: source.name,
            meta_keys.KIND: "photo" if is_photo else "page",
            meta_keys.FETCH: "document",
            meta_keys.STEP: ROBOTS,
        },
    )

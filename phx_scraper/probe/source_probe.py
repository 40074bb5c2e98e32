"""Walks one source, step by step, by the path that its spider takes; after a refusal nothing more is asked."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from functools import partial
from urllib.parse import urlsplit

from scrapy.crawler import Crawler

from phx_scraper.config.fields import Config
from phx_scraper.downloader.exceptions import StoppedEarly
from phx_scraper.downloader.handlers.curl import guard_for
from phx_scraper.errors import PageError, PhxError, Refused
from phx_scraper.homes import Home
from phx_scraper.items import ListingItem
from phx_scraper.model.visit import VisitLease
from phx_scraper.probe.connection import connection_rows, first_page, first_page_request, name_row
from phx_scraper.probe.fetcher import Fetcher
from phx_scraper.probe.fixture_candidate import ProbedPage
from phx_scraper.probe.look_up_rows import look_up_rows
from phx_scraper.probe.observer import Exchange
from phx_scraper.probe.page_rows import page_rows, probed_page
from phx_scraper.probe.photo_row import photo_row
from phx_scraper.probe.probe_report import OK, TROUBLE, Row, SourceReport
from phx_scraper.probe.probed_steps import ProbedSteps
from phx_scraper.run.arguments import missing_token
from phx_scraper.spiders.all import spider_of
from phx_scraper.spiders.base import MAX_PAGE_BYTES, HomeSpider
from phx_scraper.spiders.page_requests import PageRequest

MOST_REQUESTS = 25
"""Page requests to one source; a crawl makes more only where every way is asked in every spelling."""

Ending = ListingItem | PhxError
Moved = PageRequest[object] | Ending


class SourceProbe:
    """One source, one home, each step once.

    `report` grows as steps are done, `fetcher.answers` are what came; `page` is the last page of the home, read or not.
    """

    def __init__(self, crawler: Crawler, source: str, home: Home, config: Config) -> None:
        self._crawler, self._home, self._config = crawler, home, config
        self.source = source
        self.fetcher = Fetcher(crawler)
        self.report = SourceReport(source)
        self.page: ProbedPage | None = None

    async def run(self) -> SourceReport:
        """All steps, also those that were not come to. Raises StoppedEarly."""
        began = time.monotonic()
        try:
            if await self._connect():
                await self._walk()
        except StoppedEarly:
            raise
        except Exception as error:
            self.report.add_bug(error)
        finally:
            self.report.seconds = time.monotonic() - began
            self.report.complete()
        return self.report

    @property
    def exchanges(self) -> list[Exchange]:
        """Everything that was sent, and what came back, in order."""
        return [exchange for answer in self.fetcher.answers for exchange in answer.observation.exchanges]

    async def _connect(self) -> bool:
        """Name, connection and first page; whether there is a connection to go on by."""
        rows = self.report.rows
        rows.append(await name_row(self.source, self._config, guard_for(self._crawler)))
        if rows[-1].result != OK:
            return False
        request = first_page_request(self.source, self._home.property_hash, MAX_PAGE_BYTES)
        answer = await self.fetcher.fetch(request)
        replica = self._config.replica_url
        scheme = urlsplit(replica.url if replica else first_page(self.source)).scheme
        rows += connection_rows(answer, scheme)
        self.report.missing_token = missing_token(self.source).partition(": ")[2].rstrip(".")
        came_through = any(row.step == "first page" for row in rows)
        return came_through and not isinstance(answer.error, Refused) and not self.report.missing_token

    async def _walk(self) -> None:
        steps, spider = ProbedSteps(self._visit(), self._config.browser), spider_of(self.source)()
        ending = await self._follow(spider, steps)
        rows, self.page = self.report.rows, probed_page(self.source, steps)
        rows += look_up_rows(self.source, steps, ending)
        rows += page_rows(self.source, steps, ending)
        if isinstance(ending, _Unexpected):
            rows.append(Row("state", TROUBLE, ending.reason, ending.detail))
        if isinstance(ending, ListingItem) and ending.listing.photos:
            rows.append(await photo_row(ending.listing, self._home.property_hash, self.fetcher, self._config))

    async def _follow(self, spider: HomeSpider, steps: ProbedSteps) -> Ending:
        """Give the spider's path its answers, up to the listing, a refusal, or the end of its ways."""
        path = spider.path(steps)
        move: Callable[[], PageRequest[object]] = partial(next, path)
        for _ in range(MOST_REQUESTS):
            moved = await asyncio.to_thread(_moved, move)
            if not isinstance(moved, PageRequest):
                return moved
            if steps.first_refusal is not None:
                path.close()
                refusal = steps.first_refusal
                steps.drop_unasked()
                return refusal
            answer = await self.fetcher.fetch(spider.page_request(moved, path, steps))
            steps.last_look.answer, steps.last_look.by = answer, moved.way
            if answer.response is not None:
                move = partial(path.send, answer.response)
            else:
                move = partial(path.throw, answer.error or PageError("no_answer"))
        path.close()
        steps.drop_unasked()
        return _Unexpected("too_many_requests", f"{MOST_REQUESTS} requests led to no listing")

    def _visit(self) -> VisitLease:
        """A visit that no catalogue knows."""
        home = self._home
        return VisitLease(home.property_hash, home.address, home.slug, self.source, "", "", 1, True)


class _Unexpected(PageError):
    """An end that no step has recorded."""


def _moved(move: Callable[[], PageRequest[object]]) -> Moved:
    """What a path does next; in a thread, where its parsers may take their time."""
    try:
        return move()
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]
    except PhxError as error:
        return error
    except Exception as error:
        return _Unexpected(f"bug:{type(error).__name__}", str(error)[:200])

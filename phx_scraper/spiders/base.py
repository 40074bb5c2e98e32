"""What every source's spider shares: feeding visits, asking pages, proving homes, naming endings."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict
from typing import Any, ClassVar

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from phx_scraper import pages
from phx_scraper.crawl import Crawl
from phx_scraper.endings import Ending, ending_of, ending_of_failure
from phx_scraper.errors import PageError, PhxError, StorageError
from phx_scraper.frontier import Frontier
from phx_scraper.handlers.slots import download_slots
from phx_scraper.homes import same_home
from phx_scraper.items import ListingItem
from phx_scraper.job import Job, prepare
from phx_scraper.options import read_options
from phx_scraper.pages.identity import prove
from phx_scraper.pages.listing import Candidate, Listing
from phx_scraper.sources import SOURCES
from phx_scraper.spiders.convert import listing_item, resumed_item
from phx_scraper.storage.catalogue import Catalogue
from phx_scraper.storage.records import VisitLease
from phx_scraper.storage.unread_pages import keep_page

MAX_PAGE_BYTES = 32 * 2**20

Step = Callable[..., Iterable[Request | ListingItem]]


class HomeSpider(Spider):
    """Base of the source spiders: a subclass says its first requests and how each answer leads on."""

    source: ClassVar[str] = ""
    sources: ClassVar[tuple[str, ...]] = ()
    crawl: Crawl

    @classmethod
    def from_crawler(
        cls,
        crawler: Crawler,
        *args: Any,
        job: Job | None = None,
        catalogue: Catalogue | None = None,
        crawl: Crawl | None = None,
        **kwargs: Any,
    ) -> HomeSpider:
        """Open the crawl, or share one: `scrapy crawl` brings a checked job and its catalogue. Raises UsageError."""
        spider = super().from_crawler(crawler)
        assert isinstance(spider, HomeSpider)
        if crawl is None:
            job = job or prepare(cls.name, cls.sources, kwargs, crawler.settings)
            crawl = Crawl(job, crawler, catalogue)
        spider.crawl = crawl
        return spider

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Fill the download slots with each source's own pace."""
        super().update_settings(settings)
        scale = read_options(settings).delay_scale
        settings.set("DOWNLOAD_SLOTS", download_slots(SOURCES.values(), scale), priority="spider")

    async def start(self) -> AsyncIterator[Any]:
        """Feed due visits, few at a time; a visit whose listing is known goes on with its missing photos."""
        with suppress(StorageError):  # the run is stopping then, and has said why
            await self.crawl.begin()
            async for visit in Frontier(self.crawl).visits():
                for result in self.begin(visit):
                    yield result

    def begin(self, visit: VisitLease) -> Iterator[Request | ListingItem]:
        """The first steps of a visit."""
        if visit.needs_page:
            yield from self.first_requests(visit)
        else:
            yield resumed_item(visit)

    def first_requests(self, visit: VisitLease) -> Iterator[Request]:
        """How the source is asked for a home; every source's spider says its own."""
        raise NotImplementedError(f"{type(self).__name__}.first_requests")

    def page(self, url: str, step: Step, visit: VisitLease, fetch: str = "document", **known: Any) -> Request:
        """A request of this source's page slot whose answer goes to `step(response, visit, **known)`."""
        return Request(
            url,
            callback=self.read,
            errback=self.lose,
            cb_kwargs={"step": step, "visit": visit, "known": known},
            meta={
                "download_slot": self.source,
                "download_maxsize": MAX_PAGE_BYTES,
                "phx_source": self.source,
                "phx_home": visit.property_hash,
                "phx_kind": "page",
                "phx_fetch": fetch,
            },
        )

    async def read(
        self, response: Response, step: Step, visit: VisitLease, known: dict[str, Any]
    ) -> AsyncIterator[Any]:
        """Run one step; whatever it raises ends the visit by name instead of the run."""
        try:
            if response.status >= 500:
                raise PageError(f"http_{response.status}")
            for result in await self.crawl.run_in("pages", lambda: list(step(response, visit, **known))):
                yield result
        except PhxError as error:
            await self._end(visit, ending_of(error), response.body)
        except Exception as error:
            self.logger.exception("%s: a bug of ours while reading %s", visit.address, response.url)
            await self._end(visit, Ending("error", f"bug:{type(error).__name__}"), response.body)

    async def lose(self, failure: Failure) -> None:
        """A request that got no usable answer ends its visit by name."""
        visit = failure.request.cb_kwargs["visit"]  # type: ignore[attr-defined]
        await self._end(visit, ending_of_failure(failure))

    def match(self, visit: VisitLease, candidates: Iterable[Candidate]) -> Candidate | None:
        """The first candidate that is the asked home, and never merely a near one."""
        for candidate in candidates:
            if same_home(visit.address, candidate.address):
                return candidate
            self.crawler.stats.inc_value(f"phx/identity/{self.source}/other_home_suggested")
        return None

    def listing(self, response: Response, visit: VisitLease, asked: dict[str, str]) -> ListingItem:
        """Read the listing page and prove that it is of the asked home. Raises PageError."""
        day = pages.page_day((response.headers.get("Date") or b"").decode("latin-1"))
        found = pages.read(self.source, response.url, response.body, response.status, day)
        return self.proven(found, visit, asked)

    def proven(self, listing: Listing, visit: VisitLease, asked: dict[str, str]) -> ListingItem:
        """A listing with the evidence that it is of the asked home. Raises WrongHome."""
        evidence = prove(visit.address, listing, asked)
        return listing_item(visit, listing, [asdict(piece) for piece in evidence])

    async def _end(self, visit: VisitLease, ending: Ending, body: bytes = b"") -> None:
        if body and ending.keep_page:
            try:
                await self.crawl.sql(keep_page, self.crawl.files, self.source, visit.property_hash, body)
            except StorageError:
                # The run is stopping, and has said why: the next one has the visit, and its page.
                await self.crawl.release(visit, "stopped")
                return
        await self.crawl.page_ended(visit, ending)

"""What every source's spider shares: feeding visits, following a visit's path, proving homes, naming endings."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import replace
from operator import itemgetter
from typing import Any, ClassVar

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from phx_scraper.config.reading import read_config
from phx_scraper.downloader import meta_keys
from phx_scraper.downloader.middlewares.known_listings import known_listing_url
from phx_scraper.downloader.slots import download_slots, page_slot
from phx_scraper.errors import DecoderUnavailable, PageError, PhxError, StorageError
from phx_scraper.items import ListingItem
from phx_scraper.model.listing import Listing
from phx_scraper.model.outcome import Outcome
from phx_scraper.model.visit import VisitLease
from phx_scraper.pages.identity import prove
from phx_scraper.run.arguments import CrawlArguments, prepare
from phx_scraper.run.context import RunContext
from phx_scraper.run.error_outcomes import outcome_of_failure
from phx_scraper.run.frontier import Frontier
from phx_scraper.sources import SOURCES
from phx_scraper.spiders.blocked_ways import BlockedWays
from phx_scraper.spiders.page_asker import page_ways
from phx_scraper.spiders.page_requests import PageRequest, PageRequests
from phx_scraper.spiders.saved_way import saved_first
from phx_scraper.spiders.visit_steps import VisitSteps
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.files.unread_pages import keep_page

MAX_PAGE_BYTES = 32 * 2**20

Move = Callable[[], "PageRequest[Any]"]
Path = PageRequests[ListingItem]


class HomeSpider(Spider):
    """Base of the source spiders: a subclass says by which steps a home's listing is found (`path`).

    The steps of all homes run in a worker thread, one at a time, and not on the event loop: they touch neither crawler,
    engine nor run. What they ask for is fetched by the event loop in the meantime.
    """

    source: ClassVar[str] = ""
    sources: ClassVar[tuple[str, ...]] = ()
    crawl: RunContext
    blocked: BlockedWays

    @classmethod
    def from_crawler(
        cls,
        crawler: Crawler,
        *args: Any,
        job: CrawlArguments | None = None,
        catalogue: Catalogue | None = None,
        crawl: RunContext | None = None,
        **kwargs: Any,
    ) -> HomeSpider:
        """Open the crawl, or share one: `scrapy crawl` brings a checked job and its catalogue. Raises UsageError."""
        spider = super().from_crawler(crawler)
        assert isinstance(spider, HomeSpider)
        if crawl is None:
            config = read_config(crawler.settings)
            job = job or prepare(cls.name, cls.sources, kwargs, config, crawler.settings.get("JOBDIR"))
            crawl = RunContext(replace(job, options=config), crawler, catalogue)
        spider.crawl = crawl
        spider.blocked = BlockedWays(lambda: crawl.trials[cls.source])
        return spider

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Make each source's download slots."""
        super().update_settings(settings)
        settings.set("DOWNLOAD_SLOTS", download_slots(SOURCES.values()), priority="spider")

    async def start(self) -> AsyncIterator[Any]:
        """Feed due visits, few at a time; a visit whose listing is known goes on with its missing photos."""
        with suppress(StorageError, DecoderUnavailable):  # the run is stopping then, and has said why
            await self.crawl.begin()
            async for visit in Frontier(self.crawl).visits():
                async for result in self.begin(visit):
                    yield result

    async def begin(self, visit: VisitLease) -> AsyncIterator[Request | ListingItem]:
        """The first steps of a visit."""
        if visit.needs_page:
            steps = VisitSteps(visit, self.blocked, page_ways(self.source, self.crawl.options.browser))
            path = saved_first(steps, self.crawl.saved, None if self.crawl.options.offline else self.path)
            async for result in self._go_on(path, steps, lambda: next(path)):
                yield result
        else:
            known = known_listing_url(visit.source, visit.property_hash)
            yield Request(known, callback=self.resume, errback=self.release, cb_kwargs={"visit": visit})

    async def resume(self, _response: Response, visit: VisitLease) -> AsyncIterator[ListingItem]:
        """Go on with the missing photos of a listing that the catalogue has."""
        yield ListingItem(visit, visit.listing, resumed=True)  # type: ignore[arg-type]

    async def release(self, failure: Failure) -> None:
        """Give a visit back whose listing was not taken up."""
        await self.crawl.page_ended(failure.request.cb_kwargs["visit"], outcome_of_failure(failure))  # type: ignore[attr-defined]

    def path(self, steps: VisitSteps) -> Path:
        """The steps from the home to its listing; every source's spider says its own. Raises PageError."""
        raise NotImplementedError(f"{type(self).__name__}.path")

    async def handle_response(self, response: Response, path: Path, steps: VisitSteps) -> AsyncIterator[Any]:
        """Give the path its answer."""
        async for result in self._go_on(path, steps, lambda: path.send(response)):
            yield result

    async def handle_error(self, failure: Failure) -> AsyncIterator[Any]:
        """Tell the path that a request got no usable answer; a source that is left alone ends it for now."""
        path, steps = itemgetter("path", "steps")(failure.request.cb_kwargs)  # type: ignore[attr-defined]
        ending = outcome_of_failure(failure)
        if ending.name == "pending":
            path.close()
            await self.crawl.page_ended(steps.visit, ending)
            return
        error = failure.value if isinstance(failure.value, PhxError) else PageError(ending.reason, ending.detail)
        async for result in self._go_on(path, steps, lambda: path.throw(error)):
            yield result

    def proven(self, listing: Listing, steps: VisitSteps, asked: dict[str, str]) -> ListingItem:
        """A listing with the evidence that it is of the asked home. Raises WrongHome."""
        evidence = prove(steps.visit.address, listing, asked)
        return ListingItem(steps.visit, replace(listing, evidence=evidence))

    async def _go_on(self, path: Path, steps: VisitSteps, move: Move) -> AsyncIterator[Any]:
        """Follow the path to its next request, to its listing, or to the end of the visit by name."""
        outcome = await self.crawl.run_in("pages", lambda: self._moved(steps, move))
        if not isinstance(outcome, PageRequest):
            await self._tell_answered(steps, outcome)
        if others := steps.take_others():
            self.crawl.count(f"phx/identity/{self.source}/other_home_suggested", others)
        if isinstance(outcome, PageRequest):
            yield self.page_request(outcome, path, steps)
        elif isinstance(outcome, ListingItem):
            self.crawl.brought.note(steps.visit, steps.summary(), outcome.listing.photos)
            yield outcome
        else:
            await self._end(steps, outcome)

    async def _tell_answered(self, steps: VisitSteps, outcome: ListingItem | Outcome) -> None:
        """Tell the breaker which hosts answered, once it is known that none of them refused what came after."""
        refused = outcome.host if isinstance(outcome, Outcome) else ""
        for host in steps.take_answered():
            if host != refused:
                await self.crawl.breakers.record_success(self.source, "page", host)

    def _moved(self, steps: VisitSteps, move: Move) -> PageRequest[Any] | ListingItem | Outcome:
        """What the path does next; whatever it raises ends the visit instead of the run."""
        try:
            return move()
        except StopIteration as done:
            return done.value  # type: ignore[no-any-return]
        except PhxError as error:
            return steps.outcome(error)
        except Exception as error:
            self.logger.exception("%s: a bug of ours at %s", steps.visit.address, self.source)
            return Outcome("error", f"bug:{type(error).__name__}", keep_page=True)

    def page_request(self, request: PageRequest[Any], path: Path, steps: VisitSteps) -> Request:
        """A request of this source's page slot whose answer goes back to the path."""
        return Request(
            request.url,
            method="POST" if request.body else "GET",
            body=request.body,
            headers=dict(request.headers),
            callback=self.handle_response,
            errback=self.handle_error,
            cb_kwargs={"path": path, "steps": steps},
            meta={
                "download_slot": page_slot(self.source),
                "download_maxsize": MAX_PAGE_BYTES,
                meta_keys.SOURCE: self.source,
                meta_keys.HOME: steps.visit.property_hash,
                meta_keys.KIND: "page",
                meta_keys.STEP: steps.way or "page",  # a saved page is of no way to the home
                **request.meta,
            },
        )

    async def _end(self, steps: VisitSteps, ending: Outcome) -> None:
        if steps.unread and ending.keep_page:
            try:
                await self.crawl.sql(keep_page, self.crawl.files, self.source, steps.visit.property_hash, steps.unread)
            except StorageError:
                # The run is stopping, and has said why: the next one has the visit, and its page.
                await self.crawl.release(steps.visit, "stopped")
                return
        await self.crawl.page_ended(steps.visit, ending)

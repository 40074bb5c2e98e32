"""Real crawls in the test process: one reactor in its own thread, driven from the test."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.http import Response
from scrapy.settings import Settings
from scrapy.utils.reactor import install_reactor
from twisted.python.failure import Failure

from phx_scraper.downloader.address_guard import AddressGuard
from phx_scraper.downloader.handlers.routing import RoutingDownloadHandler

Result = TypeVar("Result")

# What settings.py wires, for these tests alone: they must not depend on spiders, pipelines or extensions.
SETTINGS: dict[str, Any] = {
    "USER_AGENT": None,
    "DEFAULT_REQUEST_HEADERS": {},
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "LOG_ENABLED": False,
    # Tests of it set their own: what an answer waits for on a busy machine is not the server's silence.
    "DOWNLOAD_TIMEOUT": 60,
    "DOWNLOAD_MAXSIZE": 2**20,
    "DOWNLOAD_WARNSIZE": 0,
    "DOWNLOAD_VERIFY_CERTIFICATES": True,
    "RETRY_TIMES": 2,
    "HTTPERROR_ALLOW_ALL": True,
    "IMAGES_STORE": "unused",
    "PHX_DELAY_SCALE": 0.0,
    "CONCURRENT_REQUESTS": 64,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 32,
    "SCHEDULER": "phx_scraper.scheduler.MemoryScheduler",
    "DUPEFILTER_CLASS": "phx_scraper.dupefilter.NoDupeFilter",
    "DOWNLOAD_HANDLERS": {
        "http": "phx_scraper.downloader.handlers.routing.RoutingDownloadHandler",
        "https": "phx_scraper.downloader.handlers.routing.RoutingDownloadHandler",
        "file": None,
        "ftp": None,
        "s3": None,
        "data": None,
    },
    "DOWNLOADER_MIDDLEWARES": {
        "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
        "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": None,
        "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": None,
        "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,
        "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
        "phx_scraper.downloader.middlewares.circuit_breaker.CircuitBreakerMiddleware": 40,
        "phx_scraper.downloader.middlewares.target_guard.TargetGuardMiddleware": 50,
        "phx_scraper.downloader.middlewares.browser_identity.BrowserIdentityMiddleware": 400,
        "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
        "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
        "phx_scraper.downloader.middlewares.redirect.BrowserRedirectMiddleware": 600,
        "phx_scraper.downloader.middlewares.refusals.RefusalsMiddleware": 650,
        "phx_scraper.downloader.middlewares.retry.BackoffRetryMiddleware": 660,
        "phx_scraper.downloader.middlewares.throttle.ThrottleMiddleware": 670,
        "phx_scraper.downloader.middlewares.answers.AnswersMiddleware": 675,
        "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": 680,
        "phx_scraper.downloader.middlewares.first_page.FirstPageMiddleware": 695,
        "phx_scraper.downloader.middlewares.cookies.CookieJarsMiddleware": 700,
        "phx_scraper.downloader.middlewares.replica.ReplicaMiddleware": 740,
    },
    "SPIDER_MIDDLEWARES": {"scrapy.spidermiddlewares.referer.RefererMiddleware": None},
}


@dataclass
class Outcome:
    """What became of a crawl's requests, by the URL first asked for."""

    responses: dict[str, Response] = field(default_factory=dict)
    errors: dict[str, BaseException] = field(default_factory=dict)
    stats: dict[str, Any] = field(default_factory=dict)


def handlers(make_guard: Callable[[], AddressGuard]) -> dict[str, Any]:
    """DOWNLOAD_HANDLERS whose address guard is the test's own."""

    class Routing(RoutingDownloadHandler):
        def make_guard(self) -> AddressGuard:
            return make_guard()

    return {**SETTINGS["DOWNLOAD_HANDLERS"], "http": Routing, "https": Routing}


class AskingSpider(Spider):
    """Asks for the given requests and keeps what comes back."""

    name = "asking"

    def __init__(
        self,
        requests: list[Request],
        outcome: Outcome,
        extra_hosts: frozenset[str] = frozenset(),
        in_turn: bool = False,
    ) -> None:
        super().__init__()
        self.requests, self.outcome, self.extra_hosts, self.in_turn = requests, outcome, extra_hosts, in_turn

    async def start(self) -> AsyncIterator[Any]:
        if self.in_turn:
            for request in self.requests:
                self.outcome.responses[request.url] = await self.crawler.engine.download_async(request)
            return
        for request in self.requests:
            yield request.replace(
                callback=self.parse, errback=self.lose, cb_kwargs={"asked": request.url}, meta=dict(request.meta)
            )

    def parse(self, response: Response, asked: str) -> None:
        self.outcome.responses[asked] = response

    def lose(self, failure: Failure) -> None:
        self.outcome.errors[failure.request.cb_kwargs["asked"]] = failure.value  # type: ignore[attr-defined]


class ReactorThread:
    """Twisted's reactor in a thread; `run` executes a coroutine there."""

    def __init__(self) -> None:
        if "twisted.internet.reactor" not in sys.modules:  # a second one would only make a loop that nobody closes
            install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
        from twisted.internet import reactor

        self._reactor: Any = reactor
        self._loop: asyncio.AbstractEventLoop = self._reactor._asyncioEventloop
        started = threading.Event()
        self._reactor.callWhenRunning(started.set)
        self._thread = threading.Thread(
            target=self._reactor.run, kwargs={"installSignalHandlers": False}, name="reactor", daemon=True
        )
        self._thread.start()
        assert started.wait(60)

    def run(self, make: Callable[[], Coroutine[Any, Any, Result]], seconds: float = 120) -> Result:
        """The result of the coroutine that `make` gives."""

        async def main() -> Result:
            return await make()

        return asyncio.run_coroutine_threadsafe(main(), self._loop).result(seconds)

    def stop(self) -> None:
        """End the reactor; it cannot run again in this process."""
        self._reactor.callFromThread(self._reactor.stop)
        self._thread.join(60)
        self._loop.close()


async def crawl(
    requests: list[Request | str],
    settings: Mapping[str, Any],
    extra_hosts: frozenset[str] = frozenset(),
    in_turn: bool = False,
    on_crawler: Callable[[Crawler], None] = lambda crawler: None,
) -> Outcome:
    """Run one crawl to its end; `in_turn`: each request once the one before it is answered."""
    outcome = Outcome()
    runner = AsyncCrawlerRunner(Settings({**SETTINGS, **settings}))
    crawler = runner.create_crawler(AskingSpider)
    on_crawler(crawler)
    asked = [Request(one) if isinstance(one, str) else one for one in requests]
    await runner.crawl(crawler, asked, outcome, extra_hosts, in_turn)
    outcome.stats = dict(crawler.stats.get_stats())
    return outcome

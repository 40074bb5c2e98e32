"""Download handler with a browser's TLS, HTTP/2 and header identity (curl_cffi), under Scrapy's own rules.

Timeout, size cap, certificate check, proxies and errors are Scrapy's; redirects, cookies and retries stay with its
middlewares. `headers_received` and `bytes_received` are not signalled.
"""

from __future__ import annotations

import asyncio
import time

from curl_cffi import Curl, CurlError, CurlOpt
from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadTimeoutError, UnsupportedURLSchemeError
from scrapy.http import Response

from phx_scraper.config.reading import config_of
from phx_scraper.downloader.address_guard import AddressGuard, Target
from phx_scraper.downloader.cookie_jars import JAR
from phx_scraper.downloader.handlers.connection_trace import ConnectionTrace
from phx_scraper.downloader.handlers.curl_options import (
    proxy_of,
    resolves_remotely,
    set_identity,
    set_request,
    set_route,
)
from phx_scraper.downloader.handlers.curl_pool import CurlPool
from phx_scraper.downloader.handlers.curl_response import Answer
from phx_scraper.downloader.meta_keys import SOURCE, TRACE
from phx_scraper.downloader.replica_url import connect_url, wire_url

PROFILE = "chrome150"
"""The newest browser that curl_cffi 0.16.3 can be; one for the whole run, as a person has one browser."""

NO_PROFILE = ""
"""No browser: libcurl's own TLS and HTTP, and no header that is not asked for."""

PoolKey = tuple[str, str, str]


class CurlDownloadHandler(BaseDownloadHandler):
    """Fetches as the browser in `meta["impersonate"]` (`PROFILE` without that key)."""

    lazy = True

    def __init__(self, crawler: Crawler, guard: AddressGuard | None = None) -> None:
        super().__init__(crawler)
        settings = crawler.settings
        self._max_size = settings.getint("DOWNLOAD_MAXSIZE")
        self._timeout = settings.getfloat("DOWNLOAD_TIMEOUT")
        self._verify = settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES")
        self._fail_on_dataloss = settings.getbool("DOWNLOAD_FAIL_ON_DATALOSS")
        self._guard = guard or guard_for(crawler)
        self._pools: dict[PoolKey, CurlPool] = {}

    async def download_request(self, request: Request) -> Response:
        """Fetch within `download_timeout` seconds in all. Raises Scrapy's download errors and UnsafeRequest."""
        seconds = float(request.meta.get("download_timeout") or self._timeout)
        started = time.monotonic()
        try:
            async with asyncio.timeout(seconds or None):
                answer = await self._fetch(request)
        except TimeoutError as error:
            raise DownloadTimeoutError(f"no complete answer within {seconds:g} s: {request.url}") from error
        request.meta["download_latency"] = answer.latency or time.monotonic() - started
        keep_going = request.meta.get("download_fail_on_dataloss", self._fail_on_dataloss)
        return answer.response(request, ["impersonate", self._profile(request)], keep_going)

    async def close(self) -> None:
        """Close every connection; a second call finds nothing to do."""
        pools = list(self._pools.values())
        self._pools.clear()
        for pool in pools:
            await pool.close()

    async def _fetch(self, request: Request) -> Answer:
        url, proxy = connect_url(request), proxy_of(request)
        target = self._guard.check_unresolved(url) if resolves_remotely(proxy) else await self._guard.check(url)
        answer = Answer(int(request.meta.get("download_maxsize", self._max_size) or 0))
        trace: ConnectionTrace | None = request.meta.get(TRACE)

        def prepare(curl: Curl) -> None:
            self._prepare(curl, request, target, answer)
            if trace is not None:
                trace.attach(curl)

        def finish(curl: Curl, error: CurlError | None) -> None:
            answer.finish(curl, error)
            if trace is not None:
                trace.finish(curl, error)

        await self._pool(request, proxy).perform(prepare, finish)
        return answer

    def _prepare(self, curl: Curl, request: Request, target: Target, answer: Answer) -> None:
        url = wire_url(request)
        set_request(curl, request, url)
        try:
            set_identity(curl, self._profile(request), request, url)
        except ValueError as error:
            raise UnsupportedURLSchemeError(str(error)) from error
        set_route(curl, request, target, self._verify)
        if answer.max_size and request.method != "HEAD":
            curl.setopt(CurlOpt.MAXFILESIZE_LARGE, answer.max_size)
        answer.attach(curl)

    def _profile(self, request: Request) -> str:
        profile: str = request.meta.get("impersonate", PROFILE)
        return profile

    def _pool(self, request: Request, proxy: str) -> CurlPool:
        # The jar tells one user of a proxy from another: a connection that it opened for the one is not the other's.
        key = (str(request.meta.get(SOURCE) or ""), self._profile(request), f"{request.meta.get(JAR)} {proxy}")
        if key not in self._pools:
            self._pools[key] = CurlPool()
        return self._pools[key]


def guard_for(crawler: Crawler) -> AddressGuard:
    """The address guard of a crawl: the replica's host and port alone may be private."""
    replica = config_of(crawler).replica_url
    return AddressGuard(frozenset({(replica.host, replica.port)}) if replica else frozenset())

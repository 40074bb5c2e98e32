"""Scrapy's cookies, in the jars of `cookie_jars.py`, for requests that carry any."""

from __future__ import annotations

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.cookies import CookiesMiddleware
from scrapy.http import Response

from phx_scraper.downloader import meta_keys
from phx_scraper.downloader.cookie_jars import JAR
from phx_scraper.downloader.state import state_of


class CookieJarsMiddleware(CookiesMiddleware):
    """After the proxy is known, before it is used: which jar is meant depends on it.

    A request that a browser sends without cookies (`meta_keys.COOKIES`) keeps none of its answer either.
    """

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy makes it; the jars are the crawl's. Raises NotConfigured without COOKIES_ENABLED."""
        made = super().from_crawler(crawler)
        made.jars = state_of(crawler).cookies.by_name
        return made

    def process_request(self, request: Request) -> None:  # type: ignore[override]
        """Name the jar of a source's request, and set the header `Cookie` from it."""
        if meta_keys.SOURCE in request.meta:
            request.meta[JAR] = state_of(self.crawler).cookies.name_for(request)
        if request.meta.get(meta_keys.COOKIES) == "none":
            request.headers.pop("Cookie", None)
            return
        super().process_request(request)

    def process_response(  # type: ignore[override]
        self, request: Request, response: Response
    ) -> Request | Response:
        """Keep the cookies of the answer."""
        if request.meta.get(meta_keys.COOKIES) == "none":
            return response
        kept = super().process_response(request, response)
        if "Set-Cookie" in response.headers and JAR in request.meta:
            state_of(self.crawler).cookies.drop_oldest(request.meta[JAR])
        return kept

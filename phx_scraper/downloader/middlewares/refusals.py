"""Recognises a refusal before anything is parsed, on pages and photos that the retry middleware let pass."""

from __future__ import annotations

from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from phx_scraper.downloader.exceptions import RefusedResponse
from phx_scraper.downloader.header_text import plain_headers
from phx_scraper.downloader.meta_keys import SOURCE
from phx_scraper.downloader.middlewares.throttle import COMPLAINTS
from phx_scraper.downloader.state import state_of
from phx_scraper.pages.refusals import find_refusal
from phx_scraper.sources import source_of_host


class RefusalsMiddleware:
    """Turns the answer by which a source declines into RefusedResponse; stat `phx/refusal/<source>/<reason>`."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._throttle = state_of(crawler).throttle

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RefusalsMiddleware:
        """Keep the crawler for its stats."""
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Response:
        """Let an answer pass that is no refusal. Raises RefusedResponse with reason and retry_after in seconds."""
        source = request.meta.get(SOURCE) or _owner(response.url)
        if not source or (request.method == "HEAD" and response.status < 400):
            return response
        refused = find_refusal(source, response.url, response.status, plain_headers(response), response.body)
        if refused is None:
            return response
        self._crawler.stats.inc_value(f"phx/refusal/{source}/{refused.reason}")
        if response.status not in COMPLAINTS:
            self._throttle.slow_down(request)
        raise RefusedResponse(refused.reason, refused.detail, refused.retry_after)


def _owner(url: str) -> str | None:
    source = source_of_host(urlsplit(url).hostname or "")
    return source.name if source else None

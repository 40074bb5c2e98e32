"""Redirects as a browser follows them, and never to anything but http(s)."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.http import Response

from phx_scraper.downloader.address_guard import PORTS
from phx_scraper.downloader.exceptions import UnsafeRequest
from phx_scraper.downloader.scrapy_internals import RedirectsWithoutReferer

_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class BrowserRedirectMiddleware(RedirectsWithoutReferer):
    """Scrapy's redirects; each hop passes `target_guard` and the address check again, being a request of its own."""

    async def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """Follow the redirect. Raises UnsafeRequest for `file:`, `data:` and the like, and for what is no URL."""
        location = (response.headers.get("Location") or b"").decode("latin-1")
        if response.status not in _REDIRECTS or not location:
            return response
        try:
            self._refuse_other_schemes(request.url, location)
            return super().process_response(request, response)
        except ValueError as error:
            raise self._refused("odd_host", f"{request.url} redirects to {location!r}: {error}") from error

    def handle_referer(self, request: Request, response: Response) -> None:
        """Keep the header: a browser stays on the page it came from, and browser_identity fits it to the hop."""

    def _refuse_other_schemes(self, url: str, location: str) -> None:
        if urlsplit(urljoin(url, location)).scheme not in PORTS:
            raise self._refused("scheme", f"{url} redirects to {location!r}")

    def _refused(self, reason: str, detail: str) -> UnsafeRequest:
        self.crawler.stats.inc_value(f"phx/guard/refused/{reason}")
        return UnsafeRequest(reason, detail)

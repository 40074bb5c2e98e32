"""Answers the requests of visits whose listing the catalogue has: they are taken up without asking for a page again."""

from __future__ import annotations

from scrapy import Request
from scrapy.http import Response

_SCHEME = "catalogue"


class KnownListingsMiddleware:
    """Gives an empty answer to requests of `known_listing_url`; nothing is sent.

    `spiders/base.py:HomeSpider.begin` chooses by the lease's `needs_page`, which `storage/catalogue/leases.py` grants.

    A visit that is taken up could be an item that `start()` yields. But a closing crawl waits for its last item, and
    Scrapy 2.19 looks whether it was the last only where an answer has been dealt with (`Scraper.enqueue_scrape`): a run
    that was stopped while such an item was in work never ended. As what a callback yields it is like any other item.
    """

    async def process_request(self, request: Request) -> Response | None:
        """The answer where the request is one of ours, None for all others."""
        if not request.url.startswith(f"{_SCHEME}:"):
            return None
        return Response(request.url, request=request, flags=[_SCHEME])


def known_listing_url(source: str, property_hash: str) -> str:
    """The address under which a visit is taken up; no downloader knows its scheme, so it never leaves this process."""
    return f"{_SCHEME}://visits/{source}/{property_hash}"

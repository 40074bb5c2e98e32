"""Recognises a refusal before anything is parsed, on pages and photos that the retry middleware let pass.

Who reacts: `spiders/base.py:HomeSpider.handle_error` for pages, `pipelines/listing_photos.py` for photos.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response

from phx_scraper.downloader.exceptions import RefusedResponse
from phx_scraper.downloader.meta_keys import SAVED, SOURCE, STEP
from phx_scraper.downloader.state import CrawlPart, state_of
from phx_scraper.errors import Refused
from phx_scraper.model.request_counts import ROBOTS
from phx_scraper.pages.refusals import find_refusal
from phx_scraper.sources import source_of_host

COMPLAINTS = frozenset({429, 503})
"""Statuses of which `throttle.py` has heard before."""


class RefusalsMiddleware(CrawlPart):
    """Turns the answer by which a source declines into RefusedResponse; stat `phx/refusal/<source>/<reason>`."""

    async def process_response(self, request: Request, response: Response) -> Response:
        """Let an answer pass that is no refusal. Raises RefusedResponse with reason and retry_after in seconds."""
        if SAVED in request.meta or request.meta.get(STEP) == ROBOTS:
            return response  # A saved page is no source's answer, and a robots.txt is held against none.
        refused = refusal_in(request, response)
        if refused is None:
            state_of(self.crawler).sessions.note_answer(request, response.status)
            return response
        self.crawler.stats.inc_value(f"phx/refusal/{_source(request, response)}/{refused.reason}")
        if response.status not in COMPLAINTS:
            state_of(self.crawler).throttle.slow_down(request)
        raise RefusedResponse(refused.reason, refused.detail, refused.retry_after)


def refusal_in(request: Request, response: Response) -> Refused | None:
    """The refusal that an answer is, None for any other and for hosts of no source."""
    source = _source(request, response)
    if not source or SAVED in request.meta or (request.method == "HEAD" and response.status < 400):
        return None
    refused = find_refusal(source, response.url, response.status, plain_headers(response), response.body)
    is_no_page = request.meta.get(STEP) == ROBOTS and response.status == 200 and not response.body.strip()
    return None if is_no_page else refused


def _source(request: Request, response: Response) -> str | None:
    named: str | None = request.meta.get(SOURCE)
    owner = source_of_host(urlsplit(response.url).hostname or "")
    return named or (owner.name if owner else None)


def plain_headers(response: Response) -> dict[str, str]:
    """Header names in lower case, repeated values joined by a comma (RFC 9110 5.3)."""
    return {
        name.decode("latin-1").lower(): b", ".join(values).decode("latin-1")
        for name, values in response.headers.items()
        if values
    }

"""Answers the requests for pages that a person saved, out of their files."""

from __future__ import annotations

import asyncio
from urllib.parse import quote

from scrapy import Request
from scrapy.http import Response

from phx_scraper.downloader.meta_keys import SAVED
from phx_scraper.downloader.saved_pages import SavedPage
from phx_scraper.downloader.state import CrawlPart, state_of

_SCHEME = "saved"


class SavedPagesMiddleware(CrawlPart):
    """Gives the saved page that a request's meta names, with its own URL and day; nothing is sent.

    Stat `phx/saved/<source>/read`.
    """

    async def process_request(self, request: Request) -> Response | None:
        """The answer where the request is one of ours, None for all others. Raises NotUnderstood for a changed file."""
        page: SavedPage | None = request.meta.get(SAVED)
        state = state_of(self.crawler)
        if page is None or state.saved_pages is None or state.gate.closing:
            return None
        answer = await asyncio.to_thread(state.saved_pages.open, page)
        self.crawler.stats.inc_value(f"phx/saved/{page.source}/read")
        return Response(
            answer.url,
            status=answer.status,
            headers=dict(answer.headers),
            body=answer.body,
            request=request,
            flags=[_SCHEME],
        )


def saved_url(page: SavedPage) -> str:
    """The address under which a saved page is asked for; no downloader knows its scheme, so it stays here."""
    entry = f"?entry={page.entry}" if page.entry else ""
    return f"{_SCHEME}://{page.source}/{quote(page.file)}{entry}"

"""Opens a source's first page once per session, before its endpoints are asked: a browser has been there."""

from __future__ import annotations

import logging

from scrapy import Request

from phx_scraper.downloader import meta_keys
from phx_scraper.downloader.cookie_jars import OWN
from phx_scraper.downloader.exceptions import FirstPageFailed, RefusedResponse, StoppedEarly
from phx_scraper.downloader.lost_requests import reason_of
from phx_scraper.downloader.slots import page_slot
from phx_scraper.downloader.state import CrawlPart, state_of
from phx_scraper.errors import PageError, UnsafeTarget
from phx_scraper.pages.html_and_json import MAX_BODY
from phx_scraper.sources import SOURCES

logger = logging.getLogger(__name__)

_ENDPOINT_KINDS = frozenset({"fetch", "script"})
_OWN_PROXY = ("proxy", "_auth_proxy", meta_keys.PROXY)


class FirstPageMiddleware(CrawlPart):
    """Between the proxies and the cookies: which session is meant depends on the former, and the latter come of it.

    The page goes through every middleware, at its source's pace, like any other; its refusal is the endpoint's. A
    session that began with a page of the site needs none: a person may type any URL. Stat `phx/first_page/<source>`.
    """

    async def process_request(self, request: Request) -> None:
        """Let the request pass once its session has begun. Raises whatever the first page ended with."""
        source = SOURCES.get(request.meta.get(meta_keys.SOURCE, ""))
        if source is None or not source.first_page or request.meta.get(meta_keys.FETCH) not in _ENDPOINT_KINDS:
            return
        state = state_of(self.crawler)
        jar, home = state.cookies.name_for(request), str(request.meta.get(meta_keys.HOME, ""))
        await state.sessions.begin(jar, home, lambda: self._visit(source.name, source.first_page, request))

    async def _visit(self, source: str, url: str, request: Request) -> None:
        self.crawler.stats.inc_value(f"phx/first_page/{source}")
        try:
            response = await self.crawler.engine.download_async(_page(source, url, request))
            if response.status >= 400:
                raise FirstPageFailed(f"http_{response.status}")
        except StoppedEarly:
            raise
        except Exception as error:
            named = _named(error, url)
            logger.warning("%s's endpoints are not asked for this home: %s", source, named)
            raise named from error


def _page(source: str, url: str, request: Request) -> Request:
    """The first page by the proxy of `request`: `proxies.py` chooses the same one again, its own is kept."""
    meta = {
        meta_keys.SOURCE: source,
        meta_keys.HOME: request.meta.get(meta_keys.HOME) or request.meta.get(meta_keys.REFERER, ""),
        meta_keys.KIND: "page",
        meta_keys.FETCH: "document",
        meta_keys.STEP: "first page",
        "download_slot": page_slot(source),
        "download_maxsize": MAX_BODY,
    }
    if not str(request.meta.get(meta_keys.PROXY, ("", ""))[0]).startswith(OWN):
        return Request(url, meta=meta)
    meta |= {key: request.meta[key] for key in _OWN_PROXY if key in request.meta}
    token = request.headers.get("Proxy-Authorization")
    return Request(url, meta=meta, headers={"Proxy-Authorization": token} if token else None)


def _named(error: Exception, url: str) -> PageError:
    """The failure of the first page as that of the endpoint: not to be retried, it has been tried often enough."""
    named: PageError
    if isinstance(error, RefusedResponse):
        named = RefusedResponse(error.reason, f"first page {url}: {error.detail}", error.retry_after)
    elif isinstance(error, UnsafeTarget):
        named = FirstPageFailed("unsafe_target", f"first page {url}: {error}")
    else:
        reason = error.reason if isinstance(error, PageError) else reason_of(error)
        named = FirstPageFailed(reason, f"first page {url}")
    named.failed_url = url
    return named

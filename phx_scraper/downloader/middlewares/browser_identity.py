"""One browser for each source and run: profile, slot and the headers that fit what is asked for.

The kinds are `meta_keys.FETCH`, else by `KIND` and host; `request_kinds.py` says what each of them sends.
"""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from scrapy import Request

from phx_scraper.downloader import meta_keys
from phx_scraper.downloader.handlers.curl import NO_PROFILE, PROFILE
from phx_scraper.downloader.request_kinds import KINDS, OURS, PLAIN, cookies_with, headers_of
from phx_scraper.downloader.slots import page_slot, photo_slot
from phx_scraper.sources import Source, source_of_host


class BrowserIdentityMiddleware:
    """Dresses every request to a source; requests to other hosts stay as they are."""

    async def process_request(self, request: Request) -> None:
        """Set meta and headers, anew each time: a redirect changes what fits."""
        source = source_of_host(urlsplit(request.url).hostname or "")
        if source is None:
            return
        kind = fetch_of(request, source)
        is_photo = "photo" in (kind, request.meta.get(meta_keys.KIND))
        request.meta["impersonate"] = NO_PROFILE if kind == PLAIN else request.meta.get("impersonate") or PROFILE
        request.meta.setdefault(meta_keys.SOURCE, source.name)
        request.meta.setdefault(meta_keys.KIND, "photo" if is_photo else "page")
        request.meta.setdefault("download_slot", (photo_slot if is_photo else page_slot)(source.name))
        _dress(request, kind, _default_page(request, source) if kind != "document" else "")


def fetch_of(request: Request, source: Source) -> str:
    """One of `request_kinds.KINDS`, or `PLAIN` for whatever is asked of a source with an API."""
    if source.agent == "plain":
        return PLAIN
    named = request.meta.get(meta_keys.FETCH) or request.meta.get(meta_keys.KIND)
    if named in KINDS:
        return str(named)
    host = urlsplit(request.url).hostname
    return "photo" if named is None and host in source.photo_hosts - source.page_hosts else "document"


def _default_page(request: Request, source: Source) -> str:
    return source.first_page or urljoin(request.url, "/")


def _dress(request: Request, kind: str, default_page: str) -> None:
    """The headers of `kind`; only a document can be asked for without a page, by a person."""
    page = str(request.meta.get(meta_keys.REFERER) or (request.headers.get("Referer") or b"").decode("latin-1"))
    page = page or default_page
    if page:
        request.meta[meta_keys.REFERER] = page  # whole: the header has less of it where the target is another's
    urls = [*request.meta.get("redirect_urls", ()), request.url]
    for name in OURS:
        request.headers.pop(name, None)
    for name, value in headers_of(kind, urls, page, request.method).items():
        request.headers[name] = value
    request.meta[meta_keys.COOKIES] = cookies_with(kind, urls, page)

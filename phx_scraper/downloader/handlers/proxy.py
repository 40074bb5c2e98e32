"""What a request's proxy means to Scrapy's own handler."""

from __future__ import annotations

from urllib.parse import urlsplit

from scrapy import Request
from scrapy.exceptions import NotSupported

from phx_scraper.downloader.address_guard import AddressGuard
from phx_scraper.downloader.handlers.curl_options import proxy_of, resolves_remotely
from phx_scraper.downloader.replica_url import connect_url


async def check_target(guard: AddressGuard, request: Request) -> None:
    """Judge where it would go. Raises UnsafeRequest, CannotResolveHostError, NotSupported.

    Where the proxy turns the name into an address there is only the URL to judge.
    """
    proxy, url = proxy_of(request), connect_url(request)
    if proxy and urlsplit(proxy).scheme != "http":
        raise NotSupported("Scrapy's own handler goes by http proxies only: fetch this by curl (meta phx_handler)")
    if resolves_remotely(proxy):
        guard.check_unresolved(url)
    else:
        await guard.check(url)

"""What a request's proxy means to the ways of fetching that do not go by curl: Scrapy's own handler and the browser."""

from __future__ import annotations

import base64
from hashlib import sha256
from urllib.parse import SplitResult, unquote, urlsplit

from scrapy import Request
from scrapy.exceptions import NotSupported

from phx_scraper.downloader.address_guard import AddressGuard
from phx_scraper.downloader.handlers.curl_options import proxy_of, resolves_remotely
from phx_scraper.downloader.replica_url import connect_url

CONTEXT = frozenset({"playwright_context", "playwright_context_kwargs"})
"""What `by_browser` sets for one sending; a retry must not build on it."""


async def check_target(guard: AddressGuard, way: str, request: Request) -> None:
    """Judge where `plain` or `browser` would go. Raises UnsafeRequest, CannotResolveHostError, NotSupported.

    Where the proxy turns the name into an address there is only the URL to judge; a browser leaves that to any proxy.
    """
    proxy, url = proxy_of(request), connect_url(request)
    if proxy and way == "plain" and urlsplit(proxy).scheme != "http":
        raise NotSupported("Scrapy's own handler goes by http proxies only: fetch this by curl (meta phx_handler)")
    if resolves_remotely(proxy) or (proxy and way == "browser"):
        guard.check_unresolved(url)
    else:
        await guard.check(url)


def by_browser(request: Request) -> Request:
    """The request as scrapy-playwright must have it: a browser context for each proxy, and no credentials to the site.

    Chromium knows no password for a SOCKS proxy and says so; its socks5 resolves names at the proxy, as socks5h does.
    """
    if not proxy_of(request):
        return request
    parts = urlsplit(proxy_of(request))
    options = {"server": _server(parts), **_credentials(request, parts)}
    name = f"{request.meta.get('playwright_context', 'default')}-{sha256(repr(options).encode()).hexdigest()[:12]}"
    kwargs = {**request.meta.get("playwright_context_kwargs", {}), "proxy": options}
    sent = request.replace(meta={**request.meta, "playwright_context": name, "playwright_context_kwargs": kwargs})
    sent.headers.pop("Proxy-Authorization", None)
    return sent


def _server(parts: SplitResult) -> str:
    return f"{parts.scheme.removesuffix('h')}://{parts.netloc.rpartition('@')[2]}"


def _credentials(request: Request, parts: SplitResult) -> dict[str, str]:
    """From the header that HttpProxyMiddleware made of them, or as they stand in the URL."""
    scheme, _, token = (request.headers.get("Proxy-Authorization") or b"").partition(b" ")
    if scheme.lower() == b"basic":
        user, _, password = base64.b64decode(token).decode("latin-1").partition(":")
    else:
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return {"username": user, "password": password} if user else {}

"""A Scrapy request as scrapy-playwright must have it, and its response as Scrapy must."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import quote, urlsplit

from scrapy import Request
from scrapy.http import Response

from phx_scraper.config.locations import ReplicaAddress
from phx_scraper.downloader.browser.page_rules import PageRules
from phx_scraper.downloader.handlers.curl_options import proxy_of
from phx_scraper.downloader.meta_keys import SOURCE


@dataclass(frozen=True, slots=True)
class RenderedPage:
    """One page to render: `request` as it is sent, the browser `context` that it belongs to, and that context's rules.

    `proxy` is the user's, with its password.
    """

    request: Request
    source: str
    host: str
    context: str
    proxy: str
    rules: PageRules
    at_http: bool

    def response(self, rendered: Response, request: Request) -> Response:
        """What was rendered as the answer to `request`, under the live site's URL."""
        url = rendered.url
        if self.at_http and url.startswith("http:"):
            url = f"https:{url.removeprefix('http:')}"
        return rendered.replace(url=url, request=request)


def rendered_page(request: Request, replica: ReplicaAddress | None) -> RenderedPage:
    """A context for each source and proxy; no password to the site. A replica at `http:` is asked by that scheme."""
    at_http = replica is not None and not replica.is_tls
    url = f"http:{request.url.removeprefix('https:')}" if at_http else request.url
    host = (urlsplit(url).hostname or "").lower()
    source = str(request.meta.get(SOURCE) or "")
    proxy = _proxy(request)
    context = f"{source or host}-{sha256(proxy.encode()).hexdigest()[:12]}" if proxy else source or host
    going = {"wait_until": "domcontentloaded", "timeout": 0}
    meta = {key: value for key, value in request.meta.items() if not key.startswith("playwright")}
    meta |= {"playwright": True, "playwright_context": context, "playwright_page_goto_kwargs": going}
    sent = request.replace(url=url, meta=meta)
    sent.headers.pop("Proxy-Authorization", None)
    return RenderedPage(sent, source, host, context, proxy, PageRules(source, host), at_http)


def _proxy(request: Request) -> str:
    """The user's proxy, with the password that HttpProxyMiddleware has moved to a header."""
    url = proxy_of(request)
    scheme, _, token = (request.headers.get("Proxy-Authorization") or b"").partition(b" ")
    if not url or scheme.lower() != b"basic":
        return url
    user, _, password = base64.b64decode(token).decode("latin-1").partition(":")
    parts = urlsplit(url)
    userinfo = f"{quote(user, safe='', encoding='latin-1')}:{quote(password, safe='', encoding='latin-1')}"
    return f"{parts.scheme}://{userinfo}@{parts.netloc.rpartition('@')[2]}"

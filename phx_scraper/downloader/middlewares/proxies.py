"""Which proxy a request goes by: one home's pages and photos at one source always come by the same one."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from urllib.parse import unquote, urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from phx_scraper.config.reading import config_of
from phx_scraper.downloader import meta_keys
from phx_scraper.downloader.cookie_jars import without_userinfo


class ProxiesMiddleware:
    """Sets `meta["proxy"]` from `PHX_PROXIES`; off without them, and where there is a replica.

    What a source answers changes nothing here. A refusal means slow down or stop (`throttle.py`, `circuit_breaker.py`),
    never answered by coming again from another address. Stat `phx/proxy/<n>` counts requests by the n-th proxy.
    """

    def __init__(self, proxies: tuple[str, ...], crawler: Crawler) -> None:
        self._proxies = proxies
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ProxiesMiddleware:
        """Read the settings. Raises NotConfigured where no proxy is to be used, UsageError for one that cannot be."""
        config = config_of(crawler)
        if not config.proxies or config.replica_url:
            raise NotConfigured
        return cls(config.proxies, crawler)

    async def process_request(self, request: Request) -> None:
        """A request keeps a proxy of its own, None (direct) among them; so do its retries and redirects."""
        if "proxy" in request.meta:
            return
        proxy = sticky(self._proxies, sticks_to(request))
        number = self._proxies.index(proxy) + 1
        self._crawler.stats.inc_value(f"phx/proxy/{number}")
        _go_by(request, proxy, f"proxy {number}")


def _go_by(request: Request, proxy: str, name: str) -> None:
    """As HttpProxyMiddleware does, but at once: what fails before it has no password in its meta."""
    bare = without_userinfo(proxy)
    request.meta.update({"proxy": bare, meta_keys.PROXY: (name, bare)})
    parts = urlsplit(proxy)
    if parts.username:
        token = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode("latin-1", "replace")
        request.headers["Proxy-Authorization"] = b"Basic " + b64encode(token)
        request.meta["_auth_proxy"] = bare


def sticks_to(request: Request) -> str:
    """Source and home; the page that a photo is on stands for its home where the request does not name that."""
    source = request.meta.get(meta_keys.SOURCE) or urlsplit(request.url).hostname
    home = request.meta.get(meta_keys.HOME) or request.meta.get(meta_keys.REFERER) or ""
    return f"{source} {home}"


def sticky(proxies: tuple[str, ...], key: str) -> str:
    """The proxy of a key, in every run and whatever their order; one that is gone moves its own keys alone.

    Rendezvous hashing (Thaler and Ravishankar, 1998).
    """
    return max(proxies, key=lambda proxy: sha256(f"{key} {proxy}".encode()).digest())

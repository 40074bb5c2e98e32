"""The resolver of Scrapy's own handler: what it answers is public, and is what the connection goes to."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from scrapy.crawler import Crawler
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from phx_scraper.config.reading import config_of
from phx_scraper.downloader.address_guard import is_public


class CheckedResolver(CachingThreadedResolver):
    """Refuses what `addresses.is_public` refuses; the hosts of the replica and of `PHX_PROXIES` may be private."""

    exempt: frozenset[str] = frozenset()

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> CheckedResolver:
        """Scrapy's settings of its resolver, and the hosts that the user named."""
        resolver = super().from_crawler(crawler, reactor)
        config = config_of(crawler)
        hosts = {urlsplit(proxy).hostname or "" for proxy in config.proxies}
        resolver.exempt = frozenset(hosts | ({config.replica_url.host} if config.replica_url else set()))
        return resolver

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Deferred[str]:  # noqa: N802 - Twisted's name
        """Resolve `name`; fails as for an unknown name where the address is not public (Twisted passes on no other)."""
        return super().getHostByName(name, timeout).addCallback(self._judge, name)

    def _judge(self, address: str, name: str) -> str:
        if name not in self.exempt and not is_public(address):
            raise DNSLookupError(f"{name} is {address}, which is not public")
        return address

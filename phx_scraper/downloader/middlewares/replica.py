"""Sends every request to a replica of the sources; everything else stays as it is on the live sites."""

from __future__ import annotations

from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from phx_scraper.config.locations import ReplicaAddress
from phx_scraper.config.reading import config_of
from phx_scraper.downloader.meta_keys import CONNECT_TO, WIRE_URL


class ReplicaMiddleware:
    """`https://HOST/PATH?QUERY` goes to `REPLICA/HOST/PATH?QUERY`, or only its connection to an https replica.

    Off unless `PHX_REPLICA_URL` is set.
    """

    def __init__(self, replica: ReplicaAddress) -> None:
        self._replica = replica

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ReplicaMiddleware:
        """Read the setting. Raises NotConfigured where it is empty, UsageError where it is no replica's URL."""
        replica = config_of(crawler).replica_url
        if replica is None:
            raise NotConfigured
        return cls(replica)

    async def process_request(self, request: Request) -> None:
        """Set where it goes, anew each time: redirects and retries inherit the meta of the request before.

        Proxies that only the environment names are for the live sites; one that the request names is kept.
        """
        request.meta.setdefault("proxy", None)
        if self._replica.is_tls:
            request.meta[CONNECT_TO] = self._replica.url
            return
        parts = urlsplit(request.url)
        query = f"?{parts.query}" if parts.query else ""
        request.meta[WIRE_URL] = f"{self._replica.url}/{parts.netloc}{parts.path or '/'}{query}"

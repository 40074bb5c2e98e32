"""Sends every request to a replica of the sources; everything else stays as it is on the live sites."""

from __future__ import annotations

from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from phx_scraper.config.reading import config_of
from phx_scraper.downloader.meta_keys import WIRE_URL


class ReplicaMiddleware:
    """`https://HOST/PATH?QUERY` goes to `REPLICA/HOST/PATH?QUERY`; off unless `PHX_REPLICA_URL` is set."""

    def __init__(self, replica_url: str) -> None:
        self._base = replica_url

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ReplicaMiddleware:
        """Read the setting. Raises NotConfigured where it is empty, UsageError where it is no http://HOST:PORT."""
        replica = config_of(crawler).replica_url
        if replica is None:
            raise NotConfigured
        return cls(replica.url)

    async def process_request(self, request: Request) -> None:
        """Set the URL for the wire, anew each time: redirects and retries inherit the meta of the request before.

        Proxies that only the environment names are for the live sites; one that the request names is kept.
        """
        request.meta.setdefault("proxy", None)
        parts = urlsplit(request.url)
        query = f"?{parts.query}" if parts.query else ""
        request.meta[WIRE_URL] = f"{self._base}/{parts.netloc}{parts.path or '/'}{query}"

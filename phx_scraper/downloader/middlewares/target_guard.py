"""Only http(s) to the sources' own hosts leaves: pages, photos and redirects alike, whatever `dont_filter` says."""

from __future__ import annotations

from scrapy import Request

from phx_scraper.downloader.address_guard import PORTS, split_target
from phx_scraper.downloader.exceptions import UnsafeRequest
from phx_scraper.downloader.state import CrawlPart, state_of
from phx_scraper.sources import source_of_host


class TargetGuardMiddleware(CrawlPart):
    """Refuses requests to hosts that no source owns; a spider's `extra_hosts` (`host` or `host:port`) adds some."""

    async def process_request(self, request: Request) -> None:
        """Let the request pass. Raises UnsafeRequest, which is not retried."""
        try:
            self._check(request.url)
        except UnsafeRequest as error:
            self.crawler.stats.inc_value(f"phx/guard/refused/{error.reason}")
            raise

    def _check(self, url: str) -> None:
        if state_of(self.crawler).config.offline:
            raise UnsafeRequest("offline", f"PHX_OFFLINE lets no request leave: {url}")
        parts, host, port = split_target(url)
        extra = getattr(self.crawler.spider, "extra_hosts", ())
        if host in extra or f"{host}:{port}" in extra:
            return
        if source_of_host(host) is None:
            raise UnsafeRequest("host_not_listed", f"no source owns {host}: {url}")
        if port != PORTS[parts.scheme]:
            raise UnsafeRequest("port", url)

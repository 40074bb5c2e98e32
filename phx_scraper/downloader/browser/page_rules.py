"""What a rendered page may load: documents, scripts and data of its own source's sites, and no pictures."""

from __future__ import annotations

from urllib.parse import urlsplit

from phx_scraper.sources import SOURCES

# Photos come by the plain handler; the rest changes nothing in a page's text.
_NOT_LOADED = frozenset(
    {"image", "media", "font", "texttrack", "manifest", "ping", "websocket", "eventsource", "cspviolationreport"}
)
_SCHEMES = frozenset({"http", "https"})


class PageRules:
    """The rules for the pages of one source; for a host of none (a spider's `extra_hosts`) that host alone counts.

    A site is taken as the last two labels of a host, which is right for every host in `sources`.
    """

    def __init__(self, source: str, host: str) -> None:
        known = SOURCES.get(source)
        self._sites = frozenset(_site(one) for one in known.hosts) if known else frozenset()
        self._host = host

    def allows_host(self, host: str) -> bool:
        """Whether a connection may go there."""
        return host == self._host or _site(host) in self._sites

    def allows(self, url: str, kind: str) -> bool:
        """Whether a page may load this; `kind` is Playwright's resource type."""
        if kind in _NOT_LOADED:
            return False
        try:
            parts = urlsplit(url)
            return parts.scheme in _SCHEMES and self.allows_host((parts.hostname or "").lower())
        except ValueError:
            return False


def _site(host: str) -> str:
    return ".".join(host.split(".")[-2:])

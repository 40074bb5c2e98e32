"""Adds the Assessor's token at the last moment, to its own host only; requests, logs and items never hold it."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from phx_scraper.sources import SOURCES


class CredentialsMiddleware:
    """The header `AUTHORIZATION: <token>`, bare as the Assessor's documentation asks for; off without a token."""

    def __init__(self, tokens: dict[str, str]) -> None:
        self._tokens = tokens

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> CredentialsMiddleware:
        """Read the environment. Raises NotConfigured where no token is set."""
        wanting = [source for source in SOURCES.values() if source.token_variable]
        tokens = {source.token_host: os.environ.get(source.token_variable, "") for source in wanting}
        tokens = {host: token for host, token in tokens.items() if token}
        if not tokens:
            raise NotConfigured
        return cls(tokens)

    async def process_request(self, request: Request) -> None:
        """Set the header on the token's own host, take it off everywhere else: a redirect copies headers."""
        token = self._tokens.get(_safe_host(request.url))
        if token:
            request.headers["AUTHORIZATION"] = token
        else:
            request.headers.pop("AUTHORIZATION", None)


def _safe_host(url: str) -> str:
    """The host that an https request reaches at its own port, empty for every other request."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    return (parts.hostname or "") if parts.scheme == "https" and port in (None, 443) else ""

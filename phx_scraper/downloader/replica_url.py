"""Where a request really goes: its own URL, or the replica's (`meta["phx_wire_url"]`)."""

from __future__ import annotations

from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response

from phx_scraper.errors import UsageError

WIRE_URL = "phx_wire_url"


def wire_url(request: Request) -> str:
    """The URL that is put on the wire, without its fragment."""
    url: str = request.meta.get(WIRE_URL) or request.url
    return url.partition("#")[0]


def to_replica(request: Request) -> Request:
    """The request as it goes on the wire; `request` itself where nothing differs."""
    url = wire_url(request)
    return request if url == request.url else request.replace(url=url)


def from_replica(response: Response, request: Request) -> Response:
    """The response under the URL that was asked for."""
    return response if response.url == request.url else response.replace(url=request.url, request=request)


def replica_target(replica_url: str) -> tuple[str, int]:
    """Host and port of `PHX_REPLICA_URL`. Raises UsageError where it is not `http://HOST:PORT`."""
    problem = UsageError(f"PHX_REPLICA_URL is {replica_url!r}: set it to http://HOST:PORT of a running replica")
    try:
        parts = urlsplit(replica_url)
        port = parts.port or 80
    except ValueError as error:
        raise problem from error
    if parts.scheme != "http" or not parts.hostname or parts.path.strip("/") or parts.query or parts.username:
        raise problem
    return parts.hostname.lower(), port

"""Where a request really goes: its own URL, or the replica's (`meta_keys.WIRE_URL`)."""

from __future__ import annotations

from scrapy import Request
from scrapy.http import Response

from phx_scraper.downloader.meta_keys import WIRE_URL


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

"""Where a request really goes: its own URL, or a replica (`meta_keys.WIRE_URL`, `meta_keys.CONNECT_TO`)."""

from __future__ import annotations

from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response

from phx_scraper.downloader.meta_keys import CONNECT_TO, WIRE_URL


def wire_url(request: Request) -> str:
    """The URL that is put on the wire, without its fragment."""
    url: str = request.meta.get(WIRE_URL) or request.url
    return url.partition("#")[0]


def connect_url(request: Request) -> str:
    """The URL whose host and port the connection goes to: what the address guard judges."""
    return str(request.meta.get(CONNECT_TO) or wire_url(request))


def to_replica(request: Request) -> Request:
    """The request as a client that cannot connect elsewhere than its URL says puts it on the wire.

    `request` itself where nothing differs; an https replica then knows the host by the Host header.
    """
    url, replica = wire_url(request), request.meta.get(CONNECT_TO)
    if replica:
        parts = urlsplit(url)
        there = url.replace(f"{parts.scheme}://{parts.netloc}", replica, 1)
        return request.replace(url=there, headers={**request.headers, "Host": parts.netloc})
    return request if url == request.url else request.replace(url=url)


def from_replica(response: Response, request: Request) -> Response:
    """The response under the URL that was asked for."""
    return response if response.url == request.url else response.replace(url=request.url, request=request)

"""The replica behind the front: a request goes there by plain HTTP/1.1, as `/HOST/PATH`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from yarl import URL

from phx_scraper.replica.front.exchange import Answer, AnswerCut
from phx_scraper.replica.front.recorder import Request

_CHUNK = 65_536
_NOT_PASSED = frozenset(
    {"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "host"}
    | {"content-length", "accept-encoding"}
)


class Backend:
    """The replica at `url` (no trailing slash)."""

    def __init__(self, url: str) -> None:
        self._url = url
        connector = aiohttp.TCPConnector(limit=0)
        timeout = aiohttp.ClientTimeout(total=None)
        self._session = aiohttp.ClientSession(
            connector=connector, timeout=timeout, auto_decompress=False, cookie_jar=aiohttp.DummyCookieJar()
        )

    @asynccontextmanager
    async def respond(self, request: Request) -> AsyncIterator[Answer]:
        """The replica's answer. Raises AnswerCut where it sends none."""
        url = URL(f"{self._url}/{request.host}{request.path}", encoded=True)
        headers = [(name, request.header(name)) for name in dict.fromkeys(name.lower() for name, _ in request.headers)]
        passed = [(name, value) for name, value in headers if name not in _NOT_PASSED]
        try:
            asking = self._session.request(
                request.method, url, headers=passed, data=request.body or None, allow_redirects=False
            )
            async with asking as told:
                kept = [(name.lower(), value) for name, value in told.headers.items()]
                yield Answer(told.status, tuple(pair for pair in kept if _is_passed_back(pair[0])), _body(told))
        except aiohttp.ClientError as error:
            raise AnswerCut(str(error)) from error

    async def close(self) -> None:
        """Close the connections to the replica."""
        await self._session.close()


def _is_passed_back(name: str) -> bool:
    return name == "content-length" or name not in _NOT_PASSED


async def _body(told: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    try:
        async for chunk in told.content.iter_chunked(_CHUNK):
            yield chunk
    except aiohttp.ClientError as error:
        raise AnswerCut(str(error)) from error

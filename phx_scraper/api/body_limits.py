"""Bodies that are too large or too slow are refused before anything reads them."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from phx_scraper.api.problems import RequestRefused, problem

MOST_BYTES = 32 * 2**20
"""Of a list of homes; one of 100,000 addresses has some 10."""
SMALL_BYTES = 16 * 2**10
"""Of any other body: a form of the pages, some of which are read before anybody knows who sends them."""
MOST_SECONDS = 60.0
"""For a whole body to arrive."""

_TOO_LARGE = f"the body has more than {MOST_BYTES // 2**20} MiB: split the list"
_NOT_SMALL = f"the body has more than {SMALL_BYTES // 2**10} KiB: what is sent here has some hundred bytes"
_TWO_LENGTHS = "the request has both Content-Length and Transfer-Encoding: send one of them"
_CUT = "the body ended before it was whole: send it again"
_TOO_SLOW = f"the body did not arrive within {MOST_SECONDS:g} s: send it again"

_CLOSE = {"Connection": "close"}


@dataclass(frozen=True, slots=True)
class _Bound:
    """How many bytes a body may have, and what is said of more."""

    most_bytes: int
    sentence: str


_LIST, _SMALL = _Bound(MOST_BYTES, _TOO_LARGE), _Bound(SMALL_BYTES, _NOT_SMALL)


class BodyLimits:
    """Around the application, within `requests.Requests`."""

    def __init__(self, app: ASGIApp, lists: str) -> None:
        """`lists` is the path at which lists of homes are handed in."""
        self._app, self._lists = app, lists

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        bound = _LIST if scope["path"] == self._lists else _SMALL
        if refused := _refused(Headers(scope=scope), bound):
            await problem(scope["state"]["request_id"], *refused, _CLOSE)(scope, receive, send)
            return
        # Of what is only asked for nobody reads a body; that its client leaves is how a stream of events ends.
        await self._app(scope, receive if scope["method"] == "GET" else _bounded(receive, bound), send)


def _refused(headers: Headers, bound: _Bound) -> tuple[int, str] | None:
    """Status and sentence for a body of which its head says enough."""
    told = headers.get("content-length", "0")
    if "transfer-encoding" in headers and "content-length" in headers:
        # A proxy may believe the other one, and take a part of the body for the next request (RFC 9112, 6.1).
        return 400, _TWO_LENGTHS
    if not told.isdecimal() or len(told) > 18 or int(told) > bound.most_bytes:
        return 413, bound.sentence
    return None


def _bounded(receive: Receive, bound: _Bound) -> Receive:
    until = time.monotonic() + MOST_SECONDS
    length, is_whole = 0, False

    async def received() -> Message:
        nonlocal length, is_whole
        if is_whole:
            # What comes now is only that the client has left.
            return await receive()
        try:
            message = await asyncio.wait_for(receive(), max(0.0, until - time.monotonic()))
        except TimeoutError:
            raise RequestRefused(408, _TOO_SLOW, _CLOSE) from None
        if message["type"] == "http.disconnect":
            raise RequestRefused(400, _CUT, _CLOSE)
        length += len(message.get("body", b""))
        is_whole = not message.get("more_body", False)
        if length > bound.most_bytes:
            raise RequestRefused(413, bound.sentence, _CLOSE)
        return message

    return received

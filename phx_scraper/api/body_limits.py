"""Bodies that are too large or too slow are refused before anything reads them."""

from __future__ import annotations

import asyncio
import time

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from phx_scraper.api.problems import RequestRefused, problem

MOST_BYTES = 32 * 2**20
"""A list of 100,000 addresses has some 10."""
MOST_SECONDS = 60.0
"""For a whole body to arrive."""

_TOO_LARGE = f"the body has more than {MOST_BYTES // 2**20} MiB: split the list"
_CUT = "the body ended before it was whole: send it again"
_TOO_SLOW = f"the body did not arrive within {MOST_SECONDS:g} s: send it again"


class BodyLimits:
    """Around the application, within `requests.Requests`."""

    def __init__(self, app: ASGIApp, most_bytes: int = MOST_BYTES, most_seconds: float = MOST_SECONDS) -> None:
        self._app = app
        self._most_bytes, self._most_seconds = most_bytes, most_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        told = Headers(scope=scope).get("content-length", "0")
        if not told.isdecimal() or len(told) > 18 or int(told) > self._most_bytes:
            await problem(scope["state"]["request_id"], 413, _TOO_LARGE, {"Connection": "close"})(scope, receive, send)
            return
        # Of what is only asked for nobody reads a body; that its client leaves is how a stream of events ends.
        await self._app(scope, receive if scope["method"] == "GET" else self._bounded(receive), send)

    def _bounded(self, receive: Receive) -> Receive:
        until = time.monotonic() + self._most_seconds
        length, is_whole = 0, False

        async def received() -> Message:
            nonlocal length, is_whole
            if is_whole:
                # What comes now is only that the client has left.
                return await receive()
            try:
                message = await asyncio.wait_for(receive(), max(0.0, until - time.monotonic()))
            except TimeoutError:
                raise RequestRefused(408, _TOO_SLOW, {"Connection": "close"}) from None
            if message["type"] == "http.disconnect":
                raise RequestRefused(400, _CUT, {"Connection": "close"})
            length += len(message.get("body", b""))
            is_whole = not message.get("more_body", False)
            if length > self._most_bytes:
                raise RequestRefused(413, _TOO_LARGE, {"Connection": "close"})
            return message

        return received

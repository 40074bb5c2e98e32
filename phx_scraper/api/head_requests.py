"""HEAD is answered wherever GET is, with the same status and headers and without a body (RFC 9110, 9.3.2)."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class HeadRequests:
    """Around the application, within `requests.Requests`: endpoints know GET only."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return
        scope["method"] = "GET"

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                await send(message)
                # Over already: a stream of events, which would go on, sees that its client wants no more.
                await send({"type": "http.response.body"})

        await self._app(scope, receive, sent)

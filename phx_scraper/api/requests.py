"""What surrounds every request: its id, a line in the log, and headers that keep browsers from guessing."""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from phx_scraper.api.problems import REQUEST_ID, problem
from phx_scraper.api.request_log import request_id

logger = logging.getLogger(__name__)

_ENDS = "the API was stopped before this was answered: ask again, for a new job under the same Idempotency-Key"
_ID = re.compile(r"[\w.-]{1,64}", re.ASCII)
SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not `no-referrer`: with that a browser says of our own forms that they come from `null`.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "Cache-Control": "no-store",
}
"""Of each answer that does not say otherwise."""


class Requests:
    """Around the whole application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(REQUEST_ID, "")
        name = given if _ID.fullmatch(given) else secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = name
        request_id.set(name)
        told = _Told(scope)

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                told.status = message["status"]
                headers = MutableHeaders(scope=message)
                headers[REQUEST_ID] = name
                for header, value in SECURITY_HEADERS.items():
                    headers.setdefault(header, value)
            await send(message)

        try:
            await self._app(scope, receive, sent)
        except asyncio.CancelledError:
            # The server ends, and has waited for as long as it may: for a body, or for an answer of the catalogue.
            # An answer of which a part is sent is cut, and uvicorn says so; raised, this would be a mistake in its log.
            if not told.status:
                await problem(name, 503, _ENDS, {"Retry-After": "5", "Connection": "close"})(scope, receive, sent)
        finally:
            told.log()


class _Told:
    """One line of the log; the path is that of the endpoint where there is one."""

    def __init__(self, scope: Scope) -> None:
        self._scope, self._method = scope, scope["method"]
        self._begun = time.monotonic()
        self.status = 0

    def log(self) -> None:
        """Write it, when the request is over."""
        scope, client = self._scope, self._scope.get("client")
        route = scope.get("route")
        told = {
            "method": self._method,
            "path": getattr(route, "path", None) or scope["path"][:200],
            "status": self.status,
            "seconds": round(time.monotonic() - self._begun, 4),
            "client": client[0] if client else "",
            "key_id": scope.get("state", {}).get("key_id", ""),
        }
        logger.info("%s %s %s", told["method"], told["path"], told["status"], extra=told)

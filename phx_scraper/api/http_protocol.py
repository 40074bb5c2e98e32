"""HTTP/1.1 with a time limit for each request's head: whoever sends it byte by byte holds no connection for long.

Connections beyond the limit, and what is no HTTP, are answered by problem documents too.
"""

from __future__ import annotations

import asyncio
import secrets
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from phx_scraper.api import connection_limit
from phx_scraper.api.problems import REQUEST_ID, problem
from phx_scraper.api.requests import SECURITY_HEADERS

HEAD_SECONDS = 15.0
_NO_HTTP = "this is no request of HTTP/1.1, or its head has more than 32 KB"


class TimedProtocol(H11Protocol):
    """uvicorn's own, which bounds the time between requests only, and refuses in plain text."""

    head_seconds = HEAD_SECONDS
    most_connections = connection_limit.MOST_CONNECTIONS

    def connection_made(self, transport: Any) -> None:
        """Wait for a request."""
        super().connection_made(transport)
        self._head_timer: asyncio.TimerHandle | None = None
        beyond = len(self.connections) - self.most_connections
        if beyond > connection_limit.MOST_TOLD:
            transport.abort()
        elif beyond > 0:
            self.app = connection_limit.refuse
        self._await_head()

    def data_received(self, data: bytes) -> None:
        """Some of a request came."""
        super().data_received(data)
        if self._is_answering():
            self._stop_timer()
        elif self._head_timer is None:
            self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        self._stop_timer()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no request; `msg` is uvicorn's."""
        name = secrets.token_hex(8)
        answer = problem(name, 400, _NO_HTTP, {**SECURITY_HEADERS, REQUEST_ID: name, "Connection": "close"})
        head = h11.Response(status_code=400, headers=answer.raw_headers, reason=b"Bad Request")
        for event in (head, h11.Data(data=bytes(answer.body)), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _await_head(self) -> None:
        self._head_timer = self.loop.call_later(self.head_seconds, self._end_if_idle)

    def _end_if_idle(self) -> None:
        self._head_timer = None
        if not self._is_answering() and not self.transport.is_closing():
            self.transport.close()

    def _stop_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

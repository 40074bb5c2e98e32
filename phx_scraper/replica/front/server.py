"""The front: TLS with HTTP/2 or HTTP/1.1 before a replica, under the sources' own names."""

from __future__ import annotations

import asyncio
from functools import partial

from phx_scraper.errors import UsageError
from phx_scraper.replica.front.backend import Backend
from phx_scraper.replica.front.certificates import CertificateAuthority
from phx_scraper.replica.front.http1_connection import Http1Connection
from phx_scraper.replica.front.http2_connection import Http2Connection
from phx_scraper.replica.front.tls_connection import MakeHttp, TlsConnection
from phx_scraper.replica.state import State
from phx_scraper.replica.suspicion.suspicion import Suspicion
from phx_scraper.sources import BY_HOST

PROTOCOLS = ("h2", "http/1.1")
HOSTS = frozenset(BY_HOST) | {"ratelimited.redfin.com"}


class Front:
    """The front of one replica, at the host and TLS port of its options."""

    def __init__(self, state: State) -> None:
        self._options, self._recorder = state.options, state.recorder
        self._authority = CertificateAuthority(HOSTS, PROTOCOLS)
        self._open: set[TlsConnection] = set()
        self._server: asyncio.Server | None = None
        self._backend: Backend | None = None

    async def start(self, backend_url: str) -> str:
        """Listen, and return the URL; requests go on to `backend_url`. Raises UsageError for a port that is taken."""
        self._backend = Backend(backend_url)
        respond = self._backend.respond
        if self._options.suspicious:
            respond = Suspicion(respond, self._options).respond
        make_http: dict[str, MakeHttp] = {
            "h2": partial(Http2Connection, recorder=self._recorder, respond=respond),
            "http/1.1": partial(Http1Connection, recorder=self._recorder, respond=respond),
        }
        make = partial(TlsConnection, self._authority.context, make_http, self._open)
        host, port = self._options.host, self._options.tls_port or 0
        try:
            self._server = await asyncio.get_running_loop().create_server(make, host, port)
        except (OSError, OverflowError) as error:
            raise UsageError(f"cannot listen on {host}:{port}: {error}") from error
        found, number = self._server.sockets[0].getsockname()[:2]
        return f"https://{f'[{found}]' if ':' in found else found}:{number}"

    async def close(self) -> None:
        """Take no more connections, cut the open ones, leave the replica."""
        if self._server is not None:
            self._server.close()
        for connection in list(self._open):
            connection.cut()
        if self._backend is not None:
            await self._backend.close()

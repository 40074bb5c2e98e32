"""One TLS connection of the front: its first message is recorded, then what is inside goes to HTTP/2 or HTTP/1.1."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Callable
from typing import Protocol

from phx_scraper.replica.front.client_hello import ClientHello, NoClientHello, take_hello
from phx_scraper.replica.front.ja4 import ja4
from phx_scraper.replica.front.recorder import Connection

HANDSHAKE_SECONDS = 10.0
_CHUNK = 65_536


class HttpConnection(Protocol):
    """What speaks HTTP inside a TLS connection."""

    def receive(self, data: bytes) -> None:
        """Take decrypted bytes."""

    def closed(self) -> None:
        """The connection is gone."""


class Writer(Protocol):
    """Where HTTP writes to."""

    async def drained(self) -> None:
        """Wait while the client takes no more. Raises ConnectionError when it is gone."""

    def write(self, data: bytes) -> None:
        """Send bytes, encrypted."""

    def close(self) -> None:
        """End the connection once everything is sent."""

    def cut(self) -> None:
        """End the connection at once."""


MakeHttp = Callable[[Connection, Writer], HttpConnection]


class TlsConnection(asyncio.Protocol):
    """TLS in memory, so that the ClientHello can be read before OpenSSL takes it.

    `make_http` makes what speaks each ALPN protocol; `others` are the connections that are open, with this one.
    """

    def __init__(self, context: ssl.SSLContext, make_http: dict[str, MakeHttp], others: set[TlsConnection]) -> None:
        self._make_http, self._others = make_http, others
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        self._beginning: bytes | None = b""
        self._http: HttpConnection | None = None
        self._writable = asyncio.Event()
        self._writable.set()
        self._gone = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for the ClientHello, but not for ever."""
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        peer = transport.get_extra_info("peername") or ("",)
        self.connection = Connection(client=str(peer[0]))
        self._others.add(self)
        self._deadline = asyncio.get_running_loop().call_later(HANDSHAKE_SECONDS, self.cut)

    def data_received(self, data: bytes) -> None:
        """Record the ClientHello, then decrypt."""
        try:
            self._take(data)
        except (ssl.SSLError, NoClientHello):
            self._flush()  # with OpenSSL's alert, where it has one
            self.cut()

    def _take(self, data: bytes) -> None:
        if self._beginning is not None:
            self._beginning += data
            hello = take_hello(self._beginning)
            if hello is None:
                return
            self._note(hello)
            data, self._beginning = self._beginning, None
        self._incoming.write(data)
        if self._http is None and not self._shake_hands():
            return
        self._read()

    def _note(self, hello: ClientHello) -> None:
        self.connection.server_name = hello.server_name
        self.connection.ja4 = ja4(hello)
        self.connection.alpn_offered = tuple(value.decode("latin-1") for value in hello.alpn)
        self.connection.ciphers, self.connection.extensions = hello.ciphers, hello.extensions
        self.connection.signature_algorithms, self.connection.groups = hello.signature_algorithms, hello.groups

    def _shake_hands(self) -> bool:
        try:
            self._tls.do_handshake()
        except ssl.SSLWantReadError:
            return False
        finally:
            self._flush()
        self._deadline.cancel()
        self.connection.protocol = self._tls.selected_alpn_protocol() or "http/1.1"
        self._http = self._make_http[self.connection.protocol](self.connection, self)
        return True

    def _read(self) -> None:
        while not self._gone:
            try:
                data = self._tls.read(_CHUNK)
            except ssl.SSLWantReadError:
                break
            except ssl.SSLZeroReturnError:
                data = b""
            if not data:
                self.close()
                break
            assert self._http is not None
            self._http.receive(data)
        self._flush()

    def _flush(self) -> None:
        if self._outgoing.pending and not self._transport.is_closing():
            self._transport.write(self._outgoing.read())

    def write(self, data: bytes) -> None:
        """Encrypt and send."""
        if data and not self._gone and not self._transport.is_closing():
            self._tls.write(data)
            self._flush()

    async def drained(self) -> None:
        """Wait while the client takes no more. Raises ConnectionError when it is gone."""
        await self._writable.wait()
        if self._gone or self._transport.is_closing():
            raise ConnectionResetError("the client is gone")

    def close(self) -> None:
        """Say goodbye in TLS, and close once everything is sent."""
        if self._transport.is_closing():
            return
        with contextlib.suppress(ssl.SSLError):  # The client's own goodbye is not waited for.
            self._tls.unwrap()
        self._flush()
        self._transport.close()

    def cut(self) -> None:
        """Close without a goodbye."""
        self._transport.abort()

    def pause_writing(self) -> None:
        """The client reads more slowly than we write."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """The client has caught up."""
        self._writable.set()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wake whoever waits to write."""
        self._gone = True
        self._others.discard(self)
        self._deadline.cancel()
        self._writable.set()
        if self._http is not None:
            self._http.closed()

"""A real forward proxy for tests: plain HTTP, CONNECT and SOCKS 5, connected to one local server.

`with ForwardProxy(server.port) as proxy:` runs it in a thread; it notes what it was asked for and by whom.
"""

from __future__ import annotations

import asyncio
import contextlib
import struct
import threading
from dataclasses import dataclass
from types import TracebackType

CONNECTED = b"HTTP/1.1 200 Connection established\r\n\r\n"
CHALLENGE = (
    b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=x\r\n"
    b"Content-Length: 0\r\nConnection: close\r\n\r\n"
)


@dataclass(frozen=True)
class Passage:
    """One request for a way through: `method` (GET, CONNECT, SOCKS), where to, and the credentials as they came."""

    method: str
    to: str
    credentials: str = ""


class ForwardProxy:
    """`upstream` is the port on loopback at which every passage ends; with `challenge` HTTP wants credentials."""

    def __init__(self, upstream: int, challenge: bool = False) -> None:
        self.upstream, self.challenge = upstream, challenge
        self.passages: list[Passage] = []
        self.port = 0
        self._tasks: set[asyncio.Task[None]] = set()

    def url(self, scheme: str = "http", userinfo: str = "", host: str = "127.0.0.1") -> str:
        """As an entry of PHX_PROXIES."""
        return f"{scheme}://{userinfo}{'@' if userinfo else ''}{host}:{self.port}"

    def __enter__(self) -> ForwardProxy:
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), name="forward-proxy")
        self._thread.start()
        assert ready.wait(60), "the proxy did not start"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join(60)
        assert not self._thread.is_alive(), "the proxy did not stop"

    def _run(self, ready: threading.Event) -> None:
        async def main() -> None:
            self._loop, self._stopped = asyncio.get_running_loop(), asyncio.Event()
            server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
            self.port = server.sockets[0].getsockname()[1]
            ready.set()
            await self._stopped.wait()
            server.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

        asyncio.run(main())

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            first = await reader.readexactly(1)
            await (self._socks(reader, writer) if first == b"\x05" else self._http(first, reader, writer))
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            writer.transport.abort()

    async def _http(self, first: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = first + await reader.readuntil(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        method, target, _ = lines[0].split(" ", 2)
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:-2])}
        self.passages.append(Passage(method, target, headers.get("proxy-authorization", "")))
        if self.challenge and "proxy-authorization" not in headers:
            writer.write(CHALLENGE)
            await writer.drain()
        elif method == "CONNECT":
            writer.write(CONNECTED)
            await self._pipe(reader, writer)
        else:
            # The origin sees the absolute form, and whatever else comes on this connection.
            await self._pipe(reader, writer, head)

    async def _socks(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """RFC 1928, and RFC 1929 for user and password."""
        methods = await reader.readexactly((await reader.readexactly(1))[0])
        credentials = ""
        if b"\x02" in methods:
            writer.write(b"\x05\x02")
            await reader.readexactly(1)
            user = await reader.readexactly((await reader.readexactly(1))[0])
            password = await reader.readexactly((await reader.readexactly(1))[0])
            credentials = f"{user.decode()}:{password.decode()}"
            writer.write(b"\x01\x00")
        else:
            writer.write(b"\x05\x00")
        _, _, _, kind = await reader.readexactly(4)
        if kind == 3:
            host = (await reader.readexactly((await reader.readexactly(1))[0])).decode()
        else:
            host = ".".join(str(part) for part in await reader.readexactly(4))
        (port,) = struct.unpack(">H", await reader.readexactly(2))
        self.passages.append(Passage("SOCKS", f"{host}:{port}", credentials))
        writer.write(b"\x05\x00\x00\x01" + bytes(6))
        await self._pipe(reader, writer)

    async def _pipe(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: bytes = b"") -> None:
        out_reader, out_writer = await asyncio.open_connection("127.0.0.1", self.upstream)
        out_writer.write(head)
        try:
            await asyncio.gather(_copy(reader, out_writer), _copy(out_reader, writer))
        finally:
            out_writer.transport.abort()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(2**16):
            writer.write(data)
            await writer.drain()
        writer.write_eof()

"""The proxy on this machine by which alone a browser's pages reach the network, each host of them checked.

What a page asks for after it was read (a redirect, a preload, a script's connection) is not all shown to Playwright; it
all passes here. Names are looked up here and the connection goes to the address that was judged, so a name that turns
private in between (DNS rebinding) changes nothing. TLS stays between the browser and the site.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from urllib.parse import urlsplit

from scrapy.exceptions import DownloadConnectionRefusedError, DownloadFailedError

from phx_scraper.config.locations import ReplicaAddress
from phx_scraper.downloader.address_guard import PORTS, AddressGuard, split_target
from phx_scraper.downloader.browser.page_rules import PageRules
from phx_scraper.downloader.browser.proxy_connection import Streams, connect_by
from phx_scraper.downloader.exceptions import UnsafeRequest

CONNECT_SECONDS = 15.0
_CHUNK = 65_536
_ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"
_FORBIDDEN = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_HOP_HEADERS = (b"host:", b"proxy-connection:", b"proxy-authorization:", b"connection:")


class CheckingProxy:
    """Serves one browser context. `proxy` is the user's own (with its password) by which it connects, or empty.

    `troubles` holds, by host, why a connection of the present page was not made; `received` counts its bytes.
    """

    def __init__(
        self,
        rules: PageRules,
        guard: AddressGuard,
        replica: ReplicaAddress | None,
        proxy: str,
        told: Callable[[UnsafeRequest], None],
    ) -> None:
        self._rules, self._guard, self._replica, self._proxy, self._told = rules, guard, replica, proxy, told
        self._server: asyncio.Server | None = None
        self._serving: set[asyncio.Task[None]] = set()
        self._limit = 0
        self._cut: Callable[[], None] = lambda: None
        self.received = 0
        self.troubles: dict[str, Exception] = {}

    async def start(self) -> str:
        """Listen on a free port; its URL."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def close(self) -> None:
        """End every connection."""
        if self._server is not None:
            self._server.close()
        serving = list(self._serving)
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)

    def begin_page(self, limit: int, cut: Callable[[], None]) -> None:
        """Count anew: a page may receive `limit` bytes with all that it loads, 0 = no bound; more calls `cut`."""
        self._limit, self._cut, self.received = limit, cut, 0
        self.troubles.clear()

    @property
    def is_over_limit(self) -> bool:
        """Whether the present page was cut off."""
        return bool(self._limit) and self.received > self._limit

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        try:
            await self._serve(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError, ValueError):
            pass  # the browser, or a site, ended it: the browser knows
        finally:
            self._serving.discard(task)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        method, target, _ = head.split(b"\r\n", 1)[0].decode("ascii").split(" ", 2)
        url = f"https://{target}/" if method == "CONNECT" else target
        try:
            there = await self._connect(url, method == "CONNECT")
        except Exception as error:
            self._note(url, error)
            # An answer to a plain request would be taken for the site's own.
            writer.write(_FORBIDDEN if method == "CONNECT" else b"")
            await writer.drain()
            return
        try:
            if method == "CONNECT":
                writer.write(_ESTABLISHED)
            else:
                there[1].write(self._plain_head(head, method, target))
            await self._join((reader, writer), there)
        finally:
            there[1].close()

    async def _connect(self, url: str, tunnels: bool) -> Streams:
        parts, host, port = split_target(url)
        if not self._rules.allows_host(host):
            raise UnsafeRequest("host_not_listed", f"a rendered page asked for {host}")
        if port != PORTS[parts.scheme]:
            raise UnsafeRequest("port", f"a rendered page asked for {host}:{port}")
        async with asyncio.timeout(CONNECT_SECONDS):
            if self._replica is not None:
                if tunnels != self._replica.is_tls:
                    raise UnsafeRequest("scheme", f"the replica is at {self._replica.url}, asked was {url}")
                return await _open((self._replica.host,), self._replica.port)
            if self._proxy:
                return await self._connect_by_proxy(url, host, port)
            return await _open((await self._guard.check(url)).addresses, port)

    async def _connect_by_proxy(self, url: str, host: str, port: int) -> Streams:
        if urlsplit(self._proxy).scheme == "socks5":
            return await connect_by(self._proxy, (await self._guard.check(url)).addresses[0], port)
        self._guard.check_unresolved(url)
        return await connect_by(self._proxy, host, port)

    def _plain_head(self, head: bytes, method: str, target: str) -> bytes:
        """The head of a plain request as the site, or a replica at `http:`, must have it; one request a connection."""
        parts = urlsplit(target)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        host = parts.netloc
        if self._replica is not None:
            path, host = f"/{host}{path}", urlsplit(self._replica.url).netloc
        lines = [line for line in head.split(b"\r\n")[1:] if not line.lower().startswith(_HOP_HEADERS)]
        first = f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n".encode("ascii")
        return first + b"\r\n".join(lines)

    async def _join(self, here: Streams, there: Streams) -> None:
        """Pass bytes on both ways until one side ends, or the page has received too much."""
        ways: list[Awaitable[None]] = [_copy(here[0], there[1]), _copy(there[0], here[1], self._count)]
        tasks = [asyncio.ensure_future(way) for way in ways]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _count(self, size: int) -> None:
        self.received += size
        if self.is_over_limit:
            self._cut()
            raise ConnectionAbortedError("the page has received too much")

    def _note(self, url: str, error: Exception) -> None:
        if isinstance(error, UnsafeRequest):
            self._told(error)
        if isinstance(error, OSError):
            kind = DownloadConnectionRefusedError if isinstance(error, ConnectionRefusedError) else DownloadFailedError
            error = kind(f"{urlsplit(url).hostname}: {error.strerror or type(error).__name__}")
        self.troubles[urlsplit(url).hostname or ""] = error


async def _open(addresses: tuple[str, ...], port: int) -> Streams:
    """A connection to the first address that takes one. Raises OSError."""
    for address in addresses[:-1]:
        with suppress(OSError):
            return await asyncio.open_connection(address, port)
    return await asyncio.open_connection(addresses[-1], port)


async def _copy(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, count: Callable[[int], None] = lambda size: None
) -> None:
    while chunk := await reader.read(_CHUNK):
        count(len(chunk))
        writer.write(chunk)
        await writer.drain()

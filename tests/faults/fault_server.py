"""A server with faults on purpose; it logs connections and requests.

`with FaultServer() as server:` runs it in a thread, `async with` on the running loop. `server.url("/ok")` addresses it
directly; used as PHX_REPLICA_URL it reads `/HOST/route` as well. Routes and their options: `fault_routes.py`.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from types import TracebackType
from urllib.parse import parse_qsl, urlsplit

from tests.faults.fault_routes import ROUTES, ReceivedRequest


@dataclass
class Log:
    """Connections and requests. Times are `time.monotonic()`."""

    connections: list[float] = field(default_factory=list)
    requests: list[ReceivedRequest] = field(default_factory=list)
    open_now: int = 0
    most_open: int = 0

    def of(self, route: str) -> list[ReceivedRequest]:
        """The requests for one route, in the order of arrival."""
        return [request for request in self.requests if request.route == route]


class FaultServer:
    """HTTP/1.1 over TCP, or TLS with `tls`; `host` and `port` 0 bind to a free port of the loopback address."""

    def __init__(self, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1", port: int = 0) -> None:
        self.log = Log()
        self.host, self.port = host, port
        self._tls = tls
        self._counts: Counter[str] = Counter()
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def url(self, path: str = "") -> str:
        """The server's own URL, with `path`."""
        return f"{'https' if self._tls else 'http'}://{self.host}:{self.port}{path}"

    async def __aenter__(self) -> FaultServer:
        self._server = await asyncio.start_server(self._serve, self.host, self.port, ssl=self._tls, limit=2**20)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def __enter__(self) -> FaultServer:
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), name="fault-server")
        self._thread.start()
        assert ready.wait(60), "the fault server did not start"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._loop is not None
        assert self._thread is not None
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(60)
        assert not self._thread.is_alive(), "the fault server did not stop"

    def _run(self, ready: threading.Event) -> None:
        async def main() -> None:
            self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
            async with self:
                ready.set()
                await self._stop.wait()

        asyncio.run(main())

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.log.connections.append(time.monotonic())
        self.log.open_now += 1
        self.log.most_open = max(self.log.most_open, self.log.open_now)
        try:
            while await self._answer(reader, writer):
                pass
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError):
            pass
        finally:
            self.log.open_now -= 1
            self._tasks.discard(task)
            writer.transport.abort()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        request = await read_request(reader)
        self._counts[request.target] += 1
        request.nth = self._counts[request.target]
        self.log.requests.append(request)
        keep = await self.respond(request, writer)
        await writer.drain()
        return keep

    async def respond(self, request: ReceivedRequest, writer: asyncio.StreamWriter) -> bool:
        """Respond to one request; True: the connection stays open."""
        return await ROUTES.get(request.route, ROUTES["unknown"])(request, writer)


async def read_request(reader: asyncio.StreamReader) -> ReceivedRequest:
    """Read one request with its body."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    at = time.monotonic()
    method, target, _ = head[0].split(" ", 2)
    headers = [(name.strip().lower(), value.strip()) for name, _, value in (line.partition(":") for line in head[1:-2])]
    length = int(dict(headers).get("content-length", 0))
    body = await reader.readexactly(length) if length else b""
    names = tuple(line.partition(":")[0] for line in head[1:-2])
    return ReceivedRequest(method, target, *split_target(target), headers, body, at, names=names)


def split_target(target: str) -> tuple[str, str, dict[str, str]]:
    """Host (the first part of the path, if it has a dot), path and query of a request's target."""
    parts = urlsplit(target)
    host, path = "", parts.path
    first, _, rest = path.lstrip("/").partition("/")
    if "." in first and first not in ROUTES:
        host, path = first, f"/{rest}"
    return host, path, dict(parse_qsl(parts.query))

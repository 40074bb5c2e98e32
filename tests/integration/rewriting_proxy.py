"""A proxy before a replica that rewrites its responses, or serves as the sites' own hosts over TLS."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import MappingProxyType

from aiohttp import ClientSession, web

PATIENCE = 30.0
KEPT_HEADERS = ("Content-Type", "Location", "Retry-After")

Rewrite = Callable[[bytes], bytes]


@contextmanager
def rewriting_proxy(
    replica_url: str,
    rewrite: Rewrite = bytes,
    tls: ssl.SSLContext | None = None,
    own: Mapping[str, web.Response] = MappingProxyType({}),
) -> Iterator[RewritingProxy]:
    """Serve in a thread until the block ends; `rewrite` changes text, with `tls` it serves as the requested host.

    `own` are answers of the proxy's own by `HOST/PATH`.
    """
    proxy = RewritingProxy(replica_url, rewrite, tls)
    proxy.own = own
    ready = threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(proxy.run(ready)), name="rewriting-proxy")
    thread.start()
    try:
        assert ready.wait(60), "the proxy did not start"
        yield proxy
    finally:
        proxy.stop()
        thread.join(60)


@dataclass
class Crowd:
    """Requests to some hosts, none of which is answered before so many of them are there; after a while all are."""

    hosts: Collection[str]
    number: int
    there: int = 0
    is_there: asyncio.Event = field(default_factory=asyncio.Event)

    async def join(self, host: str) -> None:
        if host not in self.hosts or self.is_there.is_set():
            return
        self.there += 1
        if self.there >= self.number:
            self.is_there.set()
        with suppress(TimeoutError):
            await asyncio.wait_for(self.is_there.wait(), PATIENCE)
        self.is_there.set()


class RewritingProxy:
    """`port` is where it listens; `asked` are the requests, as `HOST/PATH?QUERY`, `shown` their cookies.

    `spans` are (host, begin, end) of each request, in seconds of one clock; every answer sets `cookie`, and waits for
    the `crowds`.
    """

    def __init__(self, replica_url: str, rewrite: Rewrite, tls: ssl.SSLContext | None) -> None:
        self.replica_url, self.rewrite, self.tls = replica_url, rewrite, tls
        self.asked: list[str] = []
        self.shown: list[str] = []
        self.cookie = ""
        self.crowds: list[Crowd] = []
        self.spans: list[tuple[str, float, float]] = []
        self.port = 0
        self.own: Mapping[str, web.Response] = {}

    @property
    def url(self) -> str:
        """As PHX_REPLICA_URL."""
        return f"http://127.0.0.1:{self.port}"

    def most_at_once(self, hosts: Collection[str]) -> int:
        """The largest number of concurrent requests to these hosts."""
        mine = [(begin, end) for host, begin, end in self.spans if host in hosts]
        return max((sum(begin <= at < end for begin, end in mine) for at, _ in mine), default=0)

    async def run(self, ready: threading.Event) -> None:
        self.loop, self.stopped = asyncio.get_running_loop(), asyncio.Event()
        app = web.Application()
        app.router.add_get("/{path:.*}", self.answer)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        async with ClientSession() as self.session:
            await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=self.tls).start()
            self.port = runner.addresses[0][1]
            ready.set()
            await self.stopped.wait()
            await runner.cleanup()

    def stop(self) -> None:
        self.loop.call_soon_threadsafe(self.stopped.set)

    async def answer(self, request: web.Request) -> web.Response:
        asked = f"{request.host}{request.path_qs}" if self.tls else request.path_qs.removeprefix("/")
        self.asked.append(asked)
        self.shown.append(request.headers.get("Cookie", ""))
        begin = self.loop.time()
        ours = self.own.get(asked)
        if ours is not None:
            return web.Response(status=ours.status, body=ours.body, content_type=ours.content_type)
        host = asked.partition("/")[0]
        for crowd in self.crowds:
            await crowd.join(host)
        response = await self._answer(asked, request.headers.get("Authorization"))
        if self.cookie:
            response.headers["Set-Cookie"] = self.cookie
        self.spans.append((host, begin, self.loop.time()))
        return response

    async def _answer(self, asked: str, token: str | None) -> web.Response:
        wanted = {"Authorization": token} if token else {}
        async with self.session.get(f"{self.replica_url}/{asked}", headers=wanted, allow_redirects=False) as told:
            body = await told.read()
            headers = {name: told.headers[name] for name in KEPT_HEADERS if name in told.headers}
            if not told.content_type.startswith("image/"):
                body = self.rewrite(body)
            return web.Response(status=told.status, body=body, headers=headers)

"""A proxy between crawl and replica: forwards requests, and injects faults into chosen ones."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

from tests.faults.fault_routes import ROUTES, ReceivedRequest
from tests.faults.fault_server import FaultServer, split_target

Edit = Callable[[bytes], bytes]


class InterceptingProxy(FaultServer):
    """Used as PHX_REPLICA_URL.

    `faults` holds, by target (`/HOST/PATH`), the fault server's route that responds instead; `edits` a function that
    changes the body of the replica's response. Both may be filled while the server runs.
    """

    def __init__(self, replica_url: str) -> None:
        super().__init__()
        self.faults: dict[str, str] = {}
        self.edits: dict[str, Edit] = {}
        parts = urlsplit(replica_url)
        self._upstream_address = parts.hostname, parts.port

    async def respond(self, request: ReceivedRequest, writer: asyncio.StreamWriter) -> bool:
        """The fault injected at this target, else the replica's response."""
        fault = self.faults.get(request.target)
        if fault is None:
            return await self._relay(request, writer)
        _, path, query = split_target(fault)
        replaced = replace(request, path=path, query=query)
        return await ROUTES[replaced.route](replaced, writer)

    async def fetched(self, request: ReceivedRequest) -> bytes:
        """The replica's whole response, head and body."""
        upstream, upstream_writer = await self._forward(request)
        try:
            return await upstream.read()
        finally:
            upstream_writer.transport.abort()

    async def _forward(self, request: ReceivedRequest) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        upstream, upstream_writer = await asyncio.open_connection(*self._upstream_address)
        kept = [(name, value) for name, value in request.headers if name not in {"connection", "accept-encoding"}]
        head = [f"{request.method} {request.target} HTTP/1.1", *(f"{name}: {value}" for name, value in kept)]
        upstream_writer.write("\r\n".join([*head, "connection: close", "", ""]).encode("latin-1") + request.body)
        return upstream, upstream_writer

    async def _relay(self, request: ReceivedRequest, writer: asyncio.StreamWriter) -> bool:
        """One connection for each request: its errors are those of the crawl's connection."""
        upstream, upstream_writer = await self._forward(request)
        try:
            if request.target in self.edits:
                writer.write(edited(await upstream.read(), self.edits[request.target]))
            else:
                while chunk := await upstream.read(65536):
                    writer.write(chunk)
                    await writer.drain()
        finally:
            upstream_writer.transport.abort()
        return False


def edited(response: bytes, edit: Edit) -> bytes:
    """A whole response with another body."""
    head, _, body = response.partition(b"\r\n\r\n")
    body = edit(body)
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"content-length")]
    return b"\r\n".join([*lines, b"Content-Length: %d" % len(body), b"", body])

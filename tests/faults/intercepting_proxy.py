"""A server between crawl and replica: passes requests on, and disturbs the ones that it is told to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

from tests.faults.fault_routes import ROUTES, Ask
from tests.faults.fault_server import FaultServer, placed

Edit = Callable[[bytes], bytes]


class Between(FaultServer):
    """Used as PHX_REPLICA_URL.

    `faults` holds, by target as the crawl asks for it (`/HOST/PATH`), the fault server's route that answers instead;
    `edits` what is done to the body of the replica's answer. Both may be filled while the server runs.
    """

    def __init__(self, replica_url: str) -> None:
        super().__init__()
        self.faults: dict[str, str] = {}
        self.edits: dict[str, Edit] = {}
        parts = urlsplit(replica_url)
        self._behind = parts.hostname, parts.port

    async def respond(self, ask: Ask, writer: asyncio.StreamWriter) -> bool:
        """A fault where one is planted, else what the replica says."""
        fault = self.faults.get(ask.target)
        if fault is None:
            return await self._pass_on(ask, writer)
        _, path, query = placed(fault)
        disturbed = replace(ask, path=path, query=query)
        return await ROUTES[disturbed.route](disturbed, writer)

    async def fetched(self, ask: Ask) -> bytes:
        """The replica's whole answer, head and body."""
        behind, ahead = await self._asked(ask)
        try:
            return await behind.read()
        finally:
            ahead.transport.abort()

    async def _asked(self, ask: Ask) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        behind, ahead = await asyncio.open_connection(*self._behind)
        kept = [(name, value) for name, value in ask.headers if name not in {"connection", "accept-encoding"}]
        head = [f"{ask.method} {ask.target} HTTP/1.1", *(f"{name}: {value}" for name, value in kept)]
        ahead.write("\r\n".join([*head, "connection: close", "", ""]).encode("latin-1") + ask.body)
        return behind, ahead

    async def _pass_on(self, ask: Ask, writer: asyncio.StreamWriter) -> bool:
        """One connection for each request: whatever the replica does to it happens to the crawl's own."""
        behind, ahead = await self._asked(ask)
        try:
            if ask.target in self.edits:
                writer.write(edited(await behind.read(), self.edits[ask.target]))
            else:
                while chunk := await behind.read(65536):
                    writer.write(chunk)
                    await writer.drain()
        finally:
            ahead.transport.abort()
        return False


def edited(answer: bytes, edit: Edit) -> bytes:
    """A whole answer with another body."""
    head, _, body = answer.partition(b"\r\n\r\n")
    body = edit(body)
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"content-length")]
    return b"\r\n".join([*lines, b"Content-Length: %d" % len(body), b"", body])

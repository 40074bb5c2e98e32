"""The misbehaviours, one route each: the first part of the path names it, the query string sets its options."""

from __future__ import annotations

import asyncio
import functools
import gzip
import json
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import brotli
from backports import zstd

BOMB_MB = 100
BLOCK_PAGE = b"<html><head><title>Access to this page has been denied</title></head><body>Press &amp; Hold</body>"


@dataclass
class Ask:
    """One request as it arrived; `nth` counts requests for the same target from 1."""

    method: str
    target: str
    host: str
    path: str
    query: dict[str, str]
    headers: list[tuple[str, str]]
    body: bytes
    at: float
    nth: int = field(default=0)

    @property
    def route(self) -> str:
        """The first part of the path."""
        return self.path.strip("/").partition("/")[0] or "ok"

    def header(self, name: str) -> str | None:
        """The first value of a header, None where it was not sent."""
        return next((value for key, value in self.headers if key == name), None)

    def number(self, name: str, default: float) -> float:
        """A number from the query string."""
        return float(self.query.get(name, default))


Route = Callable[[Ask, asyncio.StreamWriter], Awaitable[bool]]


def answer(
    ask: Ask, writer: asyncio.StreamWriter, status: int = 200, body: bytes = b"ok", **headers: str | list[str]
) -> bool:
    """Write a whole answer; header names in snake_case. True: the connection stays open."""
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}"]
    for name, values in headers.items():
        several = [values] if isinstance(values, str) else values
        lines.extend(f"{name.replace('_', '-')}: {value}" for value in several)
    writer.write("\r\n".join([*lines, "", ""]).encode("latin-1") + (b"" if ask.method == "HEAD" else body))
    return True


async def ok(ask: Ask, writer: asyncio.StreamWriter) -> bool:
    """200; `size` bytes."""
    return answer(ask, writer, body=b"x" * int(ask.number("size", 2)), Content_Type="text/plain")


async def echo(ask: Ask, writer: asyncio.StreamWriter) -> bool:
    """200 with method, headers and body of the request as JSON."""
    seen = {"method": ask.method, "headers": ask.headers, "body": ask.body.decode("latin-1"), "host": ask.host}
    return answer(ask, writer, body=json.dumps(seen).encode(), Content_Type="application/json")


async def slow(ask: Ask, writer: asyncio.StreamWriter) -> bool:
    """200 after `seconds`."""
    await asyncio.sleep(ask.number("seconds", 0.2))
    return answer(ask, writer)


async def trickle(ask: Ask, writer: asyncio.StreamWriter) -> bool:
    """A byte every `every` seconds, for ever."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while True:
        writer.write(b".")
        await writer.drain()
        await asyncio.sleep(ask.number("every", 0.05))


async def headers_never_end(ask: Ask, writer: asyncio.StreamWriter) -> bool:
    """Header after header."""
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-More: yes\r\n")
        await writer.drain()
        await asyncio.sleep(ask.number("every", 0.05))


async def silence(ask: Ask, writer: asyncio.StreamWriter) -> bool:
    """Nothing at all."""
    await asyncio.Event().wait()
    return False


async def endless(ask: Ask, writer: asyncio.StreamWriter) -> bool:
    """A chunked body without end."""
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")
        await writer.drain()


async def huge(ask: Ask, writer: asyncio.StreamWriter) -> bool:
    """2 GB announced."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2000000000\r\n\r\n")
    while True:
        writer.write(b"x" * 0x10000)
        await writer.drain()


async def bomb(ask: Ask, writer: asyncio.StreamWriter) -> bool:
    """A few kilobytes that become `BOMB_MB` megabytes; `encoding` gzip, br or zstd."""
    encoding = ask.query.get("encoding", "gzip")
    return answer(ask, writer, body=_bomb(encoding), Content_Encoding=encoding)


async def packed(ask: Ask, writer: asyncio.StreamWriter) -> bool:
    """A sound compressed body; `encoding` as for bomb, `cut` bytes missing at its end."""
    encoding = ask.query.get("encoding", "gzip")
    body = _pack(encoding, b"sound " * 1000)
    return answer(ask, writer, body=body[: len(body) - int(ask.number("cut", 0))], Content_Encoding=encoding)


async def short(ask: Ask, writer: asyncio.StreamWriter) -> bool:
    """Closes before the announced length."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly this")
    return False


async def short_chunks(ask: Ask, writer: asyncio.StreamWriter) -> bool:
    """Closes before the last chunk."""
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
    return False


async def reset(ask: Ask, writer: asyncio.StreamWriter) -> bool:
    """A TCP reset in place of an answer; with `after` in the middle of the body."""
    if "after" in ask.query:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly this")
        await writer.drain()
    sock: socket.socket = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return False


async def redirect(ask: Ask, writer: asyncio.StreamWriter) -> bool:
    """302 to `to`."""
    return answer(ask, writer, 302, b"", Location=ask.query["to"])


async def status(ask: Ask, writer: asyncio.StreamWriter) -> bool:
    """`code`, with `retry_after` where given; the first `times` requests only, 200 afterwards."""
    if ask.nth > ask.number("times", float("inf")):
        return answer(ask, writer)
    headers = {"Retry_After": ask.query["retry_after"]} if "retry_after" in ask.query else {}
    return answer(ask, writer, int(ask.number("code", 200)), b"no", **headers)


async def block(ask: Ask, writer: asyncio.StreamWriter) -> bool:
    """A block page; `code` 200 unless said."""
    return answer(ask, writer, int(ask.number("code", 200)), BLOCK_PAGE, Content_Type="text/html")


async def denied(ask: Ask, writer: asyncio.StreamWriter) -> bool:
    """403 as S3 answers for a file that is missing, or not given."""
    body = b'<?xml version="1.0"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>'
    return answer(ask, writer, 403, body, Content_Type="application/xml")


async def later(ask: Ask, writer: asyncio.StreamWriter) -> bool:
    """200 with a web page that asks for patience."""
    body = b"<html><body><h1>Something went wrong, try again later</h1></body></html>"
    return answer(ask, writer, body=body, Content_Type="text/html")


async def set_cookie(ask: Ask, writer: asyncio.StreamWriter) -> bool:
    """Two cookies."""
    return answer(ask, writer, Set_Cookie=["one=1; Path=/", "two=2; Path=/"])


async def odd_heads(ask: Ask, writer: asyncio.StreamWriter) -> bool:
    """An interim answer before, a trailer after, and a header twice."""
    writer.write(b"HTTP/1.1 103 Early Hints\r\nX-Early: yes\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nX-Twice: 1\r\nX-Twice: 2\r\nTrailer: X-Late\r\n")
    writer.write(b"Transfer-Encoding: chunked\r\n\r\n")
    writer.write(b"2\r\nok\r\n0\r\nX-Late: yes\r\n\r\n")
    return True


async def unknown(ask: Ask, writer: asyncio.StreamWriter) -> bool:
    """404."""
    return answer(ask, writer, 404, b"no such route")


ROUTES: dict[str, Route] = {
    route.__name__: route
    for route in (
        ok, echo, slow, trickle, headers_never_end, silence, endless, huge, bomb, packed, short, short_chunks,
        reset, redirect, status, block, denied, later, set_cookie, odd_heads, unknown,
    )
}  # fmt: skip


@functools.cache
def _bomb(encoding: str) -> bytes:
    return _pack(encoding, bytes(BOMB_MB * 2**20))


def _pack(encoding: str, body: bytes) -> bytes:
    if encoding == "br":
        return bytes(brotli.compress(body, quality=3))
    return zstd.compress(body) if encoding == "zstd" else gzip.compress(body, 6)

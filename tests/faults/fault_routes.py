"""The faults, one route each: the first part of the path names it, the query string sets its options."""

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
class ReceivedRequest:
    """One request as received; `nth` counts requests for the same target from 1.

    `headers` have names in lower case, `names` are as they came.
    """

    method: str
    target: str
    host: str
    path: str
    query: dict[str, str]
    headers: list[tuple[str, str]]
    body: bytes
    at: float
    nth: int = field(default=0)
    names: tuple[str, ...] = ()

    @property
    def route(self) -> str:
        """The first part of the path."""
        return self.path.strip("/").partition("/")[0] or "ok"

    def header(self, name: str) -> str | None:
        """The first value of a header, None where it is absent."""
        return next((value for key, value in self.headers if key == name), None)

    def number(self, name: str, default: float) -> float:
        """A number from the query string."""
        return float(self.query.get(name, default))


Route = Callable[[ReceivedRequest, asyncio.StreamWriter], Awaitable[bool]]


def write_response(
    request: ReceivedRequest,
    writer: asyncio.StreamWriter,
    status: int = 200,
    body: bytes = b"ok",
    **headers: str | list[str],
) -> bool:
    """Write a whole response; header names in snake_case. True: the connection stays open."""
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}"]
    for name, values in headers.items():
        several = [values] if isinstance(values, str) else values
        lines.extend(f"{name.replace('_', '-')}: {value}" for value in several)
    writer.write("\r\n".join([*lines, "", ""]).encode("latin-1") + (b"" if request.method == "HEAD" else body))
    return True


async def ok(request: ReceivedRequest, writer: asyncio.StreamWriter) -> bool:
    """200; `size` bytes."""
    return write_response(request, writer, body=b"x" * int(request.number("size", 2)), Content_Type="text/plain")


async def echo(request: ReceivedRequest, writer: asyncio.StreamWriter) -> bool:
    """200 with method, headers and body of the request as JSON."""
    seen = {
        "method": request.method,
        "headers": request.headers,
        "body": request.body.decode("latin-1"),
        "host": request.host,
    }
    return write_response(request, writer, body=json.dumps(seen).encode(), Content_Type="application/json")


async def slow(request: ReceivedRequest, writer: asyncio.StreamWriter) -> bool:
    """200 after `seconds`."""
    await asyncio.sleep(request.number("seconds", 0.2))
    return write_response(request, writer)


async def trickle(request: ReceivedRequest, writer: asyncio.StreamWriter) -> bool:
    """A byte every `every` seconds, without end."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while True:
        writer.write(b".")
        await writer.drain()
        await asyncio.sleep(request.number("every", 0.05))


async def headers_never_end(request: ReceivedRequest, writer: asyncio.StreamWriter) -> bool:
    """Header after header."""
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-More: yes\r\n")
        await writer.drain()
        await asyncio.sleep(request.number("every", 0.05))


async def silence(request: ReceivedRequest, writer: asyncio.StreamWriter) -> bool:
    """No response."""
    await asyncio.Event().wait()
    return False


async def endless(request: ReceivedRequest, writer: asyncio.StreamWriter) -> bool:
    """A chunked body without end."""
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")
        await writer.drain()


async def huge(request: ReceivedRequest, writer: asyncio.StreamWriter) -> bool:
    """2 GB announced."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2000000000\r\n\r\n")
    while True:
        writer.write(b"x" * 0x10000)
        await writer.drain()


async def bomb(request: ReceivedRequest, writer: asyncio.StreamWriter) -> bool:
    """A few kilobytes that become `BOMB_MB` megabytes; `encoding` gzip, br or zstd."""
    encoding = request.query.get("encoding", "gzip")
    return write_response(request, writer, body=_bomb(encoding), Content_Encoding=encoding)


async def packed(request: ReceivedRequest, writer: asyncio.StreamWriter) -> bool:
    """A valid compressed body; `encoding` as for bomb, `cut` bytes missing at its end."""
    encoding = request.query.get("encoding", "gzip")
    body = _pack(encoding, b"sound " * 1000)
    return write_response(
        request, writer, body=body[: len(body) - int(request.number("cut", 0))], Content_Encoding=encoding
    )


async def short(request: ReceivedRequest, writer: asyncio.StreamWriter) -> bool:
    """Closes before the announced length."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly this")
    return False


async def short_chunks(request: ReceivedRequest, writer: asyncio.StreamWriter) -> bool:
    """Closes before the last chunk."""
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
    return False


async def reset(request: ReceivedRequest, writer: asyncio.StreamWriter) -> bool:
    """A TCP reset in place of a response; with `after` in the middle of the body."""
    if "after" in request.query:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly this")
        await writer.drain()
    sock: socket.socket = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return False


async def redirect(request: ReceivedRequest, writer: asyncio.StreamWriter) -> bool:
    """302 to `to`."""
    return write_response(request, writer, 302, b"", Location=request.query["to"])


async def status(request: ReceivedRequest, writer: asyncio.StreamWriter) -> bool:
    """`code`, with `retry_after` where given; the first `times` requests only, 200 afterwards."""
    if request.nth > request.number("times", float("inf")):
        return write_response(request, writer)
    headers = {"Retry_After": request.query["retry_after"]} if "retry_after" in request.query else {}
    return write_response(request, writer, int(request.number("code", 200)), b"no", **headers)


async def block(request: ReceivedRequest, writer: asyncio.StreamWriter) -> bool:
    """A block page; `code` 200 by default."""
    return write_response(request, writer, int(request.number("code", 200)), BLOCK_PAGE, Content_Type="text/html")


async def denied(request: ReceivedRequest, writer: asyncio.StreamWriter) -> bool:
    """403 as S3 responds for a missing or forbidden file."""
    body = b'<?xml version="1.0"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>'
    return write_response(request, writer, 403, body, Content_Type="application/xml")


async def later(request: ReceivedRequest, writer: asyncio.StreamWriter) -> bool:
    """200 with a web page that says to try again later."""
    body = b"<html><body><h1>Something went wrong, try again later</h1></body></html>"
    return write_response(request, writer, body=body, Content_Type="text/html")


async def set_cookie(request: ReceivedRequest, writer: asyncio.StreamWriter) -> bool:
    """Two cookies, or the one that `as` gives."""
    given = request.query.get("as")
    return write_response(request, writer, Set_Cookie=[given] if given else ["one=1; Path=/", "two=2; Path=/"])


async def odd_heads(request: ReceivedRequest, writer: asyncio.StreamWriter) -> bool:
    """An interim response, a trailer, and a repeated header."""
    writer.write(b"HTTP/1.1 103 Early Hints\r\nX-Early: yes\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nX-Twice: 1\r\nX-Twice: 2\r\nTrailer: X-Late\r\n")
    writer.write(b"Transfer-Encoding: chunked\r\n\r\n")
    writer.write(b"2\r\nok\r\n0\r\nX-Late: yes\r\n\r\n")
    return True


async def unknown(request: ReceivedRequest, writer: asyncio.StreamWriter) -> bool:
    """404."""
    return write_response(request, writer, 404, b"no such route")


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

"""A connection to a host through the user's own proxy: HTTP CONNECT (RFC 9110 9.3.6) or SOCKS 5 (RFC 1928, 1929)."""

from __future__ import annotations

import asyncio
import base64
import ssl
from ipaddress import ip_address
from urllib.parse import SplitResult, unquote, urlsplit

from scrapy.exceptions import DownloadFailedError

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]

_SOCKS_PORTS = {"socks5": 1080, "socks5h": 1080, "http": 80, "https": 443}


async def connect_by(proxy: str, host: str, port: int) -> Streams:
    """Streams that lead to `host`, a name or an address. Raises DownloadFailedError, without the proxy's password."""
    parts = urlsplit(proxy)
    context = ssl.create_default_context() if parts.scheme == "https" else None
    try:
        streams = await asyncio.open_connection(parts.hostname, parts.port or _SOCKS_PORTS[parts.scheme], ssl=context)
    except OSError as error:
        raise DownloadFailedError(f"the proxy cannot be reached: {error.strerror or type(error).__name__}") from None
    try:
        await (_socks if parts.scheme.startswith("socks5") else _http)(streams, parts, host, port)
    except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
        streams[1].close()
        raise DownloadFailedError(f"the proxy ended the connection: {type(error).__name__}") from None
    except BaseException:
        streams[1].close()
        raise
    return streams


async def _http(streams: Streams, proxy: SplitResult, host: str, port: int) -> None:
    reader, writer = streams
    place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    lines = [f"CONNECT {place} HTTP/1.1", f"Host: {place}"]
    if proxy.username:
        userinfo = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}".encode("latin-1")
        lines.append(f"Proxy-Authorization: Basic {base64.b64encode(userinfo).decode()}")
    writer.write("\r\n".join([*lines, "", ""]).encode("latin-1"))
    status = (await reader.readuntil(b"\r\n\r\n")).split(b" ", 2)[1].decode("latin-1")
    if not status.startswith("2"):
        raise DownloadFailedError(f"the proxy answers {status[:3]} to CONNECT")


async def _socks(streams: Streams, proxy: SplitResult, host: str, port: int) -> None:
    reader, writer = streams
    writer.write(b"\x05\x01\x02" if proxy.username else b"\x05\x01\x00")
    method = (await reader.readexactly(2))[1]
    if method == 2:
        user, password = (unquote(text or "").encode("latin-1") for text in (proxy.username, proxy.password))
        writer.write(bytes([1, len(user)]) + user + bytes([len(password)]) + password)
        if (await reader.readexactly(2))[1] != 0:
            raise DownloadFailedError("the proxy takes neither user nor password")
    elif method != 0:
        raise DownloadFailedError("the proxy wants another way to log in")
    writer.write(b"\x05\x01\x00" + _socks_place(host) + port.to_bytes(2, "big"))
    answer = await reader.readexactly(4)
    if answer[1] != 0:
        raise DownloadFailedError(f"the proxy cannot connect there: SOCKS error {answer[1]}")
    length = {1: 4, 4: 16}.get(answer[3]) or (await reader.readexactly(1))[0]
    await reader.readexactly(length + 2)


def _socks_place(host: str) -> bytes:
    try:
        address = ip_address(host)
    except ValueError:
        name = host.encode("ascii")
        return bytes([3, len(name)]) + name
    return bytes([1 if address.version == 4 else 4]) + address.packed

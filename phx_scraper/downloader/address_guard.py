"""Which network address a request may reach: resolved by us, judged, and pinned for the connection."""

from __future__ import annotations

import asyncio
import re
import socket
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

from scrapy.exceptions import CannotResolveHostError

from phx_scraper.downloader.exceptions import UnsafeRequest

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Awaitable[list[str]]]

CACHE_SECONDS = 60.0
PORTS = {"http": 80, "https": 443}

_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")
_DOTTED_QUAD = re.compile(r"(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){3}")
_NAT64 = IPv6Network("64:ff9b::/96")

# IANA special-purpose blocks that `is_global` of some Python versions lets through, and tunnels to anywhere.
_NOT_PUBLIC: tuple[IPv4Network | IPv6Network, ...] = (
    IPv4Network("192.0.0.0/24"),
    IPv4Network("192.88.99.0/24"),
    IPv6Network("64:ff9b:1::/48"),
    IPv6Network("100::/64"),
    IPv6Network("2001::/23"),
    IPv6Network("2002::/16"),
    IPv6Network("3fff::/20"),
    IPv6Network("5f00::/16"),
    IPv6Network("fec0::/10"),
)


@dataclass(frozen=True, slots=True)
class Target:
    """A checked destination: the connection may go to `addresses` and nowhere else."""

    host: str
    port: int
    addresses: tuple[str, ...]


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet; NAT64 (RFC 6052) is judged by the IPv4 inside."""
    try:
        ip: Address = ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped is not None or ip.scope_id is not None:
            return False
        if ip in _NAT64:
            return is_public(str(IPv4Address(int(ip) & 0xFFFF_FFFF)))
    special = ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_loopback or ip.is_link_local
    return ip.is_global and not special and not any(ip in network for network in _NOT_PUBLIC)


def split_target(url: str) -> tuple[SplitResult, str, int]:
    """A URL's parts, host (lower case) and port. Raises UnsafeRequest for what two parsers could read differently."""
    if re.search(r"[\x00-\x20\\\x7f-\U0010ffff]", url):
        raise UnsafeRequest("odd_host", f"control, blank, backslash or non-ASCII character in {url!r}")
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError as error:
        raise UnsafeRequest("odd_host", f"{error} in {url!r}") from error
    if parts.scheme not in PORTS:
        raise UnsafeRequest("scheme", url)
    if "@" in parts.netloc:
        raise UnsafeRequest("userinfo", url)
    if literal_address(host) is None and not _NAME.fullmatch(host.removesuffix(".")):
        raise UnsafeRequest("odd_host", repr(host))
    return parts, host, PORTS[parts.scheme] if port is None else port


def literal_address(host: str) -> str | None:
    """The host itself where it is an IP address; None for a name. Raises UnsafeRequest for `0x7f.1`, `2130706433`, …

    Numeric spellings are those of the WHATWG URL standard: a host whose last label is a number is an IPv4 address.
    """
    if ":" in host:
        try:
            return str(IPv6Address(host))
        except ValueError as error:
            raise UnsafeRequest("odd_host", repr(host)) from error
    if not _NUMBER.fullmatch(host.removesuffix(".").rpartition(".")[2]):
        return None
    if not _DOTTED_QUAD.fullmatch(host):
        raise UnsafeRequest("odd_host", repr(host))
    return host


async def system_resolve(host: str, port: int) -> list[str]:
    """Ask the system's resolver in a thread. Raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(sockaddr[0]) for *_, sockaddr in found]


class AddressGuard:
    """Resolves, judges and pins the address of each request; answers are kept for `CACHE_SECONDS`.

    `exempt` holds the (host, port) pairs that may be private: the replica's. `resolve`, `judge` and `clock` are there
    to be replaced by tests.
    """

    def __init__(
        self,
        exempt: frozenset[tuple[str, int]] = frozenset(),
        resolve: Resolve = system_resolve,
        judge: Callable[[str], bool] = is_public,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.exempt = exempt
        self._resolve = resolve
        self._judge = judge
        self._clock = clock
        self._known: dict[tuple[str, int], tuple[float, Target]] = {}

    async def check(self, url: str) -> Target:
        """The only addresses at which `url` may be asked for. Raises UnsafeRequest, CannotResolveHostError."""
        _, host, port = split_target(url)
        until, target = self._known.get((host, port), (0.0, None))
        if target is not None and self._clock() < until:
            return target
        target = Target(host, port, await self._addresses(host, port))
        if (host, port) not in self.exempt:
            self._refuse_private(target)
        self._known[host, port] = (self._clock() + CACHE_SECONDS, target)
        return target

    def check_unresolved(self, url: str) -> Target:
        """What can be judged where a proxy resolves names: form and literal addresses. Raises UnsafeRequest."""
        _, host, port = split_target(url)
        literal = literal_address(host)
        target = Target(host, port, (literal,) if literal else ())
        if (host, port) not in self.exempt:
            self._refuse_private(target)
        return target

    async def _addresses(self, host: str, port: int) -> tuple[str, ...]:
        literal = literal_address(host)
        if literal:
            return (literal,)
        try:
            found = await self._resolve(host, port)
        except OSError as error:
            raise CannotResolveHostError(f"{host}: {error}") from error
        if not found:
            raise CannotResolveHostError(f"{host}: no address")
        return tuple(dict.fromkeys(found))

    def _refuse_private(self, target: Target) -> None:
        for address in target.addresses:
            if not self._judge(address):
                raise UnsafeRequest("private_address", f"{target.host} is {address}")

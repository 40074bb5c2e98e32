"""The first message of a TLS connection (RFC 8446 4.1.2), read from its bytes: what tells one TLS library from another.

Nothing here decrypts anything: a ClientHello is sent in the clear.
"""

from __future__ import annotations

from dataclasses import dataclass

RECORD_HEADER = 5
MAX_HELLO = 65_536
_HANDSHAKE, _CLIENT_HELLO = 22, 1
_SERVER_NAME, _GROUPS, _SIGNATURE_ALGORITHMS, _ALPN, _SUPPORTED_VERSIONS = 0x0000, 0x000A, 0x000D, 0x0010, 0x002B


class NoClientHello(ValueError):
    """The connection did not begin with a ClientHello."""


@dataclass(frozen=True, slots=True)
class ClientHello:
    """Numbers as they were sent, GREASE (RFC 8701) among them; `extensions` and `ciphers` in the order of the wire."""

    version: int
    ciphers: tuple[int, ...]
    extensions: tuple[int, ...]
    server_name: str
    alpn: tuple[bytes, ...]
    signature_algorithms: tuple[int, ...]
    supported_versions: tuple[int, ...]
    groups: tuple[int, ...]


def is_grease(number: int) -> bool:
    """Whether a two-byte number is one of RFC 8701's, which mean nothing and are drawn anew for each connection."""
    return number & 0x0F0F == 0x0A0A and number >> 8 == number & 0xFF


def take_hello(received: bytes) -> ClientHello | None:
    """The ClientHello at the beginning of a connection, None while it is not complete. Raises NoClientHello."""
    message, offset = b"", 0
    while len(received) >= offset + RECORD_HEADER:
        if received[offset] != _HANDSHAKE or received[offset + 1] != 3:
            raise NoClientHello("the first bytes are not of a TLS handshake")
        length = int.from_bytes(received[offset + 3 : offset + 5], "big")
        message += received[offset + RECORD_HEADER : offset + RECORD_HEADER + length]
        offset += RECORD_HEADER + length
        if len(message) >= 4 and len(message) >= 4 + int.from_bytes(message[1:4], "big"):
            return _read_message(message)
    if len(received) > MAX_HELLO:
        raise NoClientHello("the handshake's first message does not end")
    return None


def _read_message(message: bytes) -> ClientHello:
    if message[0] != _CLIENT_HELLO:
        raise NoClientHello("the handshake does not begin with a ClientHello")
    reader = _Reader(message[4 : 4 + int.from_bytes(message[1:4], "big")])
    version = reader.number(2)
    reader.take(32)  # random
    reader.block(1)  # session id
    ciphers = _numbers(reader.block(2))
    reader.block(1)  # compression methods
    extensions = _extensions(reader.block(2)) if reader.left else {}
    return ClientHello(
        version,
        ciphers,
        tuple(extensions),
        _server_name(extensions.get(_SERVER_NAME, b"")),
        _protocols(extensions.get(_ALPN, b"")),
        _list(extensions.get(_SIGNATURE_ALGORITHMS, b""), 2),
        _list(extensions.get(_SUPPORTED_VERSIONS, b""), 1),
        _list(extensions.get(_GROUPS, b""), 2),
    )


class _Reader:
    """Length-prefixed fields. Raises NoClientHello where bytes are missing."""

    def __init__(self, data: bytes) -> None:
        self.left = data

    def take(self, length: int) -> bytes:
        if len(self.left) < length:
            raise NoClientHello("the ClientHello is cut short")
        taken, self.left = self.left[:length], self.left[length:]
        return taken

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "big")

    def block(self, size: int) -> bytes:
        return self.take(self.number(size))


def _list(data: bytes, size: int) -> tuple[int, ...]:
    """The two-byte numbers of an extension that is a list with a length of `size` bytes."""
    return _numbers(_Reader(data).block(size)) if data else ()


def _numbers(data: bytes) -> tuple[int, ...]:
    return tuple(int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data) - 1, 2))


def _extensions(data: bytes) -> dict[int, bytes]:
    reader, found = _Reader(data), {}
    while reader.left:
        kind = reader.number(2)
        found[kind] = reader.block(2)
    return found


def _server_name(data: bytes) -> str:
    if not data:
        return ""
    names = _Reader(_Reader(data).block(2))
    names.number(1)
    return names.block(2).decode("latin-1").lower()


def _protocols(data: bytes) -> tuple[bytes, ...]:
    if not data:
        return ()
    reader, found = _Reader(_Reader(data).block(2)), []
    while reader.left:
        found.append(reader.block(1))
    return tuple(found)

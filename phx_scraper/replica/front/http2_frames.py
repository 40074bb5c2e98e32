"""The frames with which an HTTP/2 client begins (RFC 9113), noted as they stand on the wire.

The h2 library gives settings by name and without their order; the order is part of what tells clients apart.
"""

from __future__ import annotations

from phx_scraper.replica.front.recorder import Connection

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
_HEADERS, _PRIORITY, _SETTINGS, _WINDOW_UPDATE = 1, 2, 4, 8
_HEADER = 9


class FirstFrames:
    """Notes SETTINGS, WINDOW_UPDATE and PRIORITY frames up to the first request; then it takes nothing more."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._buffer: bytes | None = b""

    def receive(self, data: bytes) -> None:
        """Take the connection's next bytes."""
        if self._buffer is None:
            return
        self._buffer += data
        while self._buffer is not None and self._take_frame():
            pass

    def _take_frame(self) -> bool:
        buffer = (self._buffer or b"").removeprefix(PREFACE)
        if len(buffer) < _HEADER or PREFACE.startswith(buffer[: len(PREFACE)]):
            return False
        length, kind, flags = int.from_bytes(buffer[:3], "big"), buffer[3], buffer[4]
        stream = int.from_bytes(buffer[5:9], "big") & 0x7FFFFFFF
        if kind == _HEADERS:
            self._buffer = None
            return False
        if len(buffer) < _HEADER + length:
            return False
        self._note(kind, flags, stream, buffer[_HEADER : _HEADER + length])
        self._buffer = buffer[_HEADER + length :]
        return True

    def _note(self, kind: int, flags: int, stream: int, payload: bytes) -> None:
        connection = self._connection
        if kind == _SETTINGS and not flags & 1 and not connection.settings:
            pairs = [payload[at : at + 6] for at in range(0, len(payload) - 5, 6)]
            connection.settings = tuple(
                (int.from_bytes(one[:2], "big"), int.from_bytes(one[2:], "big")) for one in pairs
            )
        elif kind == _WINDOW_UPDATE and stream == 0 and not connection.window and len(payload) == 4:
            connection.window = int.from_bytes(payload, "big")
        elif kind == _PRIORITY and len(payload) == 5:
            parent = int.from_bytes(payload[:4], "big")
            entry = (stream, parent & 0x7FFFFFFF, payload[4] + 1, bool(parent >> 31))
            connection.priorities = (*connection.priorities, entry)

"""A WebSocket client of the few things that a browser's remote control needs: text messages, both ways (RFC 6455)."""

from __future__ import annotations

import base64
import os
import socket
import struct
from typing import BinaryIO

_TEXT, _CLOSE, _PING, _PONG = 1, 8, 9, 10
_WHOLE_GREETING = b"\r\n\r\n"


class WebSocket:
    """A connection to a server of this machine."""

    def __init__(self, port: int, path: str, seconds: float) -> None:
        """Connect; raises OSError where nobody answers within `seconds`, which is also the patience of each message."""
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=seconds)
        key = base64.b64encode(os.urandom(16)).decode()
        self._socket.sendall(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        self._stream: BinaryIO = self._socket.makefile("rb")
        answer = self._stream.readline()
        if b" 101 " not in answer:
            raise OSError(f"no WebSocket at {path}: {answer!r}")
        while self._stream.readline() not in {b"\r\n", b""}:
            pass

    def send(self, text: str) -> None:
        """Send one message."""
        self._send(_TEXT, text.encode())

    def receive(self) -> str:
        """The next message; raises OSError where none comes in time, or the other side ends."""
        whole = b""
        while True:
            is_last, kind, part = self._frame()
            if kind == _PING:
                self._send(_PONG, part)
            elif kind == _CLOSE:
                raise OSError("the browser closed the connection")
            elif kind != _PONG:
                whole += part
                if is_last:
                    return whole.decode()

    def close(self) -> None:
        """Let go, without a farewell."""
        self._stream.close()
        self._socket.close()

    def _send(self, kind: int, data: bytes) -> None:
        """One frame, masked as a client's must be; Firefox hangs up where the mask is zeros."""
        size, mask = len(data), os.urandom(4)
        if size < 126:
            head = struct.pack("!BB", 128 | kind, 128 | size)
        elif size < 1 << 16:
            head = struct.pack("!BBH", 128 | kind, 128 | 126, size)
        else:
            head = struct.pack("!BBQ", 128 | kind, 128 | 127, size)
        pattern = (mask * (size // 4 + 1))[:size]
        masked = (int.from_bytes(data) ^ int.from_bytes(pattern)).to_bytes(size)
        self._socket.sendall(head + mask + masked)

    def _frame(self) -> tuple[bool, int, bytes]:
        first, size = self._read(2)
        if size == 126:
            [size] = struct.unpack("!H", self._read(2))
        elif size == 127:
            [size] = struct.unpack("!Q", self._read(8))
        return bool(first & 128), first & 15, self._read(size)

    def _read(self, size: int) -> bytes:
        data = self._stream.read(size)
        if len(data) < size:
            raise OSError("the browser ended")
        return data

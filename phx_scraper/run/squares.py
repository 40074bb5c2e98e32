"""What a model is to look at, kept from when a picture is decoded until its home's visit ends."""

from __future__ import annotations

import threading
from collections import OrderedDict

from phx_scraper.imaging.square import BYTES

MOST_BYTES = 48 * 2**20
"""In memory; what came first gives way, and its stored picture is decoded instead."""


class Squares:
    """Squares of pictures by `raw_sha256`; thread-safe."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes // BYTES
        self._squares: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def add(self, raw_sha256: str, square: bytes) -> None:
        """Keep a picture's square; nothing where none was made."""
        if not square:
            return
        with self._lock:
            self._squares[raw_sha256] = square
            while len(self._squares) > self._most:
                self._squares.popitem(last=False)

    def take(self, raw_sha256: str) -> bytes:
        """The square, which is then let go of; empty where there is none."""
        with self._lock:
            return self._squares.pop(raw_sha256, b"")

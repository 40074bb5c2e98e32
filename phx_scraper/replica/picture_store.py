"""Encoded pictures: drawn once in worker threads, then cached in memory and optionally on disk."""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import NamedTemporaryFile

# Changes when drawing changes, so that an old folder never serves outdated pictures.
_DRAWING_VERSION = "v1"


class PictureStore:
    """Bytes by name; at most `limit` bytes in memory, least recently used first out. A folder is never trimmed."""

    def __init__(self, limit: int, folder: Path | None, workers: int) -> None:
        self._limit = limit
        self._folder = folder / _DRAWING_VERSION if folder else None
        self._cached: OrderedDict[str, bytes] = OrderedDict()
        self._size = 0
        self._drawing: dict[str, asyncio.Future[bytes]] = {}
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="draw")

    async def get(self, name: str, make: Callable[[], bytes]) -> bytes:
        """The bytes called `name`, made by `make` in a thread where they are not cached."""
        cached = self._cached.get(name)
        if cached is not None:
            self._cached.move_to_end(name)
            return cached
        if name not in self._drawing:
            loop = asyncio.get_running_loop()
            self._drawing[name] = loop.run_in_executor(self._pool, self._fetch, name, make)
        try:
            data = await asyncio.shield(self._drawing[name])
        finally:
            self._drawing.pop(name, None)
        self._cache(name, data)
        return data

    def close(self) -> None:
        """Shut the threads down."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _cache(self, name: str, data: bytes) -> None:
        if name in self._cached:
            return
        self._cached[name] = data
        self._size += len(data)
        while self._size > self._limit and len(self._cached) > 1:
            _, dropped = self._cached.popitem(last=False)
            self._size -= len(dropped)

    def _fetch(self, name: str, make: Callable[[], bytes]) -> bytes:
        path = self._folder / name[:2] / name if self._folder else None
        if path is None:
            return make()
        with contextlib.suppress(OSError):
            return path.read_bytes()
        data = make()
        # A full or read-only disk costs the cache, not the answer.
        with contextlib.suppress(OSError):
            _write(path, data)
        return data


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, delete=False) as temporary:
        temporary.write(data)
    Path(temporary.name).replace(path)

"""A disk on which one call fails."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from phx_scraper.storage.files.disk import Disk


class FailingDisk(Disk):
    """Fails the n-th of its calls; a failing write writes half of its bytes."""

    def __init__(self, fails_at: int, number: int) -> None:
        self.calls: list[str] = []
        self.fails_at = fails_at
        self.number = number

    def _count(self, name: str) -> None:
        self.calls.append(name)
        if len(self.calls) == self.fails_at:
            raise OSError(self.number, os.strerror(self.number))

    def write(self, descriptor: int, chunks: Iterable[bytes]) -> None:
        if len(self.calls) + 1 == self.fails_at:
            super().write(descriptor, [chunk[: len(chunk) // 2] for chunk in chunks])
        self._count("write")
        super().write(descriptor, chunks)

    def fsync(self, descriptor: int) -> None:
        self._count("fsync")
        super().fsync(descriptor)

    def rename(self, source: Path, target: Path) -> None:
        self._count("rename")
        super().rename(source, target)

    def unlink(self, path: Path) -> None:
        self._count("unlink")
        super().unlink(path)

    def link(self, source: Path, target: Path) -> None:
        self._count("link")
        super().link(source, target)

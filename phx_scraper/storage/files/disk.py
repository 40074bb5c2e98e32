"""The five calls that change files; all writing uses them, so that tests can make any of them fail."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from phx_scraper.storage import crash_points


class Disk:
    """The real disk. A subclass may count, fail, drop or reorder calls; all raise OSError as the system does.

    `written` counts the bytes that were written, roughly: threads that write at the same instant may count as one.
    """

    written = 0

    def write(self, descriptor: int, chunks: Iterable[bytes]) -> None:
        """Write all of `chunks` to an open file."""
        crash_points.hit("write.before")
        for chunk in chunks:
            _write_all(descriptor, chunk)
            self.written += len(chunk)
        crash_points.hit("write.after")

    def fsync(self, descriptor: int) -> None:
        """Flush an open file or folder to the disk."""
        crash_points.hit("fsync.before")
        os.fsync(descriptor)
        crash_points.hit("fsync.after")

    def rename(self, source: Path, target: Path) -> None:
        """Replace `target` by `source` atomically."""
        crash_points.hit("rename.before")
        source.replace(target)
        crash_points.hit("rename.after")

    def unlink(self, path: Path) -> None:
        """Remove one name."""
        crash_points.hit("unlink.before")
        path.unlink()
        crash_points.hit("unlink.after")

    def link(self, source: Path, target: Path) -> None:
        """Give `source` a second name."""
        target.hardlink_to(source)


def _write_all(descriptor: int, chunk: bytes) -> None:
    view = memoryview(chunk)
    while view:
        view = view[os.write(descriptor, view) :]

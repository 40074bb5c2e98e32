"""When a catalogue file is read through for damage: a small one always, a large one unless it is as it was left.

Reading through takes 0.75 s a gigabyte from memory, and longer from a disk. A large file is therefore trusted if the
last process closed it and nobody has touched it since, or while another process that trusts it has it open. After
`kill -9`, a power cut, a copy or a foreign program it is read through. A file beside it, `….closed`, says how it was
left, and its lock (flock(2)) who has it open. Damage on a page that nobody has read yet is met when it is read.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
from collections.abc import Callable
from pathlib import Path

logger = logging.getLogger(__name__)

LARGE = 64 * 2**20
"""Bytes from which on a file is not read through on every opening."""

_IN_USE = b"in use\n"
_LONGEST = 200


class Soundness:
    """Of one database file; made before the file is opened."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._beside = path.with_name(f"{path.name}.closed")
        self._descriptor: int | None = None
        self._found = self._left()

    def begin(self, check: Callable[[], None]) -> None:
        """Call `check`, which raises for a damaged file, unless the file can be trusted; the file is in use then."""
        if not self._is_large() or not self._open():
            check()
            return
        try:
            self._trust_or(check)
        except BaseException:
            self._close()
            raise

    def end(self) -> None:
        """Note how the file was left, if no other process has it open; to be called when it is closed."""
        if self._descriptor is None and not (self._is_large() and self._open()):
            return
        if self._lock(fcntl.LOCK_EX | fcntl.LOCK_NB):
            self._write(self._left())
        self._close()

    def _trust_or(self, check: Callable[[], None]) -> None:
        alone = self._lock(fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not alone:
            # Waits for a process that is just reading the file through.
            self._lock(fcntl.LOCK_SH)
        said = os.pread(self._fileno(), _LONGEST, 0)
        if said != (self._found if alone else _IN_USE) or not said:
            logger.warning("%s is not as it was last closed: it is read through for damage first.", self._path)
            check()
        if alone:
            self._write(_IN_USE)
            self._lock(fcntl.LOCK_SH)

    def _is_large(self) -> bool:
        found = self._stat()
        return found is not None and found.st_size >= LARGE

    def _left(self) -> bytes:
        """How the file stands; empty if it is absent, or if a log lies beside it that was not folded into it."""
        found = self._stat()
        if found is None or self._path.with_name(f"{self._path.name}-wal").exists():
            return b""
        return f"{found.st_size} bytes, modified at {found.st_mtime_ns} ns, inode {found.st_ino}\n".encode()

    def _stat(self) -> os.stat_result | None:
        # What is out of reach is told by opening it.
        try:
            return self._path.stat()
        except OSError:
            return None

    def _open(self) -> bool:
        """Whether the file beside it can be used."""
        try:
            self._descriptor = os.open(self._beside, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError:
            return False
        return True

    def _lock(self, how: int) -> bool:
        try:
            fcntl.flock(self._fileno(), how)
        except OSError:
            # Another process holds it, or the file system knows no locks: then nothing is taken for granted.
            return False
        return True

    def _write(self, text: bytes) -> None:
        # Where this fails, on a full disk, the next opening takes longer.
        with contextlib.suppress(OSError):
            os.ftruncate(self._fileno(), 0)
            os.pwrite(self._fileno(), text, 0)

    def _fileno(self) -> int:
        assert self._descriptor is not None
        return self._descriptor

    def _close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

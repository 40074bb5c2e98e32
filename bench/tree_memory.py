"""Watches how much memory a command and all its processes hold together."""

from __future__ import annotations

import threading
from pathlib import Path
from types import TracebackType

_SECONDS = 0.2


class TreeMemory:
    """Within it, `peak_mb` follows the sum of the proportional set sizes (proc(5): Pss) of a process and its heirs.

    Pages that several processes share count once. It looks five times a second, so a shorter peak is missed.
    """

    def __init__(self, pid: int) -> None:
        self.peak_mb = 0.0
        self._pid = pid
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="memory")

    def __enter__(self) -> TreeMemory:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(_SECONDS):
            self.peak_mb = max(self.peak_mb, sum(map(_megabytes, _family(self._pid))))


def _family(pid: int) -> list[int]:
    """The process and all that come from it."""
    found = [pid]
    for children in _read_all(Path(f"/proc/{pid}/task"), "*/children"):
        for child in children.split():
            found += _family(int(child))
    return found


def _megabytes(pid: int) -> float:
    for text in _read_all(Path(f"/proc/{pid}"), "smaps_rollup"):
        return sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")) / 1024
    return 0.0


def _read_all(folder: Path, pattern: str) -> list[str]:
    """The files there are; a process may end while it is looked at."""
    found = []
    for path in folder.glob(pattern):
        try:
            found.append(path.read_text(encoding="ascii", errors="replace"))
        except OSError:
            continue
    return found

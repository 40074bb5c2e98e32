"""The memory of a group of processes, as Linux accounts for it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

_PSS = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)


def memory_mb(pids: Iterable[int], proc: Path = Path("/proc")) -> float:
    """Megabytes, what several share counted once (proportional set size, proc(5)); 0 where Linux does not tell."""
    return sum(_kilobytes(proc / str(pid) / "smaps_rollup") for pid in pids) / 1024


def _kilobytes(file: Path) -> int:
    try:
        match = _PSS.search(file.read_text(encoding="ascii"))
    except OSError:
        return 0
    return int(match[1]) if match else 0

"""`python -m tests.faults.clock_shim SHIFT,SHIFT,… crawl …`: scrapy, with a wall clock that is wrong by SHIFT seconds.

Several shifts apply in turn, and the clock jumps between them; `frozen` stops it.
"""

from __future__ import annotations

import itertools
import sys
import time
from collections.abc import Callable, Sequence

from scrapy.cmdline import execute

CALLS_BETWEEN_JUMPS = 25


def jumping(shifts: Sequence[float], real: Callable[[], float]) -> Callable[[], float]:
    """A clock that jumps to the next shift after `CALLS_BETWEEN_JUMPS` readings, cyclically."""
    readings = itertools.count()
    return lambda: real() + shifts[next(readings) // CALLS_BETWEEN_JUMPS % len(shifts)]


def wrong_clock(shifts: str) -> Callable[[], float]:
    """The clock of the command line's argument."""
    if shifts == "frozen":
        frozen = time.time()
        return lambda: frozen
    return jumping([float(shift) for shift in shifts.split(",")], time.time)


if __name__ == "__main__":
    time.time = wrong_clock(sys.argv[1])  # type: ignore[assignment]
    execute(["scrapy", *sys.argv[2:]])

"""`python -m tests.faults.clock_shim SHIFT,SHIFT,… crawl …`: scrapy, with a wall clock wrong by so many seconds.

Of several shifts each holds for a while, and then the clock jumps to the next; `frozen` stands for no movement at all.
"""

from __future__ import annotations

import itertools
import sys
import time
from collections.abc import Callable, Sequence

from scrapy.cmdline import execute

CALLS_BETWEEN_JUMPS = 25


def jumping(shifts: Sequence[float], real: Callable[[], float]) -> Callable[[], float]:
    """A clock that jumps to the next of the shifts after so many looks at it, round and round."""
    looks = itertools.count()
    return lambda: real() + shifts[next(looks) // CALLS_BETWEEN_JUMPS % len(shifts)]


def wrong_clock(wanted: str) -> Callable[[], float]:
    """The clock that the command line asks for."""
    if wanted == "frozen":
        stands = time.time()
        return lambda: stands
    return jumping([float(shift) for shift in wanted.split(",")], time.time)


if __name__ == "__main__":
    time.time = wrong_clock(sys.argv[1])  # type: ignore[assignment]
    execute(["scrapy", *sys.argv[2:]])

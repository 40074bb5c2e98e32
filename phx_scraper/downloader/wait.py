"""Waits that a closing crawl cuts short."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

SLICE = 0.25
"""Seconds after which a wait looks whether the crawl is closing: Scrapy has no signal for the beginning of the end."""

Sleep = Callable[[float], Awaitable[object]]


async def wait(
    seconds: float,
    closing: Callable[[], bool],
    sleep: Sleep = asyncio.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> bool:
    """Wait without blocking; True after the whole time, False as soon as `closing()`."""
    until = clock() + seconds
    while not closing():
        left = until - clock()
        if left <= 0:
            return True
        await sleep(min(left, SLICE))
    return False

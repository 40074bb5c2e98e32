"""The threads of a run: work of any length goes to one of its pools, off the event loop."""

from __future__ import annotations

import asyncio
import functools
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

R = TypeVar("R")


class ThreadPools:
    """Named pools of threads: pages, pictures, files and SQL have their own, off the event loop."""

    def __init__(self, image_workers: int) -> None:
        # Writers mostly wait for the disk; in the image threads they would leave a core idle.
        self._sizes = {"catalogue": 1, "pages": 1, "images": image_workers, "files": image_workers}
        self.busy = dict.fromkeys(self._sizes, 0.0)
        """Seconds that the threads of each pool have worked, in all."""
        self._counting = threading.Lock()
        self._threads = {name: ThreadPoolExecutor(size, name) for name, size in self._sizes.items()}

    async def run(self, pool: str, function: Callable[[], R]) -> R:
        """Run work off the event loop: `pages`, `images`, `files` or `catalogue`, whose calls keep their order."""
        timed = functools.partial(self._timed, pool, function)
        return await asyncio.get_running_loop().run_in_executor(self._threads[pool], timed)

    def _timed(self, pool: str, function: Callable[[], R]) -> R:
        began = time.monotonic()
        try:
            return function()
        finally:
            with self._counting:
                self.busy[pool] += time.monotonic() - began

    async def start(self) -> None:
        """Start every thread while nothing else runs: later a start waits for the interpreter, and so does the loop."""
        for pool, size in self._sizes.items():
            barrier = threading.Barrier(size)
            await asyncio.gather(*(self.run(pool, barrier.wait) for _ in range(size)))

    async def close(self, pool: str) -> None:
        """Let what is in work end."""
        await asyncio.to_thread(self._threads[pool].shutdown, wait=True)

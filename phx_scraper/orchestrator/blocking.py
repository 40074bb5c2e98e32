"""A coroutine waited for by a program without an event loop, or in a notebook whose loop is running already."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


def wait_for(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """Run it in a loop and thread of its own. Ctrl-C here cancels it, and waits for its end."""
    ended = threading.Event()

    async def until_its_end() -> Result:
        try:
            return await coroutine
        finally:
            ended.set()

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="extraction", daemon=True)
    thread.start()
    future = asyncio.run_coroutine_threadsafe(until_its_end(), loop)
    try:
        return future.result()
    finally:
        future.cancel()
        ended.wait()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()

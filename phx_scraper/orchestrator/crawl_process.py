"""Runs one crawl in a process of its own, so that it works inside any event loop, thread or notebook, any number of
times: Scrapy's reactor can be started only once in a process.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from phx_scraper.errors import PhxError, UsageError
from phx_scraper.model.outcome import WRONG_USE

logger = logging.getLogger("phx_scraper")

Told = Callable[[dict[str, Any]], None]
LAST_LINES = 20
MOST_BYTES_OF_A_LINE = 2**20


async def crawl(arguments: Mapping[str, str], settings: Mapping[str, Any], tell: Told) -> dict[str, Any]:
    """Crawl in a child process; returns its result (`crawl_reports.result_of`). `tell` is told of progress.

    Cancelling the awaiting task stops the crawl cleanly, and waits for that. Raises UsageError for wrong arguments or
    settings, PhxError where the crawl died.
    """
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "phx_scraper.orchestrator.crawl_child"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={"SCRAPY_SETTINGS_MODULE": "phx_scraper.settings", **os.environ},
        limit=MOST_BYTES_OF_A_LINE,
        # Ctrl-C is the parent's: it ends the awaiting task, and that stops the child.
        start_new_session=True,
    )
    try:
        return await _followed(child, {"arguments": dict(arguments), "settings": dict(settings)}, tell)
    finally:
        await asyncio.shield(_stopped(child))


async def _followed(child: asyncio.subprocess.Process, order: Mapping[str, Any], tell: Told) -> dict[str, Any]:
    assert child.stdin is not None
    assert child.stderr is not None
    child.stdin.write(json.dumps(order, default=str).encode() + b"\n")
    words: deque[str] = deque(maxlen=LAST_LINES)
    result, _ = await asyncio.gather(_reports(child, tell), _log(child.stderr, words))
    code = await child.wait()
    if result is not None:
        return result
    said = words[-1] if words else "it said nothing"
    if code == WRONG_USE:
        raise UsageError(said.removeprefix("scrapy crawl: "))
    raise PhxError(f"the crawl ended with exit code {code} and without a result: {said}")


async def _reports(child: asyncio.subprocess.Process, tell: Told) -> dict[str, Any] | None:
    result: dict[str, Any] | None = None
    assert child.stdout is not None
    async for line in child.stdout:
        try:
            report = json.loads(line)
        except ValueError:
            continue  # A pipeline of the user's may print.
        if isinstance(report, dict) and "progress" in report:
            tell(report["progress"])
        elif isinstance(report, dict) and "result" in report:
            result = report["result"]
    return result


async def _log(errors: asyncio.StreamReader, words: deque[str]) -> None:
    async for line in errors:
        text = line.decode(errors="replace").rstrip()
        if text:
            words.append(text)
            logger.debug("%s", text)


async def _stopped(child: asyncio.subprocess.Process) -> None:
    if child.returncode is not None:
        return
    assert child.stdin is not None
    child.stdin.close()  # its end stops the crawl
    await asyncio.gather(_drained(child.stdout), _drained(child.stderr))
    await child.wait()


async def _drained(stream: asyncio.StreamReader | None) -> None:
    while stream is not None and await stream.read(2**16):
        pass

"""Runs one crawl in a process of its own, so that it works inside any event loop, thread or notebook, any number of
times: Scrapy's reactor can be started only once in a process.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import logging
import os
import sys
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from phx_scraper.errors import PhxError, UsageError
from phx_scraper.model.outcome import WRONG_USE
from phx_scraper.orchestrator.crawl_settings import MODULE_VARIABLE, settings_module
from phx_scraper.orchestrator.stream_lines import lines_of

logger = logging.getLogger("phx_scraper")

Told = Callable[[dict[str, Any]], object]
LAST_LINES = 20
PACKAGES = Path(__file__).parents[2]


async def crawl(arguments: Mapping[str, str], settings: Mapping[str, Any], tell: Told) -> dict[str, Any]:
    """Crawl in a child process; returns its result (`crawl_reports.result_of`). `tell` is told of progress, and what it
    gives is awaited where it can be.

    Cancelling the awaiting task stops the crawl cleanly, and waits for that; so does an error of `tell`. Raises
    UsageError for wrong arguments or settings, PhxError where the crawl died.
    """
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "phx_scraper.orchestrator.crawl_child"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=_environment(),
        # Ctrl-C is the parent's: it ends the awaiting task, and that stops the child.
        start_new_session=True,
    )
    try:
        return await _followed(child, {"arguments": dict(arguments), "settings": dict(settings)}, tell)
    finally:
        await asyncio.shield(_stopped(child))


def _environment() -> dict[str, str]:
    """Its own settings module, and a way to this package where the program found it by a path of its own."""
    found = {**os.environ, MODULE_VARIABLE: settings_module()}
    if not PACKAGES.name.endswith("-packages"):  # where Python looks anyway
        found["PYTHONPATH"] = os.pathsep.join([*filter(None, [found.get("PYTHONPATH")]), str(PACKAGES)])
    return found


async def _followed(child: asyncio.subprocess.Process, order: Mapping[str, Any], tell: Told) -> dict[str, Any]:
    assert child.stdin is not None
    child.stdin.write(json.dumps(order).encode() + b"\n")
    words: deque[str] = deque(maxlen=LAST_LINES)
    result = await _read(child, tell, words)
    code = await child.wait()
    if result is not None:
        return result
    said = words[-1] if words else "it said nothing"
    if code == WRONG_USE:
        raise UsageError(said.removeprefix("scrapy crawl: "))
    raise PhxError(f"the crawl ended with exit code {code} and without a result: {said}")


async def _read(child: asyncio.subprocess.Process, tell: Told, words: deque[str]) -> dict[str, Any] | None:
    assert child.stderr is not None
    log = asyncio.ensure_future(_log(child.stderr, words))
    try:
        result = await _reports(child, tell)
        await log
    except BaseException:
        # Nobody else can read the rest of the stream as long as it does.
        log.cancel()
        await asyncio.wait([log])
        raise
    return result


async def _reports(child: asyncio.subprocess.Process, tell: Told) -> dict[str, Any] | None:
    result: dict[str, Any] | None = None
    failed: list[list[str]] = []
    assert child.stdout is not None
    async for line in lines_of(child.stdout):
        try:
            report = json.loads(line)
        except ValueError:
            continue  # A pipeline of the user's may print.
        if isinstance(report, dict) and "progress" in report:
            answer = tell(report["progress"])
            if inspect.isawaitable(answer):
                await answer
        elif isinstance(report, dict) and "failed_visit" in report:
            failed.append(report["failed_visit"])
        elif isinstance(report, dict) and "result" in report:
            result = {**report["result"], "failed_visits": failed}
    return result


async def _log(errors: asyncio.StreamReader, words: deque[str]) -> None:
    async for line in lines_of(errors):
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

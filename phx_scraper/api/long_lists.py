"""Long lists are read by a process of their own, one after another: in this one all other answers would wait for them.

A hundred thousand addresses take some twenty seconds of a processor.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from io import BytesIO
from typing import TypeVar

from starlette.concurrency import run_in_threadpool

from phx_scraper.api import job_bodies
from phx_scraper.api.job_bodies import AskedJob, Body
from phx_scraper.api.problems import RequestRefused
from phx_scraper.errors import LongerThanShort, UsageError
from phx_scraper.homes import RowError
from phx_scraper.homes.kept_columns import ShortList
from phx_scraper.model.job import JobOptions
from phx_scraper.storage.catalogue.job_rows import NewHome

T = TypeVar("T")
logger = logging.getLogger(__name__)

SHORT_BYTES = 128 * 1024
"""Up to this a list is read in a thread, unless it becomes more than a `ShortList` has: a fraction of a second."""
MOST_SECONDS = 300.0
"""By the clock; of a processor it has `list_process.MOST_CPU_SECONDS`."""
MOST_WAITING = 4
_SAID = 2000

_TOO_LONG = "the list takes too long to be read: split it"
_BUSY = "other long lists are being read: hand it in again in a while"
_ENDED = "the list was not read, as the process that read it was ended: split it, and hand it in again"


class LongLists:
    """Used in the event loop only."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(1)
        self._number = 0

    async def ended(self) -> None:
        """Wait until none is being read."""
        async with self._turn:
            pass

    async def hand_in(self, body: Body, hand_in: Callable[[AskedJob], T]) -> T:
        """What `hand_in` makes of the job that is asked for, in a thread. Raises RequestRefused, UsageError.

        Of long lists one after another: what is read has many times the bytes that came until it is written down.
        """
        if len(body.json) + len(body.file or b"") <= SHORT_BYTES:
            with contextlib.suppress(LongerThanShort):
                return await run_in_threadpool(lambda: hand_in(job_bodies.read(body, ShortList())))
        if self._number > MOST_WAITING:
            raise RequestRefused(503, _BUSY, {"Retry-After": "30"})
        self._number += 1
        try:
            async with self._turn:
                # What the process said goes as soon as it is understood: it is as large as the job.
                new = await run_in_threadpool(_job, await _asked(body))
                return await run_in_threadpool(hand_in, new)
        finally:
            self._number -= 1


async def _asked(body: Body) -> bytes:
    """What a process says of the body."""
    # From the thread of the event loop: a child is ended with the thread that started it.
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "phx_scraper.api.list_process", str(os.getpid())),
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
    )
    try:
        told, said = await asyncio.wait_for(process.communicate(_sent(body)), MOST_SECONDS)
    except TimeoutError:
        raise RequestRefused(413, _TOO_LONG) from None
    finally:
        await _ended(process)
    if process.returncode == -signal.SIGXCPU:
        raise RequestRefused(413, _TOO_LONG)
    if process.returncode:
        logger.error("The process of a long list ended with %d: %s", process.returncode, said.decode()[-_SAID:])
        raise RequestRefused(503, _ENDED, {"Retry-After": "30"})
    return told


def _sent(body: Body) -> bytes:
    about = {"is_file": body.file is not None, "sources": body.sources, "options": body.options}
    return json.dumps(about).encode() + b"\n" + (body.json if body.file is None else body.file)


async def _ended(process: Process) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _job(told: bytes) -> AskedJob:
    homes: list[NewHome] = []
    rejected: list[RowError] = []
    options = JobOptions()
    for line in BytesIO(told):
        said = json.loads(line)
        if "refused" in said:
            raise RequestRefused(*said["refused"])
        if "wrong" in said:
            raise UsageError(said["wrong"])
        homes += (NewHome(*one) for one in said.get("homes", ()))
        rejected += (RowError(*one) for one in said.get("rejected", ()))
        if "options" in said:
            options = JobOptions(**{**said["options"], "sources": tuple(said["options"]["sources"])})
    return AskedJob(homes, rejected, options)

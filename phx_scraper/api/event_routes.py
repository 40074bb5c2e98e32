"""`…/{id}/events`: how far a job is, as server-sent events, until it has ended.

Each stream says how the job stands, and says it again when that has changed by more than the clock; so whoever
connects anew has missed nothing. Streams of one job share one question to the catalogue a second, of large jobs fewer.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from phx_scraper.api.api_context import ApiContext
from phx_scraper.api.authentication import Caller, Reader
from phx_scraper.api.job_documents import details
from phx_scraper.api.job_routes import ROOT, known
from phx_scraper.api.problems import answers
from phx_scraper.errors import PhxError
from phx_scraper.service import api_keys, jobs
from phx_scraper.service.job_service import JobView

SECONDS_BETWEEN = 1.0
SECONDS_OF_SILENCE = 15.0
_NEARLY = 0.9
_CLOCK = {"seconds", "eta_seconds"}
_SHARE = 0.05
"""Of a processor, that asking for one job may take."""

router = APIRouter(prefix=ROOT, tags=["jobs"])


@dataclass(frozen=True, slots=True)
class Seen:
    """How a job stood, with and without what the clock changes, until when that holds, and whether it has ended."""

    text: str
    state: str
    has_ended: bool
    good_until: float


class _EventStream(StreamingResponse):
    """Counted from the moment that it is let in: many that come at once are not all below the limit."""

    media_type = "text/event-stream"

    def __init__(self, caller: Caller, job_id: str) -> None:
        super().__init__((), headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        self._caller, self._job_id = caller, job_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        key_id, streams = self._caller.key.key_id, self._caller.context.streams
        streams.check(key_id)
        with streams.opened(key_id, self._job_id) as lock:
            self.body_iterator = _events(self._caller, self._job_id, lock)
            await super().__call__(scope, receive, send)


_STREAM: dict[int | str, dict[str, Any]] = {200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}}


@router.get(
    "/{job_id}/events",
    status_code=200,
    response_class=_EventStream,
    responses={
        200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}},
        **answers(401, 403, 404, 422, 429, 503),
    },
)
async def events(caller: Reader, job_id: str) -> StreamingResponse:
    """Events `progress`, each with the job as JSON, and `end`, the last; a line that begins with a colon is none."""
    job = await run_in_threadpool(jobs.get, caller.context.service, known(job_id), caller.own)
    return _EventStream(caller, job.job_id)


async def _events(caller: Caller, job_id: str, lock: asyncio.Lock) -> AsyncIterator[str]:
    streams = caller.context.streams
    yield "retry: 2000\n\n"
    told, spoke_at = "", time.monotonic()
    while not streams.is_leaving:
        try:
            seen = await _seen(caller.context, job_id, lock)
            await _check_key(caller.context, caller.key.key_id)
        except PhxError:
            # Deleted, or the key is revoked, or the catalogue is away: asked anew, the client is told which.
            return
        if seen.state != told:
            told, spoke_at = seen.state, time.monotonic()
            yield f"event: {'end' if seen.has_ended else 'progress'}\ndata: {seen.text}\n\n"
        elif time.monotonic() > spoke_at + SECONDS_OF_SILENCE:
            spoke_at = time.monotonic()
            yield ": still here\n\n"
        if seen.has_ended:
            return
        await asyncio.sleep(SECONDS_BETWEEN)


async def _check_key(context: ApiContext, key_id: str) -> None:
    """Asked about once a second for all streams of a key. Raises KeyRefused, StorageError."""
    checked, now = context.streams.checked, time.monotonic()
    if checked.get(key_id, 0.0) > now:
        return
    # Before it is known: of many streams one asks.
    checked[key_id] = now + SECONDS_BETWEEN * _NEARLY
    try:
        await run_in_threadpool(api_keys.still_valid, context.catalogue, key_id)
    except PhxError:
        checked.pop(key_id, None)
        raise


async def _seen(context: ApiContext, job_id: str, lock: asyncio.Lock) -> Seen:
    """Asked once for all streams of a job."""
    async with lock:
        found: Seen | None = context.streams.seen.get(job_id)
        if found is None or found.good_until < time.monotonic():
            found = await run_in_threadpool(_ask, context, job_id)
            context.streams.seen[job_id] = found
        return found


def _ask(context: ApiContext, job_id: str) -> Seen:
    begun = time.thread_time()
    view: JobView = jobs.view(context.service, job_id)
    # Not by the clock: on a busy machine a small job is as cheap, and would be told of late.
    pause = max(SECONDS_BETWEEN * _NEARLY, (time.thread_time() - begun) / _SHARE)
    job = details(view)
    until = time.monotonic() + pause
    return Seen(job.model_dump_json(), job.model_dump_json(exclude=_CLOCK), view.job.has_ended, until)

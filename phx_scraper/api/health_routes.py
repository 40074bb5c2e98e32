"""Whether the API lives, whether it can do its work, and which part cannot."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel
from sqlalchemy import literal, select
from starlette.responses import Response

from phx_scraper.api.api_context import ApiContext, context_of
from phx_scraper.errors import PhxError

logger = logging.getLogger(__name__)

SECONDS = 2.0
"""For which an answer of a part is waited for."""

router = APIRouter(tags=["health"])
# Of their own: a part that does not answer holds one of them, and those of the endpoints may all be held by it.
_threads = ThreadPoolExecutor(4, "health")


class Health(BaseModel):
    """`ok`: the process answers."""

    status: Literal["ok"] = "ok"


class Readiness(BaseModel):
    """`parts` has the catalogue, the queue and the files: `ok`, `down`, or `not set` for a queue that nobody named."""

    status: Literal["ready", "not ready"]
    parts: dict[str, Literal["ok", "down", "not set"]]


@router.get("/health", response_model=Health)
async def health() -> Response:
    """Whether the process answers; needs no key."""
    return Response(Health().model_dump_json(), media_type="application/json")


@router.get("/ready", response_model=Readiness, responses={503: {"model": Readiness}})
async def ready(request: Request) -> Response:
    """Whether jobs can be taken and shown, and which part is down; needs no key."""
    context = context_of(request)
    checks = {"catalogue": _catalogue, "files": _files, "queue": _queue}
    found = await asyncio.gather(*(_state(name, check, context) for name, check in checks.items()))
    parts = dict(zip(checks, found, strict=True))
    is_down = "down" in found or context.streams.is_leaving
    told = Readiness.model_validate({"status": "not ready" if is_down else "ready", "parts": parts})
    return Response(told.model_dump_json(), 503 if is_down else 200, media_type="application/json")


async def _state(name: str, check: Callable[[ApiContext], str], context: ApiContext) -> str:
    try:
        asked = asyncio.get_running_loop().run_in_executor(_threads, check, context)
        return await asyncio.wait_for(asked, SECONDS)
    except (PhxError, TimeoutError) as error:
        logger.warning("%s is down: %s", name, error or "no answer")
        return "down"


def _catalogue(context: ApiContext) -> str:
    with context.catalogue.reading() as tx:
        tx.execute(select(literal(1)))
    context.catalogue.check_takes_changes()
    return "ok"


def _files(context: ApiContext) -> str:
    context.files.names("processed")
    # Of a folder that is not there: no names are an answer too.
    context.files.free_bytes()
    return "ok"


def _queue(context: ApiContext) -> str:
    if context.queue is None:
        return "not set"
    context.queue.check()
    return "ok"

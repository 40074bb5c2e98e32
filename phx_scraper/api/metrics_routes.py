"""What Prometheus asks for. It needs no key: keys are kept in the catalogue, and that it is down has to be told too."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from phx_scraper.api.api_context import context_of
from phx_scraper.service.metrics import CONTENT_TYPE, metrics_text

# Of their own: those of the endpoints may all be held by a catalogue that says nothing.
_threads = ThreadPoolExecutor(4, "metrics")
router = APIRouter(tags=["health"])
_TEXT: dict[int | str, dict[str, Any]] = {
    200: {"description": "Metrics in Prometheus' text format", "content": {"text/plain": {}}}
}


@router.get("/metrics", response_class=Response, responses=_TEXT)
async def metrics(request: Request) -> Response:
    """Homes, photos, refusals, jobs and workers as metrics, never an address; needs no key."""
    context = context_of(request)
    asked = partial(metrics_text, context.service, context.files)
    text = await asyncio.get_running_loop().run_in_executor(_threads, asked)
    return Response(text, headers={"Content-Type": CONTENT_TYPE})

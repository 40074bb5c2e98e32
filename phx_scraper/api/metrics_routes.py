"""What Prometheus asks for. It needs no key: keys are kept in the catalogue, and that it is down has to be told too."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from phx_scraper.api.api_context import context_of
from phx_scraper.service.metrics import CONTENT_TYPE, metrics_text

router = APIRouter(tags=["health"])
_TEXT: dict[int | str, dict[str, Any]] = {
    200: {"description": "Metrics in Prometheus' text format", "content": {"text/plain": {}}}
}


@router.get("/metrics", response_class=Response, responses=_TEXT)
def metrics(request: Request) -> Response:
    """Homes, photos, refusals, jobs and workers as metrics, never an address; needs no key."""
    context = context_of(request)
    return Response(metrics_text(context.service, context.files), headers={"Content-Type": CONTENT_TYPE})

"""`/metrics`, for Prometheus: figures of catalogue, queue and files, never an address; needs no key."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from phx_scraper.api.api_context import context_of
from phx_scraper.service.metrics import CONTENT_TYPE, metrics_text

router = APIRouter(tags=["health"])


@router.get("/metrics", response_class=PlainTextResponse)
def metrics(request: Request) -> Response:
    """Homes, photos, outcomes, refusals, queue and workers in Prometheus' text format; needs no key."""
    context = context_of(request)
    return Response(metrics_text(context.service, context.files), media_type=CONTENT_TYPE)

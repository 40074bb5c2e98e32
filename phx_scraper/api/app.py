"""The application: its endpoints, and what surrounds them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp

from phx_scraper.api import (
    docs_page,
    event_routes,
    gallery_routes,
    health_routes,
    job_page_routes,
    job_routes,
    metrics_routes,
    operations_routes,
    property_routes,
    session_routes,
)
from phx_scraper.api.api_context import ApiContext
from phx_scraper.api.authentication import note_counted
from phx_scraper.api.body_limits import BodyLimits
from phx_scraper.api.head_requests import HeadRequests
from phx_scraper.api.job_documents import NewJob
from phx_scraper.api.key_uses import SECONDS_BETWEEN
from phx_scraper.api.problems import ProblemDocument, add_handlers
from phx_scraper.api.requests import Requests
from phx_scraper.errors import StorageError
from phx_scraper.version import __version__

_ROUTES = (
    job_routes,
    event_routes,
    property_routes,
    health_routes,
    metrics_routes,
    docs_page,
    session_routes,
    operations_routes,
    job_page_routes,
    gallery_routes,
)
logger = logging.getLogger(__name__)

SECONDS_TO_WRITE = 3.0
"""At the end, what is counted still: a catalogue that says nothing is not waited for."""

_ABOUT = "Hand in lists of homes, follow the jobs, read what was collected. Errors are problem documents (RFC 9457)."


def make_app(context: ApiContext) -> ASGIApp:
    """The application, ready to be served."""
    app = FastAPI(
        title="phx_scraper",
        version=__version__,
        description=_ABOUT,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_lifespan,
    )
    app.state.context = context
    for routes in _ROUTES:
        app.include_router(routes.router)
    add_handlers(app)
    app.openapi = lambda: _description(app)  # type: ignore[method-assign]
    return Requests(HeadRequests(BodyLimits(app, job_routes.ROOT)))


@contextlib.asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    writer = asyncio.create_task(_write_now_and_then(app.state.context))
    try:
        yield
    finally:
        writer.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await writer
        # Those of requests that are over were ended with these, and are waited for.
        await app.state.context.lists.ended()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(_write(app.state.context, is_end=True), SECONDS_TO_WRITE)


async def _write_now_and_then(context: ApiContext) -> None:
    while True:
        await asyncio.sleep(SECONDS_BETWEEN)
        await _write(context)


async def _write(context: ApiContext, *, is_end: bool = False) -> None:
    try:
        await run_in_threadpool(context.uses.write, context.catalogue)
        await run_in_threadpool(note_counted, context, is_end=is_end)
    except StorageError as error:
        logger.warning("When keys were used, or what they were refused, is not noted: %s", error)


def _description(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document; bodies and problems stand in it though no function takes or returns them."""
    if app.openapi_schema is None:
        found = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        schemas = found.setdefault("components", {}).setdefault("schemas", {})
        for model in (NewJob, ProblemDocument):
            own = model.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas |= own.pop("$defs", {})
            schemas[model.__name__] = own
        app.openapi_schema = found
    return app.openapi_schema

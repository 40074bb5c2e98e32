"""Errors as problem documents (RFC 9457): what, and what to do, in one sentence; never a path or a stack."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import Scope

from phx_scraper.api.problem_pages import shown_to_people
from phx_scraper.api.value_errors import request_schema, values_problem
from phx_scraper.errors import (
    JobTooLarge,
    OverLimit,
    PhxError,
    QueueUnavailable,
    RequestReused,
    StorageError,
    UnknownJob,
    UsageError,
    WrongJobState,
)

logger = logging.getLogger(__name__)

TYPE = "application/problem+json"
REQUEST_ID = "x-request-id"
_AWAY = "the catalogue cannot be used at the moment: try again later, and look into the log of the API"
_BUG = "this is a mistake of the program: its log has more under the request id"
_NO_JOB = "there is no such job: GET /api/extraction/jobs lists those of this key"
_METHODS = ("DELETE", "GET", "PATCH", "POST", "PUT")


class ProblemDocument(BaseModel):
    """A refusal: `title` is the status in words, `detail` what was wrong and what to do, `errors` each place of it."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    request_id: str
    errors: list[dict[str, Any]] | None = None


class RequestRefused(PhxError):
    """Ends a request with a problem document; stays in this room."""

    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None = None, errors: Any = None) -> None:
        super().__init__(detail)
        self.status, self.headers, self.errors = status, dict(headers or {}), errors


_MEANINGS: tuple[tuple[type[Exception], int, dict[str, str]], ...] = (
    (UnknownJob, 404, {}),
    (WrongJobState, 409, {}),
    (RequestReused, 422, {}),
    (JobTooLarge, 413, {}),
    (OverLimit, 429, {"Retry-After": "60"}),
    (UsageError, 422, {}),
    (QueueUnavailable, 503, {"Retry-After": "5"}),
    (StorageError, 503, {"Retry-After": "5"}),
)
"""An error of the project -> status and headers; the first that fits."""


def answers(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What an endpoint may answer besides what it is for, for its description."""
    return {status: _described(status) for status in sorted(statuses)}


def _described(status: int) -> dict[str, Any]:
    if status == HTTPStatus.NOT_MODIFIED:
        return {"description": "What `If-None-Match` names is current still"}
    schema = {"$ref": "#/components/schemas/ProblemDocument"}
    return {"description": HTTPStatus(status).phrase, "content": {TYPE: {"schema": schema}}}


def status_of(error: Exception) -> tuple[int, dict[str, str]]:
    """Status and headers of an error of the project."""
    return next(((code, more) for kind, code, more in _MEANINGS if isinstance(error, kind)), (500, {}))


def problem(request_id: str, status: int, detail: str, headers: Mapping[str, str], errors: Any = None) -> Response:
    """The answer with a problem document."""
    document = ProblemDocument(
        title=HTTPStatus(status).phrase, status=status, detail=detail, request_id=request_id, errors=errors
    )
    return Response(document.model_dump_json(exclude_none=True), status, dict(headers), media_type=TYPE)


def add_handlers(app: FastAPI) -> None:
    """Let every error that leaves an endpoint be a problem document, or a page of the pages for people."""
    app.add_exception_handler(PhxError, shown_to_people(_of_ours))
    app.add_exception_handler(HTTPException, shown_to_people(_of_http))
    app.add_exception_handler(RequestValidationError, shown_to_people(_of_values))
    app.add_exception_handler(Exception, shown_to_people(_of_bug))


async def _of_ours(request: Request, error: Exception) -> Response:
    if isinstance(error, RequestRefused):
        return problem(_id_of(request), error.status, str(error), error.headers, error.errors)
    if isinstance(error, UnknownJob):
        return problem(_id_of(request), 404, _NO_JOB, {})
    status, headers = status_of(error)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        # Its sentence names places of this machine.
        logger.error("%s", error)
        return problem(_id_of(request), status, _AWAY if status != HTTPStatus.INTERNAL_SERVER_ERROR else _BUG, headers)
    return problem(_id_of(request), status, str(error), headers)


async def _of_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    said = {404: "there is nothing here: /docs lists what there is", 405: "this is not done here: see the Allow header"}
    detail = said.get(error.status_code, str(error.detail))
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(_methods(request))
    return problem(_id_of(request), error.status_code, detail, headers)


def _methods(request: Request) -> list[str]:
    """What may be done here: several endpoints share a path, and HEAD is answered where GET is."""
    asked = ({**request.scope, "method": method} for method in _METHODS)
    found = {one["method"] for one in asked if any(_fits(route, one) for route in request.app.routes)}
    return sorted(found | {"HEAD"} if "GET" in found else found)


def _fits(route: BaseRoute, scope: Scope) -> bool:
    return route.matches(scope)[0] is Match.FULL


async def _of_values(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    detail, errors = values_problem(error.errors(), request_schema(request))
    return problem(_id_of(request), 422, detail, {}, errors)


async def _of_bug(request: Request, _error: Exception) -> Response:
    return problem(_id_of(request), 500, _BUG, {})


def _id_of(request: Request) -> str:
    return str(request.scope.get("state", {}).get("request_id", ""))

"""`/api/extraction/jobs`: handed in, followed, cancelled, tried again, deleted."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Annotated, TypeVar
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from phx_scraper.api import job_bodies
from phx_scraper.api.authentication import Caller, Canceller, Reader, Submitter
from phx_scraper.api.etags import document
from phx_scraper.api.job_documents import (
    JobDetails,
    JobList,
    JobWithHomes,
    Status,
    details,
    summary,
    with_homes,
)
from phx_scraper.api.problems import RequestRefused, answers, status_of
from phx_scraper.errors import OverLimit, UnknownJob, UsageError
from phx_scraper.service import api_keys, jobs
from phx_scraper.service.job_service import JobView
from phx_scraper.service.jobs import Submission
from phx_scraper.storage.catalogue.job_rows import Wanted

T = TypeVar("T")
ROOT = "/api/extraction/jobs"
MOST_LISTED = 1000
_ID = re.compile(r"[0-9a-f]{1,32}")
_REQUEST = re.compile(r"[\x21-\x7e]{1,200}")
_USUAL = (401, 403, 422, 429, 503)

router = APIRouter(prefix=ROOT, tags=["jobs"])

Limit = Annotated[int, Query(ge=1, le=MOST_LISTED, description="How many to show")]
Offset = Annotated[int, Query(ge=0, le=10**8, description="How many to leave out before them")]


def asked(request: Request) -> str:
    """`Idempotency-Key`: asked again under the same name, it is the job that was made then. Raises RequestRefused."""
    name = request.headers.get("idempotency-key", "")
    if name and not _REQUEST.fullmatch(name):
        raise RequestRefused(422, "Idempotency-Key: 1 to 200 visible characters of ASCII, without blanks")
    return name


_IDEMPOTENCY = {
    "parameters": [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "schema": {"type": "string", "maxLength": 200, "pattern": r"^[\x21-\x7e]*$"},
            "description": "A name of this request: sent again, it is answered with the job that it made",
        }
    ]
}


@router.post(
    "",
    status_code=202,
    response_model=JobDetails,
    responses=answers(400, 408, 413, 415, *_USUAL),
    openapi_extra={**job_bodies.REQUEST_BODY, **_IDEMPOTENCY},
)
async def submit(request: Request, caller: Submitter, name: Annotated[str, Depends(asked)]) -> Response:
    """Hand in a list of homes: as JSON, or as a CSV file in a form. 100,000 rows at most."""
    body = await job_bodies.receive(request)
    return await caller.context.lists.hand_in(body, partial(_submit, caller, name))


def _submit(caller: Caller, name: str, new: job_bodies.AskedJob) -> Response:
    key = caller.key
    try:
        with caller.changing():
            found = jobs.submit(
                caller.context.service,
                Submission(new.homes, new.rejected, new.options, key.key_id, name, api_keys.limits_of(key)),
                caller.noting("submit", 202),
            )
    except OverLimit:
        caller.refused("submit refused", "", 429)
        raise
    return _accepted(found, 202)


@router.get("", response_model=JobList, responses=answers(304, *_USUAL))
def listed(
    request: Request,
    caller: Reader,
    status: Annotated[list[Status] | None, Query(description="Only jobs in these states")] = None,
    limit: Limit = 20,
    offset: Offset = 0,
) -> Response:
    """Jobs of this key, the newest first; of all keys for one with the scope admin."""
    wanted = Wanted(caller.own, tuple(status or ()), limit + 1, offset)
    found = jobs.listed(caller.context.service, wanted)
    more = _next(ROOT, found, limit, offset, [("status", word) for word in status or ()])
    return document(request, JobList(jobs=[summary(job) for job in found[:limit]], next=more))


@router.get("/{job_id}", response_model=JobWithHomes, responses=answers(304, 404, *_USUAL))
def one(request: Request, caller: Reader, job_id: str, limit: Limit = 100, offset: Offset = 0) -> Response:
    """One job, its progress, and how its homes stand at each source."""
    service = caller.context.service
    found = jobs.view(service, known(job_id), caller.own)
    homes = jobs.homes(service, job_id, caller.own, limit + 1, offset)
    more = _next(f"{ROOT}/{job_id}", homes, limit, offset, [])
    return document(request, with_homes(found, homes[:limit], more))


@router.post("/{job_id}/cancel", status_code=202, response_model=JobDetails, responses=answers(404, 409, *_USUAL))
def cancel(caller: Canceller, job_id: str) -> Response:
    """Let a job end; its crawls stop within seconds. Cancelled again, it stays so."""
    return _accepted(changed(caller, "cancel", job_id, jobs.cancel), 202)


@router.post("/{job_id}/retry", status_code=202, response_model=JobDetails, responses=answers(404, 409, *_USUAL))
def retry(caller: Submitter, job_id: str) -> Response:
    """Queue again what of an ended job did not end well."""
    return _accepted(changed(caller, "retry", job_id, retried(caller)), 202)


@router.delete("/{job_id}", status_code=204, responses=answers(404, 409, *_USUAL))
def delete(caller: Canceller, job_id: str) -> Response:
    """Delete an ended job with its list; what it collected stays."""
    changed(caller, "delete", job_id, jobs.forget, 204)
    return Response(status_code=204)


def retried(caller: Caller) -> Callable[..., JobView]:
    """What tries a job again within what the key may have open."""
    return partial(jobs.retry, limits=api_keys.limits_of(caller.key))


def changed(caller: Caller, action: str, job_id: str, change: Callable[..., T], status: int = 202) -> T:
    """Do what is asked and note it, also where it is refused."""
    try:
        with caller.changing():
            return change(caller.context.service, known(job_id), caller.own, noted=caller.noting(action, status))
    except UsageError as error:
        caller.refused(f"{action} refused", job_id[:40], status_of(error)[0])
        raise


def known(job_id: str) -> str:
    """The id, if it has the form of one. Raises UnknownJob."""
    if _ID.fullmatch(job_id):
        return job_id
    raise UnknownJob(job_id[:40])


def _accepted(found: JobView, status: int) -> Response:
    body = details(found).model_dump_json()
    place = {"Location": f"{ROOT}/{found.job.job_id}"}
    return Response(body, status, place, media_type="application/json")


def _next(place: str, found: Sequence[object], limit: int, offset: int, more: list[tuple[str, str]]) -> str | None:
    if len(found) <= limit:
        return None
    return f"{place}?{urlencode([*more, ('limit', limit), ('offset', offset + limit)])}"

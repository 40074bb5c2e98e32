"""`/operations`: what waits, who works, how each source does, and the jobs, with what may be done to them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from phx_scraper.api.authentication import Caller, require
from phx_scraper.api.job_routes import changed, retried
from phx_scraper.api.session_routes import COOKIE, START, OwnForm, Visitor
from phx_scraper.api.web_pages import POLICY, STATIC, fragment, page, static_file
from phx_scraper.errors import UsageError
from phx_scraper.model.job import CANCELLED, ENDINGS, FINISHED, Job
from phx_scraper.service import jobs, key_sessions
from phx_scraper.sources import SOURCES
from phx_scraper.storage.catalogue import operations_queries
from phx_scraper.storage.catalogue.job_rows import Wanted
from phx_scraper.version import __version__

SHOWN = 20
_DAY = 86400.0
_SEE_OTHER = 303

Action = Annotated[str, Form(max_length=20)]

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class ShownJob:
    """A job as the page shows it: homes done and photos, and whether it may be cancelled or tried again."""

    job: Job
    done: int
    photos: int
    seconds_left: float | None
    may_cancel: bool
    may_retry: bool


@router.get("/")
def root() -> Response:
    """Nothing of its own."""
    return RedirectResponse(START, _SEE_OTHER)


@router.get(START)
def operations(request: Request, caller: Visitor) -> Response:
    """The page."""
    require(caller, "read", START)
    return page("operations.html.j2", part=_part(request, caller, ""), key=caller.key, token=_token(request))


@router.get(f"{START}/part")
def part(request: Request, caller: Visitor) -> Response:
    """What of the page changes, which its script asks for every few seconds."""
    require(caller, "read", START)
    return HTMLResponse(_part(request, caller, ""), headers={"Content-Security-Policy": POLICY})


@router.get(f"{START}/static/{{name}}")
def static(name: str) -> Response:
    """Its style and script."""
    return static_file(name) if name in STATIC else Response(status_code=404)


@router.post(f"{START}/{{job_id}}", dependencies=[OwnForm])
def change(
    request: Request, caller: Visitor, job_id: str, action: Annotated[str, Form(max_length=20)] = ""
) -> Response:
    """Cancel a job, or try it again."""
    doing = {"cancel": ("cancel", jobs.cancel), "retry": ("submit", retried(caller))}.get(action)
    problem = "a job is cancelled or tried again, nothing else"
    if doing is not None:
        require(caller, doing[0], START)
        try:
            changed(caller, action, job_id, doing[1])
            return RedirectResponse(START, _SEE_OTHER)
        except UsageError as error:
            problem = str(error)
    shown = _part(request, caller, problem)
    return page("operations.html.j2", 409, part=shown, key=caller.key, token=_token(request))


def _token(request: Request) -> str:
    return key_sessions.form_token(request.cookies[COOKIE])


def _part(request: Request, caller: Caller, problem: str) -> str:
    now = time.time()
    found = jobs.listed(caller.context.service, Wanted(caller.own, number=SHOWN))
    with caller.context.catalogue.reading() as tx:
        work = operations_queries.work_at_hand(tx, now)
        health = operations_queries.source_health(tx, tuple(SOURCES), now - _DAY)
    return fragment(
        "operations_part.html.j2",
        jobs=[_shown(caller, job) for job in found],
        work=work,
        health=health,
        now=now,
        problem=problem,
        token=_token(request),
        version=__version__,
    )


def _shown(caller: Caller, job: Job) -> ShownJob:
    progress = jobs.view(caller.context.service, job.job_id).progress
    may_retry = job.state in ENDINGS and job.state != FINISHED and caller.key.may("submit")
    may_cancel = not job.has_ended and caller.key.may("cancel") and job.state != CANCELLED
    return ShownJob(job, progress.homes_done, progress.photos, progress.seconds_left, may_cancel, may_retry)

"""`/operations`: what waits, who works, how each source does, and the jobs, with what may be done to them."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from phx_scraper.api.api_context import ApiContext
from phx_scraper.api.authentication import Caller, require
from phx_scraper.api.forms import text_of
from phx_scraper.api.job_routes import changed, retried
from phx_scraper.api.session_routes import COOKIE, START, OwnForm, Visitor
from phx_scraper.api.web_pages import POLICY, STATIC, fragment, page, static_file
from phx_scraper.errors import QueueUnavailable, UnknownJob, UsageError
from phx_scraper.model.job import CANCELLING, FINISHED, Job
from phx_scraper.model.outcome import PROBLEMS
from phx_scraper.service import jobs, key_sessions
from phx_scraper.service.job_service import JobView
from phx_scraper.sources import SOURCES
from phx_scraper.storage.catalogue import operations_queries
from phx_scraper.storage.catalogue.job_rows import Wanted
from phx_scraper.version import __version__

SHOWN = 20
_DAY = 86400.0
_SEE_OTHER = 303

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
    return page("operations.html.j2", part=_part(request, caller, ""), key=caller.key, token=token_of(request))


@router.get(f"{START}/part")
def part(request: Request, caller: Visitor) -> Response:
    """What of the page changes, which its script asks for every few seconds."""
    require(caller, "read", START)
    return HTMLResponse(_part(request, caller, ""), headers={"Content-Security-Policy": POLICY})


@router.get(f"{START}/static/{{name}}")
def static(name: str) -> Response:
    """Its style and script."""
    return static_file(name) if name in STATIC else Response(status_code=404)


@router.post(f"{START}/{{job_id}}")
def change(request: Request, caller: Visitor, job_id: str, form: OwnForm) -> Response:
    """Cancel a job, or try it again."""
    action = text_of(form, "action", 20)
    doing = {"cancel": ("cancel", jobs.cancel), "retry": ("submit", retried(caller))}.get(action)
    status, problem = 409, "a job is cancelled or tried again, nothing else"
    if doing is not None:
        require(caller, doing[0], START)
        try:
            changed(caller, action, job_id, doing[1])
            return RedirectResponse(START, _SEE_OTHER)
        except UnknownJob:
            status, problem = 404, "this job is not there any more"
        except UsageError as error:
            problem = str(error)
    told = _part(request, caller, problem)
    return page("operations.html.j2", status, part=told, key=caller.key, token=token_of(request))


def token_of(request: Request) -> str:
    """What the forms of a page of this session send with them."""
    return key_sessions.form_token(request.cookies[COOKIE])


def _part(request: Request, caller: Caller, problem: str) -> str:
    now = time.time()
    with caller.context.catalogue.reading() as tx:
        work = operations_queries.work_at_hand(tx, now)
        health = operations_queries.source_health(tx, tuple(SOURCES), now - _DAY)
    return fragment(
        "operations_part.html.j2",
        jobs=list(_latest(caller)),
        work=work,
        workers=_workers(caller.context),
        health=health,
        now=now,
        problem=problem,
        token=token_of(request),
        version=__version__,
    )


def _latest(caller: Caller) -> Iterator[ShownJob]:
    service = caller.context.service
    for job in jobs.listed(service, Wanted(caller.own, number=SHOWN)):
        with contextlib.suppress(UnknownJob):  # deleted meanwhile
            yield shown(caller, jobs.view(service, job.job_id))


def _workers(context: ApiContext) -> int | str:
    """How many are heard of, or why that is not known."""
    if context.queue is None:
        return "no Redis is set, which tells workers of jobs (PHX_REDIS_URL)"
    try:
        return sum(context.queue.figures().workers.values())
    except QueueUnavailable:
        return "Redis is away: what runs goes on, what waits begins when it is back"


def shown(caller: Caller, view: JobView) -> ShownJob:
    """A job for a page, with what this caller may do to it."""
    job, progress = view.job, view.progress
    ended_well = job.state == FINISHED and all(one.exit_code != PROBLEMS for one in view.slices)
    may_retry = job.has_ended and not ended_well and caller.key.may("submit")
    may_cancel = not job.has_ended and job.state != CANCELLING and caller.key.may("cancel")
    return ShownJob(job, progress.homes_done, progress.photos, progress.seconds_left, may_cancel, may_retry)

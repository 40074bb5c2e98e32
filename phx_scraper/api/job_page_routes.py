"""`/operations/{job_id}`: one job for people: who asked, its times, its slices, and the homes that did not end well."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from phx_scraper.api.authentication import Caller, require
from phx_scraper.api.job_routes import known
from phx_scraper.api.operations_routes import shown, token_of
from phx_scraper.api.problems import RequestRefused
from phx_scraper.api.session_routes import START, Visitor
from phx_scraper.api.web_pages import page
from phx_scraper.errors import UnknownJob
from phx_scraper.model.job import FINISHED, Job
from phx_scraper.service import jobs
from phx_scraper.service.job_trouble import in_trouble
from phx_scraper.storage.catalogue import key_rows

MOST_SHOWN = 100
_GONE = "there is no such job, or it is another key's: Operations lists those that there are"

router = APIRouter(include_in_schema=False)


@router.get(f"{START}/{{job_id}}")
def job(request: Request, caller: Visitor, job_id: str) -> Response:
    """The page."""
    require(caller, "read", START)
    try:
        values = _values(caller, known(job_id))
    except UnknownJob as error:
        raise RequestRefused(404, _GONE) from error
    return page("job.html.j2", key=caller.key, token=token_of(request), most=MOST_SHOWN, **values)


def _values(caller: Caller, job_id: str) -> dict[str, Any]:
    """Raises UnknownJob."""
    service = caller.context.service
    found = jobs.view(service, job_id, caller.own)
    troubled = in_trouble(service, found)
    # What wants a look comes first.
    slices = sorted(found.slices, key=lambda one: (one.state == FINISHED and not one.reason, one.number))
    return {
        "one": shown(caller, found),
        "view": found,
        "troubled": troubled[:MOST_SHOWN],
        "troubled_number": len(troubled),
        "slices": slices[:MOST_SHOWN],
        "asked_by": _asked_by(caller, found.job),
    }


def _asked_by(caller: Caller, asked: Job) -> str:
    if not asked.key_id:
        return "the command line"
    with caller.context.catalogue.reading() as tx:
        key = key_rows.get(tx, asked.key_id)
    return f"the key {key[0].name} ({asked.key_id})" if key else f"the key {asked.key_id}"

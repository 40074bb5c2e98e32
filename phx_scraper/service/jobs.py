"""Jobs, as the command line and the API ask for them; nothing here knows HTTP.

A job is a row of the catalogue first: it is accepted when that is written, and the queue only tells workers of it.
Where Redis is away a job waits, and the workers' sweep tells them once it is back.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import Connection

from phx_scraper.errors import RequestReused, UnknownJob, UsageError, WrongJobState
from phx_scraper.homes import Home, RowError
from phx_scraper.model.job import CANCELLED, QUEUED, Job, JobHome, JobOptions, JobSlice
from phx_scraper.service.job_digest import digest_of
from phx_scraper.service.job_limits import NONE, Limits, check_limits, check_reopened
from phx_scraper.service.job_options import checked_options
from phx_scraper.service.job_service import JobView, Noted, Service, noted_nowhere, told
from phx_scraper.storage.catalogue import job_progress, job_requests
from phx_scraper.storage.catalogue import job_rows as rows
from phx_scraper.storage.catalogue.job_requests import Request
from phx_scraper.storage.catalogue.job_rows import NewHome, Wanted

_ID_BYTES = 8


@dataclass(frozen=True, slots=True)
class Submission:
    """What is asked for: homes, the rows of the list that name none, options; whose it is, and the request's name.

    `limits` are those of the key.
    """

    homes: Sequence[Home | NewHome]
    rejected: Sequence[RowError] = ()
    options: JobOptions = field(default_factory=JobOptions)
    key_id: str = ""
    request_key: str = ""
    limits: Limits = NONE


def submit(service: Service, asked: Submission, noted: Noted = noted_nowhere) -> JobView:
    """Accept a job. Asked again under the same request's name, it is the job that was made then.

    Raises UsageError for options that no crawl takes and for no homes, OverLimit, RequestReused, StorageError.
    """
    options = checked_options(asked.options)
    if not asked.homes:
        raise UsageError("the job names no home: give at least one readable address")
    job = _new(asked, options)
    homes = [NewHome(home.address, home.extras) for home in asked.homes]
    request = Request(asked.request_key, digest_of(homes, options))
    with service.catalogue.transaction() as tx:
        known = _same_request(tx, asked.key_id, request)
        if known is None:
            check_limits(tx, asked.limits, asked.key_id, job.homes, job.created_at)
            slices = rows.insert(tx, job, homes, options.slice_homes, request)
            made = _view(service, tx, job, slices)
        else:
            slices = rows.slices(tx, known.job_id)
        noted(tx, job.job_id if known is None else known.job_id)
    return told(service, made) if known is None else _viewed(service, known, slices)


def _same_request(connection: Connection, key_id: str, request: Request) -> Job | None:
    """The job that this request has made. Raises RequestReused where that was asked otherwise."""
    before = job_requests.asked_before(connection, key_id, request.key) if request.key else None
    if before is None:
        return None
    known, digest = before
    if digest != request.digest:
        raise RequestReused(
            f"the request {request.key!r} made the job {known.job_id}, of other homes or options: name this one"
            " otherwise"
        )
    return known


def get(service: Service, job_id: str, key_id: str | None = None) -> Job:
    """One job; of `key_id`, None for whoever's. Raises UnknownJob, also for a job of another key."""
    with service.catalogue.reading() as tx:
        return _known(tx, job_id, key_id)


def _known(connection: Connection, job_id: str, key_id: str | None) -> Job:
    job = rows.get(connection, job_id)
    if job is None or (key_id is not None and job.key_id != key_id):
        raise UnknownJob(f"there is no job {job_id[:40]!r}: scrapy jobs list shows those that there are")
    return job


def view(service: Service, job_id: str, key_id: str | None = None) -> JobView:
    """A job with its progress and slices. Raises UnknownJob."""
    with service.catalogue.reading() as tx:
        return _view(service, tx, _known(tx, job_id, key_id), rows.slices(tx, job_id))


def _view(service: Service, connection: Connection, job: Job, slices: Sequence[JobSlice]) -> JobView:
    found = job_progress.progress(connection, job, time.time())
    return JobView(job, found, tuple(slices), is_told=service.queue is not None)


def _viewed(service: Service, job: Job, slices: Sequence[JobSlice]) -> JobView:
    """As a change has left the job, which another one may have deleted since; read when the change is over.

    Progress of a large job takes a second, for which nobody else could change anything.
    """
    with service.catalogue.reading() as tx:
        return _view(service, tx, job, slices)


def homes(service: Service, job_id: str, key_id: str | None = None, number: int = 100, skip: int = 0) -> list[JobHome]:
    """How each home of a job stands at each source, in the order of the list. Raises UnknownJob."""
    job = get(service, job_id, key_id)
    with service.catalogue.reading() as tx:
        return job_progress.homes(tx, job, time.time(), number, skip)


def listed(service: Service, wanted: Wanted) -> list[Job]:
    """Jobs, the newest first."""
    with service.catalogue.reading() as tx:
        return rows.listed(tx, wanted)


def cancel(service: Service, job_id: str, key_id: str | None = None, noted: Noted = noted_nowhere) -> JobView:
    """Let a job end; its crawls stop within seconds. A job that is being cancelled, or was, stays so.

    Raises UnknownJob, and WrongJobState for a job that ended otherwise.
    """
    get(service, job_id, key_id)
    with service.catalogue.transaction() as tx:
        job = _known(tx, job_id, key_id)
        if job.has_ended and job.state != CANCELLED:
            raise WrongJobState(f"job {job_id} has ended as {job.state} already: there is nothing to cancel")
        rows.cancel(tx, job_id, time.time())
        noted(tx, job_id)
        job, slices = _known(tx, job_id, key_id), rows.slices(tx, job_id)
    return _viewed(service, job, slices)


def retry(
    service: Service,
    job_id: str,
    key_id: str | None = None,
    limits: Limits = NONE,
    noted: Noted = noted_nowhere,
) -> JobView:
    """Queue again what did not end well. Raises UnknownJob, OverLimit, WrongJobState where all went well or it runs."""
    get(service, job_id, key_id)
    with service.catalogue.transaction() as tx:
        job = _known(tx, job_id, key_id)
        if not rows.retry(tx, job_id, time.time()):
            why = "all of it went well" if job.has_ended else f"it is {job.state}: let it end, or cancel it first"
            raise WrongJobState(f"job {job_id} cannot be tried again: {why}")
        if key_id is not None:
            check_reopened(tx, limits, key_id)
        noted(tx, job_id)
        job, slices = _known(tx, job_id, key_id), rows.slices(tx, job_id)
    return told(service, _viewed(service, job, slices))


def forget(service: Service, job_id: str, key_id: str | None = None, noted: Noted = noted_nowhere) -> None:
    """Delete an ended job and its list; what it collected stays. Raises UnknownJob, WrongJobState."""
    get(service, job_id, key_id)
    with service.catalogue.transaction() as tx:
        job = _known(tx, job_id, key_id)
        if not rows.forget(tx, job_id):
            raise WrongJobState(f"job {job_id} is {job.state}: cancel it first, then delete it")
        noted(tx, job_id)


def _new(asked: Submission, options: JobOptions) -> Job:
    rejected: tuple[Mapping[str, Any], ...] = tuple(
        {"row": error.row, "reason": error.reason, "text": error.text} for error in asked.rejected
    )
    return Job(
        job_id=secrets.token_hex(_ID_BYTES),
        state=QUEUED,
        reason="",
        priority=options.priority,
        options={**asdict(options), "sources": list(options.sources)},
        key_id=asked.key_id,
        homes=len(asked.homes),
        rejected=rejected,
        attempts=1,
        created_at=time.time(),
        started_at=None,
        finished_at=None,
    )

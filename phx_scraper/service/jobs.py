"""Jobs, as the command line and the API ask for them; nothing here knows HTTP.

A job is a row of the catalogue first: it is accepted when that is written, and the queue only tells workers of it.
Where Redis is away a job waits, and the workers' sweep tells them once it is back.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

from sqlalchemy import Connection

from phx_scraper.errors import QueueUnavailable, RequestReused, UnknownJob, UsageError, WrongJobState
from phx_scraper.homes import Home, RowError
from phx_scraper.model.job import CANCELLED, QUEUED, Job, JobHome, JobOptions, JobProgress, JobSlice
from phx_scraper.service.job_digest import digest_of
from phx_scraper.service.job_limits import NONE, Limits, check_limits, check_reopened
from phx_scraper.service.job_options import checked_options
from phx_scraper.storage.catalogue import job_progress
from phx_scraper.storage.catalogue import job_rows as rows
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.job_rows import NewHome, Request, Wanted
from phx_scraper.storage.catalogue.job_slices import Ticket

_ID_BYTES = 8
TOLD_AT_ONCE = 10
"""Slices of which workers are told while somebody waits for the answer; their own sweep tells them of the others."""


class Queue(Protocol):
    """What tells workers of slices; `queue.RedisQueue` is the one that there is."""

    def put(self, tickets: Sequence[Ticket]) -> None:
        """Tell workers. Raises QueueUnavailable."""


@dataclass(frozen=True, slots=True)
class JobView:
    """A job with what people ask of it. `is_told` False: workers hear of it only when Redis is back."""

    job: Job
    progress: JobProgress
    slices: tuple[JobSlice, ...]
    is_told: bool = True


@dataclass(frozen=True, slots=True)
class Service:
    """Where jobs are kept, and what tells workers of them; None where no Redis is set."""

    catalogue: Catalogue
    queue: Queue | None = None


@dataclass(frozen=True, slots=True)
class Submission:
    """What is asked for: homes, the rows of the list that name none, options; whose it is, and the request's name.

    `limits` are those of the key.
    """

    homes: Sequence[Home]
    rejected: Sequence[RowError] = ()
    options: JobOptions = field(default_factory=JobOptions)
    key_id: str = ""
    request_key: str = ""
    limits: Limits = NONE


def submit(service: Service, asked: Submission) -> JobView:
    """Accept a job. Asked again under the same request's name, it is the job that was made then.

    Raises UsageError for options that no crawl takes and for no homes, OverLimit, RequestReused, StorageError.
    """
    options = checked_options(asked.options)
    if not asked.homes:
        raise UsageError("the job names no home: give at least one readable address")
    job = _new(asked, options)
    homes = [NewHome(home.address, home.extras) for home in asked.homes]
    digest = digest_of(homes, options)
    with service.catalogue.transaction() as tx:
        before = rows.asked_before(tx, asked.key_id, asked.request_key) if asked.request_key else None
        if before is None:
            check_limits(tx, asked.limits, asked.key_id, job.homes, job.created_at)
            rows.insert(tx, job, homes, options.slice_homes, Request(asked.request_key, digest))
    if before is not None:
        known, known_digest = before
        if known_digest != digest:
            raise RequestReused(
                f"the request {asked.request_key!r} made the job {known.job_id}, of other homes or options: name"
                " this one otherwise"
            )
        return view(service, known.job_id, asked.key_id)
    return _told(service, job.job_id, asked.key_id)


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
        job = _known(tx, job_id, key_id)
        return JobView(job, job_progress.progress(tx, job, time.time()), tuple(rows.slices(tx, job_id)))


def homes(service: Service, job_id: str, key_id: str | None = None, number: int = 100, skip: int = 0) -> list[JobHome]:
    """How each home of a job stands at each source, in the order of the list. Raises UnknownJob."""
    job = get(service, job_id, key_id)
    with service.catalogue.reading() as tx:
        return job_progress.homes(tx, job, time.time(), number, skip)


def listed(service: Service, wanted: Wanted) -> list[Job]:
    """Jobs, the newest first."""
    with service.catalogue.reading() as tx:
        return rows.listed(tx, wanted)


def cancel(service: Service, job_id: str, key_id: str | None = None) -> JobView:
    """Let a job end; its crawls stop within seconds. A job that is being cancelled, or was, stays so.

    Raises UnknownJob, and WrongJobState for a job that ended otherwise.
    """
    job = get(service, job_id, key_id)
    with service.catalogue.transaction() as tx:
        rows.cancel(tx, job_id, time.time())
    found = view(service, job_id, key_id)
    if job.has_ended and job.state != CANCELLED:
        raise WrongJobState(f"job {job_id} has ended as {job.state} already: there is nothing to cancel")
    return found


def retry(service: Service, job_id: str, key_id: str | None = None, limits: Limits = NONE) -> JobView:
    """Queue again what did not end well. Raises UnknownJob, OverLimit, WrongJobState where all went well or it runs."""
    job = get(service, job_id, key_id)
    with service.catalogue.transaction() as tx:
        found = rows.retry(tx, job_id, time.time())
        if found and key_id is not None:
            check_reopened(tx, limits, key_id)
    if not found:
        why = "all of it went well" if job.has_ended else f"it is {job.state}: let it end, or cancel it first"
        raise WrongJobState(f"job {job_id} cannot be tried again: {why}")
    return _told(service, job_id, key_id)


def forget(service: Service, job_id: str, key_id: str | None = None) -> None:
    """Delete an ended job and its list; what it collected stays. Raises UnknownJob, WrongJobState."""
    job = get(service, job_id, key_id)
    with service.catalogue.transaction() as tx:
        done = rows.forget(tx, job_id)
    if not done:
        raise WrongJobState(f"job {job_id} is {job.state}: cancel it first, then delete it")


def _told(service: Service, job_id: str, key_id: str | None) -> JobView:
    found = view(service, job_id, key_id)
    waits = [
        Ticket(one.job_id, one.number, one.token, found.job.priority) for one in found.slices if one.state == QUEUED
    ]
    try:
        if service.queue is not None:
            service.queue.put(waits[:TOLD_AT_ONCE])
    except QueueUnavailable:
        return JobView(found.job, found.progress, found.slices, is_told=False)
    return found


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

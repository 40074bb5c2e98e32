"""How much one key may ask for; counted in the transaction that makes the job, so two requests cannot both pass."""

from __future__ import annotations

import time
from dataclasses import dataclass

from sqlalchemy import Connection

from phx_scraper.errors import JobTooLarge, OverLimit
from phx_scraper.storage.catalogue import job_requests

_DAY = 86400.0


@dataclass(frozen=True, slots=True)
class Limits:
    """Homes of one job, jobs in 24 hours, and jobs that have not ended; None: as many as one likes."""

    homes_a_job: int | None = None
    jobs_a_day: int | None = None
    open_jobs: int | None = None


NONE = Limits()


def check_limits(connection: Connection, limits: Limits, key_id: str, homes: int, now: float) -> None:
    """Raises OverLimit."""
    if limits.homes_a_job is not None and homes > limits.homes_a_job:
        raise JobTooLarge(f"the job has {homes:,} homes; {limits.homes_a_job:,} are allowed: split the list")
    if limits.jobs_a_day is None and limits.open_jobs is None:
        return
    a_day, are_open = job_requests.count(connection, key_id, now - _DAY)
    if limits.jobs_a_day is not None and a_day >= limits.jobs_a_day:
        raise OverLimit(f"{a_day} jobs were made within 24 hours, which is all that are allowed: come back later")
    if limits.open_jobs is not None and are_open >= limits.open_jobs:
        raise OverLimit(f"{are_open} jobs have not ended, which is all that are allowed: let one end, or cancel it")


def check_reopened(connection: Connection, limits: Limits, key_id: str) -> None:
    """The same for a job that was just queued again, and is one of those open. Raises OverLimit."""
    are_open = job_requests.count(connection, key_id, time.time())[1]
    if limits.open_jobs is not None and are_open > limits.open_jobs:
        raise OverLimit(f"{are_open - 1} other jobs have not ended, which is all that are allowed: let one end first")

"""What takes jobs: the catalogue that keeps them, and the queue that tells workers of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from sqlalchemy import Connection

from phx_scraper.errors import QueueUnavailable
from phx_scraper.model.job import QUEUED, Job, JobProgress, JobSlice
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.job_slices import Ticket

TOLD_AT_ONCE = 10
"""Slices of which workers are told while somebody waits for the answer; their own sweep tells them of the others."""

Noted = Callable[[Connection, str], None]
"""Writes about a change of the job with this id, in the transaction that makes it: who asked for it."""


def noted_nowhere(connection: Connection, job_id: str) -> None:
    """For whoever keeps no such notes."""


class Queue(Protocol):
    """What tells workers of slices; `queue.RedisQueue` is the one that there is."""

    def put(self, tickets: Sequence[Ticket]) -> None:
        """Tell workers. Raises QueueUnavailable."""


@dataclass(frozen=True, slots=True)
class JobView:
    """A job with what people ask of it. `is_told` False: no Redis is set or it is away; workers' sweeps find it."""

    job: Job
    progress: JobProgress
    slices: tuple[JobSlice, ...]
    is_told: bool = True


@dataclass(frozen=True, slots=True)
class Service:
    """Where jobs are kept, and what tells workers of them; None where no Redis is set."""

    catalogue: Catalogue
    queue: Queue | None = None


def told(service: Service, found: JobView) -> JobView:
    """Workers are told of what waits; the job with whether they were."""
    waits = [
        Ticket(one.job_id, one.number, one.token, found.job.priority) for one in found.slices if one.state == QUEUED
    ]
    try:
        if service.queue is not None:
            service.queue.put(waits[:TOLD_AT_ONCE])
    except QueueUnavailable:
        return replace(found, is_told=False)
    return found

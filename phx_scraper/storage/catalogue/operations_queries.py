"""What whoever runs a service wants to see at a glance: what waits, who works, how each source does."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Connection, func, select

from phx_scraper.model.job import QUEUED, RUNNING
from phx_scraper.storage.catalogue import breakers, schema
from phx_scraper.storage.catalogue.job_tables import job_slices, jobs

visits = schema.visits


@dataclass(frozen=True, slots=True)
class WorkAtHand:
    """Slices that wait, since when the oldest job with one does (None: none waits), and slices in work by worker."""

    waiting: int
    oldest: float | None
    running: dict[str, int]


@dataclass(slots=True)
class SourceHealth:
    """A source: visits that ended since a time, by outcome, and since when it is left alone, with the reason."""

    source: str
    outcomes: dict[str, int] = field(default_factory=dict)
    opened_at: float | None = None
    reason: str = ""


def work_at_hand(connection: Connection, now: float) -> WorkAtHand:
    """What waits and what is in work now."""
    left = select(func.count(), func.min(jobs.c.created_at)).select_from(job_slices)
    joined = left.join(jobs, jobs.c.job_id == job_slices.c.job_id).where(job_slices.c.state == QUEUED)
    waiting, oldest = connection.execute(joined).one()
    held = select(job_slices.c.worker, func.count()).where(
        job_slices.c.state == RUNNING, job_slices.c.lease_until > now
    )
    running = {worker: int(number) for worker, number in connection.execute(held.group_by(job_slices.c.worker))}
    return WorkAtHand(int(waiting), oldest, running)


def source_health(connection: Connection, sources: tuple[str, ...], since: float) -> list[SourceHealth]:
    """These sources, in their order."""
    found = {source: SourceHealth(source) for source in sources}
    query = select(visits.c.source, visits.c.outcome, func.count()).where(visits.c.finished_at > since)
    for source, outcome, number in connection.execute(query.group_by(visits.c.source, visits.c.outcome)):
        if source in found:
            found[source].outcomes[outcome] = int(number)
    for source, row in breakers.read(connection).items():
        if source in found:
            found[source].opened_at, found[source].reason = row.opened_at, row.reason
    return list(found.values())

"""What workers do with slices of jobs: take, keep, end, give back. The row decides, whatever the queue says.

A worker's right to a slice is a lease with a number (`token`): whoever takes the slice raises it, so one who was
paused and wakes after another took over changes nothing any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, select, update

from phx_scraper.homes import Home
from phx_scraper.model.job import CANCELLED, CANCELLING, MOST_ATTEMPTS, PRIORITIES, QUEUED, RUNNING, SET_ASIDE, JobSlice
from phx_scraper.storage.catalogue import job_rows, job_split, schema
from phx_scraper.storage.catalogue.job_rows import NewHome
from phx_scraper.storage.catalogue.job_tables import job_homes, job_slices, jobs
from phx_scraper.storage.catalogue.registration import labels_of
from phx_scraper.storage.catalogue.rows import record
from phx_scraper.storage.catalogue.sql_helpers import chunks
from phx_scraper.storage.process_identity import is_dead

runs = schema.runs

LEASE_SECONDS = 20.0
"""How long a worker is believed to be at work that is not heard of; it is heard of every few seconds."""

HELD, STOP, LOST = "held", "stop", "lost"
"""How a worker stands with its slice: it goes on; a person wants the job cancelled; another has it."""

_CLOCKS_DIFFER = 60.0
"""Seconds by which the clocks of machines may differ."""

WORKER_DIED = "its worker died or was not heard of any more"


@dataclass(frozen=True, slots=True)
class Ticket:
    """A slice that waits for a worker: `token` is that which it has until somebody takes it."""

    job_id: str
    number: int
    token: int
    priority: str = "normal"


def waiting(connection: Connection, number: int) -> list[Ticket]:
    """The slices that wait, at most `number`: by priority, then the oldest jobs first."""
    columns = job_slices.c.job_id, job_slices.c.number, job_slices.c.token, jobs.c.priority
    query = select(*columns).join(jobs, jobs.c.job_id == job_slices.c.job_id).where(job_slices.c.state == QUEUED)
    rank = case({priority: rank for rank, priority in enumerate(PRIORITIES)}, value=jobs.c.priority)
    ordered = query.order_by(rank, jobs.c.created_at, jobs.c.job_id, job_slices.c.number).limit(number)
    return [Ticket(*row) for row in connection.execute(ordered)]


def still_waiting(connection: Connection, asked: Sequence[Ticket]) -> set[Ticket]:
    """Those of these that wait."""
    found: set[tuple[str, int, int]] = set()
    for part in chunks(sorted({one.job_id for one in asked})):
        columns = job_slices.c.job_id, job_slices.c.number, job_slices.c.token
        match = and_(job_slices.c.job_id.in_(part), job_slices.c.state == QUEUED)
        found.update((row.job_id, row.number, row.token) for row in connection.execute(select(*columns).where(match)))
    return {one for one in asked if (one.job_id, one.number, one.token) in found}


def take(connection: Connection, ticket: Ticket, worker: str, now: float) -> JobSlice | None:
    """The slice, if it still waits under this token; None where another took it or nobody wants it any more."""
    job_rows.locked(connection, ticket.job_id)
    match = and_(_of(ticket), job_slices.c.state == QUEUED)
    begun = {"state": RUNNING, "token": ticket.token + 1, "attempts": job_slices.c.attempts + 1, "worker": worker}
    times = {"lease_until": now + LEASE_SECONDS, "started_at": now, "finished_at": None}
    values: dict[str, Any] = {**begun, **times, "run_id": "", "exit_code": None}
    if connection.execute(update(job_slices).where(match).values(**values)).rowcount == 0:
        return None
    job_rows.settle(connection, ticket.job_id, now)
    mine = and_(job_slices.c.job_id == ticket.job_id, job_slices.c.number == ticket.number)
    return record(JobSlice, connection.execute(select(job_slices).where(mine)).one())


def homes(connection: Connection, held: JobSlice) -> list[NewHome]:
    """The homes of a slice, in the order of the list."""
    mine = and_(job_homes.c.job_id == held.job_id, job_homes.c.slice == held.number)
    query = select(job_homes.c.address, job_homes.c.extras).where(mine).order_by(job_homes.c.number)
    return [NewHome(row.address, row.extras) for row in connection.execute(query)]


def standing(connection: Connection, held: JobSlice) -> str:
    """HELD, STOP or LOST."""
    query = select(jobs.c.state).join(job_slices, jobs.c.job_id == job_slices.c.job_id)
    state = connection.execute(query.where(_of(held), job_slices.c.state == RUNNING)).scalar()
    if state is None:
        return LOST
    return STOP if state == CANCELLING else HELD


def renew(connection: Connection, held: JobSlice, now: float) -> None:
    """Say that the worker is alive; nothing where it has the slice no more."""
    match = and_(_of(held), job_slices.c.state == RUNNING)
    connection.execute(update(job_slices).where(match).values(lease_until=now + LEASE_SECONDS))


def run_of(connection: Connection, held: JobSlice, list_name: str) -> str:
    """The last run that was given the list of this name since the slice was taken; "" while there is none."""
    since = runs.c.started_at >= (held.started_at or 0) - _CLOCKS_DIFFER
    query = select(runs.c.run_id, runs.c.arguments).where(since).order_by(runs.c.started_at.desc())
    found = connection.execute(query)
    return next((row.run_id for row in found if row.arguments.get("addresses") == list_name), "")


def note_run(connection: Connection, held: JobSlice, run_id: str, listed: Sequence[Home]) -> None:
    """Which run is the slice's crawl, and the labels of its homes, which that has put on the list."""
    connection.execute(update(job_slices).where(_of(held)).values(run_id=run_id))
    labelled = {home.address: label for home, label in labels_of(connection, listed)}
    mine = and_(job_homes.c.job_id == held.job_id, job_homes.c.slice == held.number)
    for address, label in labelled.items():
        match = and_(mine, job_homes.c.address == address)
        connection.execute(update(job_homes).where(match).values(property_hash=label))


def never_listed(connection: Connection, held: JobSlice) -> list[str]:
    """Addresses of the slice that no crawl has put on the catalogue's list, in the order of the job's."""
    mine = and_(job_homes.c.job_id == held.job_id, job_homes.c.slice == held.number)
    query = select(job_homes.c.address).where(mine, job_homes.c.property_hash.is_(None))
    return list(connection.execute(query.order_by(job_homes.c.number)).scalars())


def end(connection: Connection, held: JobSlice, state: str, reason: str, exit_code: int | None, now: float) -> bool:
    """Write how the slice ended; False, and nothing, where the worker has it no more."""
    values = {"state": state, "reason": reason, "exit_code": exit_code, "finished_at": now}
    return _leave(connection, held, values, now)


def give_back(connection: Connection, held: JobSlice, now: float) -> bool:
    """The worker leaves: another may take the slice, and this try does not count; cancelled if so wanted."""
    if _is_cancelled(connection, held):
        return end(connection, held, CANCELLED, "", None, now)
    return _leave(connection, held, {"state": QUEUED, "attempts": job_slices.c.attempts - 1}, now)


def fail(connection: Connection, held: JobSlice, reason: str, exit_code: int | None, now: float) -> bool:
    """A try failed: the slice waits for the next one, or is set aside after `MOST_ATTEMPTS`; cancelled if so wanted.

    The last try is made with each home by itself, so that one which kills its crawl keeps no other from its own.
    """
    if _is_cancelled(connection, held):
        return end(connection, held, CANCELLED, "", exit_code, now)
    if held.attempts >= MOST_ATTEMPTS:
        return end(connection, held, SET_ASIDE, reason, exit_code, now)
    is_left = _leave(connection, held, {"state": QUEUED, "reason": reason, "exit_code": exit_code}, now)
    if is_left and held.attempts == MOST_ATTEMPTS - 1:
        job_split.one_home_each(connection, held.job_id, held.number)
    return is_left


def abandoned(connection: Connection, now: float) -> list[JobSlice]:
    """Slices at work whose worker is dead or was not heard of in time."""
    running = select(job_slices).where(job_slices.c.state == RUNNING).order_by(job_slices.c.job_id, job_slices.c.number)
    found = [record(JobSlice, row) for row in connection.execute(running)]
    return [held for held in found if (held.lease_until or 0) <= now or is_dead(held.worker)]


def in_hand(connection: Connection, now: float) -> bool:
    """Whether a worker that is alive has a slice, be it that its crawl has not begun yet."""
    running = select(job_slices.c.job_id).where(job_slices.c.state == RUNNING)
    return len(connection.execute(running).all()) > len(abandoned(connection, now))


def fail_abandoned(connection: Connection, found: Sequence[JobSlice], now: float) -> None:
    """Count the tries of these as failed, which `abandoned` found, unless their workers were heard of since."""
    for held in abandoned(connection, now):
        if held in found:
            fail(connection, held, WORKER_DIED, None, now)


def _of(one: JobSlice | Ticket) -> ColumnElement[bool]:
    return and_(job_slices.c.job_id == one.job_id, job_slices.c.number == one.number, job_slices.c.token == one.token)


def _is_cancelled(connection: Connection, held: JobSlice) -> bool:
    job = job_rows.locked(connection, held.job_id)
    return job is not None and job.state == CANCELLING


def _leave(connection: Connection, held: JobSlice, values: dict[str, Any], now: float) -> bool:
    job_rows.locked(connection, held.job_id)
    match = and_(_of(held), job_slices.c.state == RUNNING)
    left = {"worker": "", "lease_until": None}
    if connection.execute(update(job_slices).where(match).values(**left, **values)).rowcount == 0:
        return False
    job_rows.settle(connection, held.job_id, now)
    return True

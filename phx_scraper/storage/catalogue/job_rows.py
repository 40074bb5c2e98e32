"""Jobs written and read. The functions of `job_slices.py` say what workers do with them.

On databases that let two transactions write at once, whatever changes a job or its slices begins by locking the job's
row, so that of two slices which end together the second sees the first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    delete,
    or_,
    select,
    update,
)

from phx_scraper.model.job import (
    CANCELLED,
    CANCELLING,
    ENDINGS,
    FAILED,
    FINISHED,
    QUEUED,
    RUNNING,
    SET_ASIDE,
    Job,
    JobSlice,
)
from phx_scraper.model.outcome import PROBLEMS
from phx_scraper.storage.catalogue.column_types import clean
from phx_scraper.storage.catalogue.job_requests import Request
from phx_scraper.storage.catalogue.job_tables import job_homes, job_slices, jobs
from phx_scraper.storage.catalogue.rows import record
from phx_scraper.storage.catalogue.sql_helpers import chunks


@dataclass(frozen=True, slots=True)
class NewHome:
    """A home of a new job: its address as it is to be read again, and the list's other columns."""

    address: str
    extras: Mapping[str, str] = field(default_factory=dict)


def insert(
    connection: Connection, job: Job, homes: Sequence[NewHome], slice_homes: int, request: Request
) -> list[JobSlice]:
    """Write down a job whose homes are cut into slices of at most `slice_homes`, in their order; these slices."""
    values = {name: getattr(job, name) for name in Job.__slots__}
    values |= {"options": dict(job.options), "rejected": tuple(map(dict, job.rejected))}
    asked = {"request_key": request.key or None, "request_digest": request.digest}
    connection.execute(jobs.insert(), {**values, **asked})
    made = [_new_slice(job.job_id, *part) for part in enumerate(chunks(homes, slice_homes), 1)]
    for parts in chunks(map(asdict, made)):
        # Most jobs have one slice: a list of rows, however short, costs its driver a pipeline.
        connection.execute(job_slices.insert(), parts if len(parts) > 1 else parts[0])
    rows = (
        {"job_id": job.job_id, "number": number, "slice": 1 + (number - 1) // slice_homes}
        | {"address": home.address, "extras": dict(home.extras)}
        for number, home in enumerate(homes, 1)
    )
    for some in chunks(rows):
        connection.execute(job_homes.insert(), some)
    return made


def _new_slice(job_id: str, number: int, homes: Sequence[NewHome]) -> JobSlice:
    return JobSlice(
        job_id=job_id,
        number=number,
        state=QUEUED,
        reason="",
        homes=len(homes),
        attempts=0,
        token=0,
        worker="",
        lease_until=None,
        run_id="",
        exit_code=None,
        started_at=None,
        finished_at=None,
    )


def get(connection: Connection, job_id: str) -> Job | None:
    """One job, None where there is none of this id."""
    # Whatever a person typed: the column's own type takes no half of a character, and PostgreSQL no NUL.
    row = connection.execute(select(jobs).where(jobs.c.job_id == clean(job_id))).first()
    return _job(row) if row else None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which jobs to list: of one key (None: of all), in these states (none: in any), `number` from `skip` on."""

    key_id: str | None = None
    states: tuple[str, ...] = ()
    number: int = 20
    skip: int = 0


def listed(connection: Connection, wanted: Wanted) -> list[Job]:
    """Jobs, the newest first."""
    query = select(jobs).order_by(jobs.c.created_at.desc(), jobs.c.job_id)
    if wanted.key_id is not None:
        query = query.where(jobs.c.key_id == wanted.key_id)
    if wanted.states:
        query = query.where(jobs.c.state.in_(wanted.states))
    return [_job(row) for row in connection.execute(query.limit(wanted.number).offset(wanted.skip))]


def slices(connection: Connection, job_id: str) -> list[JobSlice]:
    """The slices of a job, in order."""
    query = select(job_slices).where(job_slices.c.job_id == job_id).order_by(job_slices.c.number)
    return [record(JobSlice, row) for row in connection.execute(query)]


def cancel(connection: Connection, job_id: str, now: float) -> None:
    """What waits is cancelled at once; what runs is told to stop, and the job has then ended when it has."""
    job = locked(connection, job_id)
    if job is None or job.has_ended:
        return
    waiting = and_(job_slices.c.job_id == job_id, job_slices.c.state == QUEUED)
    connection.execute(update(job_slices).where(waiting).values(state=CANCELLED, finished_at=now))
    connection.execute(update(jobs).where(jobs.c.job_id == job_id).values(state=CANCELLING))
    settle(connection, job_id, now)


def retry(connection: Connection, job_id: str, now: float) -> int:
    """Queue again, with all their attempts, the slices of an ended job that did not end well; how many these are."""
    job = locked(connection, job_id)
    if job is None or not job.has_ended:
        return 0
    left = job_slices.c.state.in_((CANCELLED, FAILED, SET_ASIDE))
    match = and_(job_slices.c.job_id == job_id, or_(left, job_slices.c.exit_code == PROBLEMS))
    fresh = {"state": QUEUED, "reason": "", "attempts": 0, "exit_code": None, "finished_at": None}
    found = connection.execute(update(job_slices).where(match).values(**fresh)).rowcount
    if found:
        # Its time begins anew: that which it had ended is no time at work.
        times = {"started_at": None, "finished_at": None}
        begun = {"state": QUEUED, "reason": "", "attempts": jobs.c.attempts + 1, **times}
        connection.execute(update(jobs).where(jobs.c.job_id == job_id).values(**begun))
        settle(connection, job_id, now)
    return found


def forget(connection: Connection, job_id: str) -> bool:
    """Delete an ended job with its list; whether it was there and had ended. What it collected stays."""
    match: ColumnElement[bool] = and_(jobs.c.job_id == job_id, jobs.c.state.in_(ENDINGS))
    return connection.execute(delete(jobs).where(match)).rowcount > 0


def locked(connection: Connection, job_id: str) -> Job | None:
    """The job, which nobody else changes until the transaction ends."""
    row = connection.execute(select(jobs).where(jobs.c.job_id == job_id).with_for_update()).first()
    return _job(row) if row else None


def settle(connection: Connection, job_id: str, now: float) -> None:
    """Let the job's state follow from those of its slices; the caller has it locked."""
    query = select(job_slices.c.state, job_slices.c.reason).where(job_slices.c.job_id == job_id)
    found = connection.execute(query.order_by(job_slices.c.number)).all()
    state = _state([row.state for row in found], connection.execute(_state_of(job_id)).scalar_one())
    values: dict[str, Any] = {"state": state}
    if state in ENDINGS:
        reasons = (row.reason for row in found if row.state == state)
        values |= {"finished_at": now, "reason": next(filter(None, reasons), "")}
    connection.execute(update(jobs).where(jobs.c.job_id == job_id).values(**values))
    if state == RUNNING:
        begun = and_(jobs.c.job_id == job_id, jobs.c.started_at.is_(None))
        connection.execute(update(jobs).where(begun).values(started_at=now))


def _state_of(job_id: str) -> Any:
    return select(jobs.c.state).where(jobs.c.job_id == job_id)


def _state(found: Sequence[str], before: str) -> str:
    is_left = {RUNNING, QUEUED}.intersection(found)
    if is_left and before == CANCELLING:
        return CANCELLING
    if is_left:
        return QUEUED if set(found) == {QUEUED} else RUNNING
    return next((state for state in (CANCELLED, SET_ASIDE, FAILED) if state in found), FINISHED)


def _job(row: Row[Any]) -> Job:
    return record(Job, row)

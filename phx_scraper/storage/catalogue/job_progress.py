"""How far a job is: read from the visits of its homes, so it holds whoever does the work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, and_, case, func, or_, select

from phx_scraper.model.job import FINISHED, Job, JobHome, JobProgress
from phx_scraper.model.outcome import CLEAR
from phx_scraper.storage.catalogue import schema
from phx_scraper.storage.catalogue.job_tables import job_homes, job_slices
from phx_scraper.storage.catalogue.shown_photos import is_shown
from phx_scraper.storage.catalogue.sql_helpers import chunks

visits, photos = schema.visits, schema.photos

DEFAULT_REFRESH_DAYS = 7.0
_DAY = 86400.0


def progress(connection: Connection, job: Job, now: float) -> JobProgress:
    """Counted over all homes of the job, by the database: pages and lists ask for it of many jobs, again and again."""
    if job.started_at is None and job.attempts == 1:
        return JobProgress(job.homes, 0, {}, 0, 0.0, None)
    outcomes: dict[str, dict[str, int]] = {}
    for source, outcome, number in connection.execute(_outcomes(job)):
        outcomes.setdefault(source, {})[outcome] = number
    done = connection.execute(_done(job, _fresh(job, now))).scalar_one()
    seconds = 0.0 if job.started_at is None else (job.finished_at or now) - job.started_at
    lately = done - _done_before(connection, job)
    left = seconds / lately * (job.homes - done) if lately and not job.has_ended and seconds else None
    kept = connection.execute(_kept_of(job)).scalar_one()
    return JobProgress(job.homes, done, outcomes, kept, round(seconds, 3), None if left is None else round(left, 1))


def _visits_of(job: Job) -> Any:
    """Its homes beside their visits at the job's sources."""
    sources = job.options.get("sources") or ()
    same_home = visits.c.property_hash == job_homes.c.property_hash
    return and_(same_home, visits.c.source.in_(sources)) if sources else same_home


def _outcomes(job: Job) -> Any:
    query = select(visits.c.source, visits.c.outcome, func.count()).select_from(job_homes)
    query = query.join(visits, _visits_of(job)).where(_of(job_homes, job))
    return query.group_by(visits.c.source, visits.c.outcome).order_by(visits.c.source, visits.c.outcome)


def _done(job: Job, fresh: float) -> Any:
    """How many homes are done, by the rules of `_home` and `_is_done`."""
    ended = func.coalesce(visits.c.finished_at, 0.0)
    is_new = and_(job_slices.c.started_at.is_not(None), ended >= job_slices.c.started_at)
    is_known = and_(visits.c.outcome.in_(CLEAR), ended > fresh)
    is_over = and_(visits.c.outcome != "pending", visits.c.lease_run.is_(None), or_(is_new, is_known))
    same_slice = and_(job_slices.c.job_id == job_homes.c.job_id, job_slices.c.number == job_homes.c.slice)
    beside = job_homes.join(job_slices, same_slice).outerjoin(visits, _visits_of(job))
    found = select(job_homes.c.number).select_from(beside).where(_of(job_homes, job)).group_by(job_homes.c.number)
    whole = and_(func.count(visits.c.source) > 0, func.min(case((is_over, 1), else_=0)) == 1)
    is_done = or_(func.min(job_slices.c.state) == FINISHED, whole)
    return select(func.count()).select_from(found.having(is_done).subquery())


def _kept_of(job: Job) -> Any:
    """Photos that people see, at sources that have a visit."""
    same = and_(photos.c.property_hash == visits.c.property_hash, photos.c.source == visits.c.source)
    query = select(func.count()).select_from(job_homes).join(visits, _visits_of(job)).join(photos, same)
    return query.where(_of(job_homes, job), is_shown())


def _done_before(connection: Connection, job: Job) -> int:
    """How many homes were done before the last retry, at another pace; 0 for a job that was not tried again."""
    if job.attempts == 1 or job.started_at is None:
        return 0
    earlier = and_(_of(job_slices, job), job_slices.c.state == FINISHED, job_slices.c.started_at < job.started_at)
    return int(connection.execute(select(func.coalesce(func.sum(job_slices.c.homes), 0)).where(earlier)).scalar_one())


def homes(connection: Connection, job: Job, now: float, number: int, skip: int) -> list[JobHome]:
    """The job's homes in the order of its list, each with how it stands at the job's sources."""
    states = {row.number: row for row in connection.execute(select(job_slices).where(_of(job_slices, job)))}
    query = select(job_homes).where(_of(job_homes, job)).order_by(job_homes.c.number).limit(number).offset(skip)
    listed = connection.execute(query).all()
    labels = [row.property_hash for row in listed if row.property_hash is not None]
    told = _visits(connection, labels, job.options.get("sources") or ())
    kept = _kept(connection, labels)
    return [_home(row, states[row.slice], told.get(row.property_hash, ()), kept, _fresh(job, now)) for row in listed]


def _of(table: Any, job: Job) -> Any:
    return table.c.job_id == job.job_id


def _fresh(job: Job, now: float) -> float:
    """Clear answers from this time on are not asked for again."""
    days = job.options.get("refresh_days")
    begun = job.started_at or now
    return begun - (DEFAULT_REFRESH_DAYS if days is None else float(days)) * _DAY


def _home(
    row: Row[Any], held: Row[Any], found: Sequence[Row[Any]], kept: Mapping[tuple[str, str], int], fresh: float
) -> JobHome:
    outcomes = {
        visit.source: {
            "outcome": visit.outcome,
            "reason": visit.reason,
            "photos": kept.get((visit.property_hash, visit.source), 0),
        }
        for visit in found
    }
    is_done = held.state == FINISHED or (bool(found) and all(_is_done(visit, held, fresh) for visit in found))
    return JobHome(row.number, row.slice, row.address, row.property_hash, is_done, outcomes)


def _is_done(visit: Row[Any], held: Row[Any], fresh: float) -> bool:
    if visit.outcome == "pending" or visit.lease_run is not None:
        return False
    if held.started_at is not None and (visit.finished_at or 0) >= held.started_at:
        return True
    return visit.outcome in CLEAR and (visit.finished_at or 0) > fresh


def _visits(connection: Connection, labels: Sequence[str], sources: Sequence[str]) -> dict[str, list[Row[Any]]]:
    found: dict[str, list[Row[Any]]] = {}
    for part in chunks(labels):
        query = select(visits).where(visits.c.property_hash.in_(part)).order_by(visits.c.source)
        for row in connection.execute(query.where(visits.c.source.in_(sources)) if sources else query):
            found.setdefault(row.property_hash, []).append(row)
    return found


def _kept(connection: Connection, labels: Sequence[str]) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for part in chunks(labels):
        shown = and_(photos.c.property_hash.in_(part), is_shown())
        query = select(photos.c.property_hash, photos.c.source, func.count()).where(shown)
        for label, source, number in connection.execute(query.group_by(photos.c.property_hash, photos.c.source)):
            found[label, source] = number
    return found

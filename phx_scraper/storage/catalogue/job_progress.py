"""How far a job is: read from the visits of its homes, so it holds whoever does the work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, and_, func, select

from phx_scraper.model.job import FINISHED, Job, JobHome, JobProgress
from phx_scraper.model.outcome import CLEAR
from phx_scraper.storage.catalogue import schema
from phx_scraper.storage.catalogue.job_tables import job_homes, job_slices
from phx_scraper.storage.catalogue.sql_helpers import chunks

visits, photos = schema.visits, schema.photos

DEFAULT_REFRESH_DAYS = 7.0
_DAY = 86400.0


def progress(connection: Connection, job: Job, now: float) -> JobProgress:
    """Counted over all homes of the job."""
    if job.started_at is None:
        return JobProgress(job.homes, 0, {}, 0, 0.0, None)
    outcomes: dict[str, dict[str, int]] = {}
    found = homes(connection, job, now, job.homes, 0)
    for home in found:
        for source, visit in home.outcomes.items():
            named = outcomes.setdefault(source, {})
            named[visit["outcome"]] = named.get(visit["outcome"], 0) + 1
    done = sum(home.is_done for home in found)
    seconds = (job.finished_at or now) - job.started_at
    left = seconds / done * (len(found) - done) if done and not job.has_ended and seconds else None
    kept = sum(int(visit["photos"]) for home in found for visit in home.outcomes.values())
    return JobProgress(job.homes, done, outcomes, kept, round(seconds, 3), None if left is None else round(left, 1))


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
        stored = and_(photos.c.property_hash.in_(part), photos.c.state == "stored")
        query = select(photos.c.property_hash, photos.c.source, func.count()).where(stored)
        for label, source, number in connection.execute(query.group_by(photos.c.property_hash, photos.c.source)):
            found[label, source] = number
    return found

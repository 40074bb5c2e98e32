"""How the collection and its jobs stand at this moment, in figures: nothing in them tells which homes these are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, case, func, select

from phx_scraper.model.job import QUEUED, RUNNING
from phx_scraper.model.outcome import CLEAR
from phx_scraper.storage.catalogue import schema
from phx_scraper.storage.catalogue.job_tables import job_slices, jobs
from phx_scraper.storage.catalogue.request_tables import refusals
from phx_scraper.storage.catalogue.sql_dialects import greatest

visits, photos, images, runs = schema.visits, schema.photos, schema.images, schema.runs

Counts = Mapping[tuple[str, ...], float]
"""Words of a row, such as source and outcome -> its figure."""


@dataclass(frozen=True, slots=True)
class CollectionFigures:
    """What was collected. Times are seconds since 1970; `recent` ones are of the time since `since`.

    `visits` by source and outcome, `recent_visits` by source, outcome and reason, `last_success` by source: when it
    gave a clear answer last; `photos` by source and state, `recent_photos` by source: stored since then;
    `recent_refusals` by source and reason; `store_bytes` by what the files are.
    """

    homes: int
    visits: Counts
    recent_visits: Counts
    last_success: Counts
    photos: Counts
    recent_photos: Counts
    recent_refusals: Counts
    store_bytes: Counts


@dataclass(frozen=True, slots=True)
class WorkFigures:
    """What is at work and what waits.

    `jobs` by state, `slices` by state and priority, `slice_homes` likewise: the homes in these; `waiting_since` by
    priority: when that slice began to wait which waits longest; `job_seconds` of the jobs that ended since then;
    `left_alone`: since when, by source; `last_run_ended` None while none has.
    """

    jobs: Counts
    slices: Counts
    slice_homes: Counts
    waiting_since: Counts
    job_seconds: Sequence[float]
    left_alone: Counts
    last_run_ended: float | None


def collection(connection: Connection, since: float) -> CollectionFigures:
    """Counted over all homes: it takes the longer the more of them there are."""
    homes = connection.execute(select(func.count()).select_from(schema.homes)).scalar_one()
    source = visits.c.source
    success = select(source, func.max(visits.c.finished_at)).where(visits.c.outcome.in_(CLEAR)).group_by(source)
    fresh = and_(refusals.c.at > since, refusals.c.source != "")
    return CollectionFigures(
        homes=int(homes),
        visits=_counted(connection, visits.c.source, visits.c.outcome),
        recent_visits=_counted(
            connection, visits.c.source, visits.c.outcome, visits.c.reason, where=visits.c.finished_at > since
        ),
        last_success={(row[0],): row[1] for row in connection.execute(success) if row[1] is not None},
        photos=_counted(connection, photos.c.source, photos.c.state),
        recent_photos=_counted(connection, photos.c.source, where=photos.c.processed_at > since),
        recent_refusals=_counted(connection, refusals.c.source, refusals.c.reason, where=fresh),
        store_bytes=_store_bytes(connection),
    )


def work(connection: Connection, since: float) -> WorkFigures:
    """Counted over jobs, their slices and the breakers."""
    by_state = job_slices.c.state, jobs.c.priority
    of_job = job_slices.join(jobs, jobs.c.job_id == job_slices.c.job_id)
    totals = select(*by_state, func.count(), func.sum(job_slices.c.homes)).select_from(of_job).group_by(*by_state)
    slices = connection.execute(totals).all()
    ended = select(jobs.c.finished_at - jobs.c.started_at).where(jobs.c.finished_at > since, jobs.c.started_at > 0)
    left_alone = select(schema.breakers.c.source, schema.breakers.c.opened_at)
    return WorkFigures(
        jobs=_counted(connection, jobs.c.state),
        slices={(row[0], row[1]): int(row[2]) for row in slices},
        slice_homes={(row[0], row[1]): int(row[3]) for row in slices if row[0] in (QUEUED, RUNNING)},
        waiting_since=_waiting_since(connection),
        job_seconds=sorted(float(row[0]) for row in connection.execute(ended)),
        left_alone={(row[0],): row[1] for row in connection.execute(left_alone) if row[1] is not None},
        last_run_ended=connection.execute(select(func.max(runs.c.finished_at))).scalar(),
    )


def _counted(connection: Connection, *columns: Any, where: Any = None) -> Counts:
    query = select(*columns, func.count()).group_by(*columns)
    found = connection.execute(query if where is None else query.where(where))
    return {tuple(row[:-1]): int(row[-1]) for row in found}


def _store_bytes(connection: Connection) -> Counts:
    """By the rows, since no file is looked at: pictures that have one file count once for each original."""
    raw = func.sum(case((images.c.raw_path.is_not(None), images.c.raw_bytes), else_=0))
    row = connection.execute(select(func.sum(images.c.file_size_bytes), raw)).one()
    return {("pictures",): int(row[0] or 0), ("originals",): int(row[1] or 0)}


def _waiting_since(connection: Connection) -> Counts:
    """A slice waits since its job was made; one that was begun before, at the earliest since then."""
    since = func.min(greatest(jobs.c.created_at, func.coalesce(job_slices.c.started_at, jobs.c.created_at)))
    of_job = job_slices.join(jobs, jobs.c.job_id == job_slices.c.job_id)
    query = select(jobs.c.priority, since).select_from(of_job).where(job_slices.c.state == QUEUED)
    return {(row[0],): float(row[1]) for row in connection.execute(query.group_by(jobs.c.priority))}

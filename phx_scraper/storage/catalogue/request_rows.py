"""What became of each run's requests as rows: counts per step and way, refusals, and homes that met a CAPTCHA."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, delete, func, select

from phx_scraper.model.request_counts import HomesAsked, IntervalCounts, RefusalMet, SourceStep, StepCounts
from phx_scraper.storage.catalogue import schema
from phx_scraper.storage.catalogue.request_tables import homes_asked, refusals, request_intervals
from phx_scraper.storage.catalogue.request_tables import step_counts as steps
from phx_scraper.storage.catalogue.rows import record

runs = schema.runs

_SUMS = ("asked", "answered", "refused", "failed", "bytes", "seconds")

RECENT_RUNS = 10
"""Runs of a source that its rates are of: what held months ago says little."""


def write(
    connection: Connection,
    run_id: str,
    met: Sequence[RefusalMet],
    counts: Mapping[SourceStep, StepCounts],
    homes: Mapping[str, HomesAsked],
    intervals: IntervalCounts = MappingProxyType({}),
) -> None:
    """Add refusals, and put a run's counts as they stand now in the place of those before."""
    if met:
        connection.execute(refusals.insert(), [{"run_id": run_id, **asdict(one)} for one in met])
    for table in (steps, homes_asked, request_intervals):
        connection.execute(delete(table).where(table.c.run_id == run_id))
    if counts:
        rows = [{"run_id": run_id, **step._asdict(), **asdict(count)} for step, count in counts.items()]
        connection.execute(steps.insert(), rows)
    if homes:
        asked = [
            {"run_id": run_id, "source": source, "homes": one.homes, "captchas": one.captchas}
            for source, one in homes.items()
        ]
        connection.execute(homes_asked.insert(), asked)
    if noted := [
        {"run_id": run_id, "source": source, "from_seconds": start, "number": number}
        for source, counted in intervals.items()
        for start, number in counted.items()
    ]:
        connection.execute(request_intervals.insert(), noted)


def refusals_of(connection: Connection, run_id: str) -> list[RefusalMet]:
    """A run's refusals in the order in which they were met."""
    rows = connection.execute(select(refusals).where(refusals.c.run_id == run_id).order_by(refusals.c.number))
    return [record(RefusalMet, row) for row in rows]


def steps_of(connection: Connection, run_id: str) -> dict[SourceStep, StepCounts]:
    """A run's counts."""
    rows = connection.execute(select(steps).where(steps.c.run_id == run_id).order_by(steps.c.source, steps.c.step))
    return {_step(row): record(StepCounts, row) for row in rows}


def asked_of(connection: Connection, run_id: str) -> dict[str, HomesAsked]:
    """The homes for which a run asked each source."""
    rows = connection.execute(select(homes_asked).where(homes_asked.c.run_id == run_id).order_by(homes_asked.c.source))
    return {row.source: HomesAsked(row.homes, row.captchas) for row in rows}


def recent_steps(connection: Connection, source: str) -> dict[SourceStep, StepCounts]:
    """A source's counts over its recent runs; `last_answer_at` over all of them."""
    recent = _recent_runs(connection, source)
    columns = [func.sum(steps.c[name]).label(name) for name in _SUMS]
    key = [steps.c.source, steps.c.step, steps.c.way]
    of_source = select(*key, func.max(steps.c.last_answer_at).label("last_answer_at")).where(steps.c.source == source)
    last = {_step(row): row.last_answer_at for row in connection.execute(of_source.group_by(*key))}
    query = select(*key, *columns).where(steps.c.source == source, steps.c.run_id.in_(recent)).group_by(*key)
    counts = {_step(row): row for row in connection.execute(query.order_by(*key))}
    return {
        step: StepCounts(**{name: getattr(row, name) for name in _SUMS}, last_answer_at=last[step])
        for step, row in counts.items()
    }


def recent_homes(connection: Connection, source: str) -> HomesAsked:
    """The homes that a source was asked for in its recent runs."""
    recent = _recent_runs(connection, source)
    query = select(func.sum(homes_asked.c.homes), func.sum(homes_asked.c.captchas), func.count()).where(
        homes_asked.c.source == source, homes_asked.c.run_id.in_(recent)
    )
    homes, captchas, number = connection.execute(query).one()
    return HomesAsked(homes or 0, captchas or 0, number)


def _recent_runs(connection: Connection, source: str) -> list[str]:
    query = select(steps.c.run_id).join(runs, runs.c.run_id == steps.c.run_id).where(steps.c.source == source)
    latest = query.group_by(steps.c.run_id, runs.c.started_at).order_by(runs.c.started_at.desc()).limit(RECENT_RUNS)
    return list(connection.execute(latest).scalars())


def _step(row: Any) -> SourceStep:
    return SourceStep(row.source, row.step, row.way)

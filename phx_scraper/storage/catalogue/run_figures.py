"""What the newest runs did, in figures: a page over many runs reads few rows of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, case, func, select

from phx_scraper.model.request_counts import PHOTO
from phx_scraper.model.run import RunRow
from phx_scraper.storage.catalogue import runs
from phx_scraper.storage.catalogue.history_tables import run_details, visit_history
from phx_scraper.storage.catalogue.request_tables import homes_asked, request_intervals, step_counts
from phx_scraper.storage.catalogue.run_details import KEPT_RUNS


@dataclass(slots=True)
class SourceFigures:
    """What a run did at one source.

    `outcomes` are of the visits that it ended; requests include retries, `photos` those for a photo that were answered;
    `bytes` are of bodies, unpacked. `intervals`: class of INTERVALS -> how many requests.
    """

    outcomes: dict[str, int] = field(default_factory=dict)
    asked: int = 0
    answered: int = 0
    refused: int = 0
    failed: int = 0
    photos: int = 0
    page_bytes: int = 0
    photo_bytes: int = 0
    homes: int = 0
    captchas: int = 0
    intervals: dict[float, int] = field(default_factory=dict)

    @property
    def success_rate(self) -> float | None:
        """Share of answers, 0 to 1, among the requests of which anything is known."""
        known = self.answered + self.refused + self.failed
        return self.answered / known if known else None

    @property
    def captcha_rate(self) -> float | None:
        """Share of the homes it was asked for at which it showed a CAPTCHA, 0 to 1."""
        return self.captchas / self.homes if self.homes else None


@dataclass(frozen=True, slots=True)
class RunFigures:
    """A run; `seconds` by stage as its details have them, empty where it noted none."""

    run: RunRow
    mode: str
    seconds: Mapping[str, Any]
    sources: Mapping[str, SourceFigures]

    @property
    def duration(self) -> float | None:
        """Seconds from its begin to its end; None where it has not ended, or took no time."""
        ended = self.run.finished_at
        return ended - self.run.started_at if ended is not None and ended > self.run.started_at else None


Sources = dict[str, dict[str, SourceFigures]]


def newest_runs(connection: Connection, number: int = KEPT_RUNS) -> list[RunFigures]:
    """The newest runs whose details are kept, the oldest of them first."""
    rows = runs.latest(connection, min(number, KEPT_RUNS))[::-1]
    run_ids = [run.run_id for run in rows]
    found: Sources = {run_id: {} for run_id in run_ids}
    for read in (_outcomes, _requests, _homes, _intervals):
        read(connection, run_ids, found)
    query = select(run_details.c.run_id, run_details.c.mode, run_details.c.seconds)
    details = {row.run_id: row for row in connection.execute(query.where(run_details.c.run_id.in_(run_ids)))}
    return [
        RunFigures(run, known.mode if known else "", known.seconds if known else {}, found[run.run_id])
        for run in rows
        for known in [details.get(run.run_id)]
    ]


def _of(found: Sources, row: Any) -> SourceFigures:
    return found[row.run_id].setdefault(row.source, SourceFigures())


def _outcomes(connection: Connection, run_ids: Sequence[str], found: Sources) -> None:
    """The last row of a visit counts."""
    visit = visit_history.c.run_id, visit_history.c.property_hash, visit_history.c.source
    last = select(func.max(visit_history.c.number)).where(visit_history.c.run_id.in_(run_ids)).group_by(*visit)
    columns = visit_history.c.run_id, visit_history.c.source, visit_history.c.outcome
    query = select(*columns, func.count().label("visits")).where(visit_history.c.number.in_(last)).group_by(*columns)
    for row in connection.execute(query):
        _of(found, row).outcomes[row.outcome] = row.visits


def _requests(connection: Connection, run_ids: Sequence[str], found: Sources) -> None:
    columns = step_counts.c.run_id, step_counts.c.source
    is_photo = step_counts.c.step == PHOTO
    sums = {
        **{name: step_counts.c[name] for name in ("asked", "answered", "refused", "failed")},
        "photos": case((is_photo, step_counts.c.answered), else_=0),
        "page_bytes": case((is_photo, 0), else_=step_counts.c.bytes),
        "photo_bytes": case((is_photo, step_counts.c.bytes), else_=0),
    }
    query = select(*columns, *(func.sum(column).label(name) for name, column in sums.items()))
    for row in connection.execute(query.where(step_counts.c.run_id.in_(run_ids)).group_by(*columns)):
        figures = _of(found, row)
        for name in sums:
            setattr(figures, name, int(getattr(row, name)))


def _homes(connection: Connection, run_ids: Sequence[str], found: Sources) -> None:
    for row in connection.execute(select(homes_asked).where(homes_asked.c.run_id.in_(run_ids))):
        figures = _of(found, row)
        figures.homes, figures.captchas = row.homes, row.captchas


def _intervals(connection: Connection, run_ids: Sequence[str], found: Sources) -> None:
    for row in connection.execute(select(request_intervals).where(request_intervals.c.run_id.in_(run_ids))):
        _of(found, row).intervals[row.from_seconds] = row.number

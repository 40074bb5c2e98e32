"""`metadata/runs/run_….json`: what one run did, for people who ask later."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection

from phx_scraper.errors import StorageError
from phx_scraper.model.outcome import TROUBLE
from phx_scraper.model.photo import PhotoCounts
from phx_scraper.model.run import RunDetails, RunRow, VisitEnded
from phx_scraper.storage.catalogue import review_flags, run_details, runs
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.photo_counts import add_up, photo_counts
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.store import FileStore
from phx_scraper.views.documents import VERSION, timestamp, whole
from phx_scraper.views.review_notes import review_document
from phx_scraper.views.source_report import requests_of_run

RECENT = 20
"""Runs whose records are looked for; older ones a person may have removed."""

Counts = Mapping[tuple[str, str], PhotoCounts]


def write_run_record(catalogue: Catalogue, files: FileStore, run_id: str) -> str:
    """Write a run's record; returns its path in the store. Raises StorageError, also for an unknown run."""
    with catalogue.reading() as tx:
        run = _known(catalogue, runs.get(tx, run_id), run_id)
        record = run_record(tx, run, _photo_counts(tx, run_id))
    path = paths.run_record(run_id, run.started_at)
    files.replace(path, whole(record))
    return path


def record_of(catalogue: Catalogue, run_id: str) -> dict[str, Any]:
    """A run's record as it is written at its end. Raises StorageError, also for an unknown run."""
    with catalogue.reading() as tx:
        return run_record(tx, _known(catalogue, runs.get(tx, run_id), run_id), _photo_counts(tx, run_id))


def _known(catalogue: Catalogue, run: RunRow | None, run_id: str) -> RunRow:
    if run is None:
        raise StorageError(f"There is no run {run_id} in {catalogue.place}.")
    return run


def _photo_counts(connection: Connection, run_id: str) -> Counts:
    visits = run_details.visits_ended(connection, run_id)
    homes = list(dict.fromkeys(visit.property_hash for visit in visits))
    return photo_counts(connection, homes, sorted({visit.source for visit in visits}))


def run_record(connection: Connection, run: RunRow, counts: Counts | None = None) -> dict[str, Any]:
    """All that is known of a run; with the `counts` of photos as they stand, which at its end is how it left them."""
    visits = run_details.visits_ended(connection, run.run_id)
    changes = runs.change_counts(connection, run.run_id)
    return {
        **_about(run),
        **_details(run_details.details_of(connection, run.run_id)),
        # Until it ends they say who it is.
        "totals": run.totals if run.ending else {},
        "sources": _sources(visits, counts),
        "homes": _homes(visits, counts, changes),
        "errors": [_trouble(visit) for visit in visits if visit.outcome in TROUBLE],
        **requests_of_run(connection, run.run_id),
        "review": review_document(_review(connection, run.run_id, visits)),
    }


def _review(connection: Connection, run_id: str, visits: Iterable[VisitEnded]) -> list[review_flags.ReviewNote]:
    homes = list(dict.fromkeys(visit.property_hash for visit in visits))
    return [note for note in review_flags.notes_of(connection, homes) if note.run_id == run_id]


def remove_old_records(files: FileStore) -> None:
    """Keep the records of the newest runs; what else a person keeps beside them stays. Raises StorageError."""
    records = sorted(name for name in files.names(paths.RUNS) if paths.is_run_record(name))
    for name in records[: -run_details.KEPT_RUNS]:
        files.remove(f"{paths.RUNS}/{name}")


def write_missing_records(catalogue: Catalogue, files: FileStore, now: float) -> None:
    """Write the records of killed runs, and of runs that died while they wrote their own. Raises StorageError."""
    end_killed_runs(catalogue, now)
    with catalogue.reading() as tx:
        ended = runs.ended(tx, RECENT)
    for run in ended:
        if not files.exists(paths.run_record(run.run_id, run.started_at)):
            write_run_record(catalogue, files, run.run_id)


def end_killed_runs(catalogue: Catalogue, now: float) -> None:
    """End the runs that were killed; visits that they hold are free. Where there are none nobody is held up."""
    with catalogue.reading() as tx:
        killed = runs.killed(tx, now)
    if killed:
        with catalogue.transaction() as tx:
            for run_id in killed:
                runs.note_killed(tx, run_id)


def _about(run: RunRow) -> dict[str, Any]:
    ended = run.finished_at
    return {
        "version": VERSION,
        "run_id": run.run_id,
        "spider": run.spider,
        "arguments": run.arguments,
        "started_at": timestamp(run.started_at),
        "finished_at": timestamp(ended),
        "duration_seconds": None if ended is None else round(ended - run.started_at, 3),
        "ending": run.ending,
    }


def _details(details: RunDetails | None) -> dict[str, Any]:
    """Of a run that an earlier version made little is known."""
    known = details or RunDetails("", {}, {}, {})
    return {
        "mode": known.mode or None,
        "versions": known.versions,
        "settings": known.settings,
        "seconds": known.seconds,
    }


def _sources(visits: Iterable[VisitEnded], counts: Counts | None) -> dict[str, Any]:
    """Per source: visits that this run finished by outcome, and the photos of those visits by state."""
    found: dict[str, Any] = {}
    for source in sorted({visit.source for visit in visits}):
        mine = [visit for visit in visits if visit.source == source]
        outcomes = Counter(visit.outcome for visit in mine)
        found[source] = {"visits": dict(sorted(outcomes.items())), **_photos(mine, counts)}
    return found


def _photos(visits: Iterable[VisitEnded], counts: Counts | None) -> dict[str, Any]:
    """`photos` by state, where they are counted."""
    if counts is None:
        return {}
    found = [counts.get((visit.property_hash, visit.source), PhotoCounts()) for visit in visits]
    return {"photos": asdict(add_up(found))}


def _homes(visits: Iterable[VisitEnded], counts: Counts | None, changes: Mapping[str, Any]) -> dict[str, Any]:
    homes: dict[str, Any] = {}
    for visit in visits:
        homes.setdefault(visit.address, {})[visit.source] = {
            "outcome": visit.outcome,
            "reason": visit.reason or None,
            "ways": visit.ways.split(", ") if visit.ways else [],
            "claimed_photo_count": visit.claimed_photo_count,
            **_photos([visit], counts),
            "changes": dict(sorted(changes.get(visit.property_hash, {}).get(visit.source, {}).items())),
        }
    return homes


def _trouble(visit: VisitEnded) -> dict[str, Any]:
    return {
        "address": visit.address,
        "source": visit.source,
        "outcome": visit.outcome,
        "reason": visit.reason,
        "not_before": timestamp(visit.not_before),
    }

"""`metadata/runs/run_….json`: what one run did, for people who ask later."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from phx_scraper.errors import StorageError
from phx_scraper.model.outcome import TROUBLE
from phx_scraper.model.photo import PhotoCounts
from phx_scraper.model.run import RunRow
from phx_scraper.model.visit import VisitRow
from phx_scraper.storage.catalogue import review_flags, runs
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.photo_counts import add_up, photo_counts, visits_of_run
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
        run = runs.get(tx, run_id)
        if run is None:
            raise StorageError(f"There is no run {run_id} in {catalogue.path}.")
        visits = visits_of_run(tx, run_id)
        homes = list(dict.fromkeys(visit.property_hash for visit in visits))
        counts = photo_counts(tx, homes, sorted({visit.source for visit in visits}))
        changes = runs.change_counts(tx, run_id)
        requests = requests_of_run(tx, run_id)
        review = [note for note in review_flags.notes_of(tx, homes) if note.run_id == run_id]
    path = paths.run_record(run_id, run.started_at)
    files.replace(path, whole({**_record(run, visits, counts, changes), **requests, "review": review_document(review)}))
    return path


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


def _record(run: RunRow, visits: list[VisitRow], counts: Counts, changes: Mapping[str, Any]) -> dict[str, Any]:
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
        "totals": run.totals,
        "sources": _sources(visits, counts),
        "homes": _homes(visits, counts, changes),
        "errors": [_trouble(visit) for visit in visits if visit.outcome in TROUBLE],
    }


def _sources(visits: Iterable[VisitRow], counts: Counts) -> dict[str, Any]:
    """Per source: visits that this run finished by outcome, and the photos of those visits by state."""
    found: dict[str, Any] = {}
    for source in sorted({visit.source for visit in visits}):
        mine = [visit for visit in visits if visit.source == source]
        photos = add_up([counts.get((visit.property_hash, source), PhotoCounts()) for visit in mine])
        outcomes = Counter(visit.outcome for visit in mine)
        found[source] = {"visits": dict(sorted(outcomes.items())), "photos": asdict(photos)}
    return found


def _homes(visits: Iterable[VisitRow], counts: Counts, changes: Mapping[str, Any]) -> dict[str, Any]:
    homes: dict[str, Any] = {}
    for visit in visits:
        homes.setdefault(visit.address, {})[visit.source] = {
            "outcome": visit.outcome,
            "reason": visit.reason or None,
            "claimed_photo_count": visit.claimed_photo_count,
            "photos": asdict(counts.get((visit.property_hash, visit.source), PhotoCounts())),
            "changes": dict(sorted(changes.get(visit.property_hash, {}).get(visit.source, {}).items())),
        }
    return homes


def _trouble(visit: VisitRow) -> dict[str, Any]:
    return {
        "address": visit.address,
        "source": visit.source,
        "outcome": visit.outcome,
        "reason": visit.reason,
        "not_before": timestamp(visit.not_before),
    }

"""Cost of one photo in a small and in a large catalogue, and time to open each."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from pathlib import Path
from time import perf_counter, process_time

from bench import json_rewrite
from bench.alternation import alternate, median_of
from bench.catalogue_driver import PHOTOS, CatalogueDriver
from bench.plan import WORK, Plan
from bench.result import Check, Column, Curve, Grid, Section

COLUMNS = (
    Column("CPU a photo", "ms", 3),
    Column("wall a photo", "ms", 3),
    Column("opened in", "ms"),
    Column("opened after a kill in", "s", 2),
    Column("hashes read and indexed in", "s", 3),
    Column("file", "MB", 0),
    Column("JSON rewrite, CPU a photo", "ms"),
)
_MEASURED_HOMES = 10
# Beyond this a rewrite takes ten seconds and a gigabyte of memory a photo.
_LARGEST_REWRITE = 100_000
_BYTES_A_PHOTO = 9_500

Row = tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class RoundResult:
    """One round at one size: milliseconds a photo, milliseconds to open, seconds to open after a kill and to index."""

    cpu: float
    wall: float
    opened: float
    after_kill: float
    indexed: float


def measure(plan: Plan) -> Section:
    """Fill a catalogue up to each size, then measure them in alternation."""
    folder = WORK / "catalogue"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        sizes = _fitting(plan.catalogue, folder.parent)
        return _section(plan, sizes, _rows(plan, sizes, folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _fitting(sizes: Sequence[int], folder: Path) -> list[int]:
    """The sizes for which there is twice the disk space."""
    folder.mkdir(parents=True, exist_ok=True)
    room = shutil.disk_usage(folder).free / 2
    return [size for size in sizes if size * _BYTES_A_PHOTO <= room]


def _rows(plan: Plan, sizes: Sequence[int], folder: Path) -> dict[int, Row]:
    filled = {size: _filled(folder / f"{size}", size) for size in sizes}
    found = alternate({f"{size:,} photos": partial(_measure_round, filled[size]) for size in sizes}, plan.rounds)
    rows: dict[int, Row] = {}
    for size, results in zip(sizes, found.values(), strict=True):
        file_mb = filled[size].file.stat().st_size / 2**20
        rows[size] = (*_figures(results), file_mb, _rewrite(plan, size))
        filled[size].close()
    return rows


def _filled(folder: Path, size: int) -> CatalogueDriver:
    folder.mkdir(parents=True)
    driver = CatalogueDriver(folder / "catalogue.sqlite")
    # Warm-up: statements are compiled at first use.
    driver.collect_home()
    driver.fill(size)
    return driver


def _measure_round(driver: CatalogueDriver) -> RoundResult:
    driver.collect_home()
    began, cpu_began = perf_counter(), process_time()
    for _ in range(_MEASURED_HOMES):
        driver.collect_home()
    cpu, wall = process_time() - cpu_began, perf_counter() - began
    driver.close()
    opened = _seconds(driver.open)
    driver.close()
    # As a killed process leaves it: without the mark of a clean close.
    driver.file.with_name(f"{driver.file.name}.closed").unlink(missing_ok=True)
    after_kill = _seconds(driver.open)
    photos = _MEASURED_HOMES * PHOTOS
    return RoundResult(
        cpu * 1000 / photos, wall * 1000 / photos, opened * 1000, after_kill, _seconds(driver.read_hashes)
    )


def _seconds(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


def _figures(results: Sequence[RoundResult]) -> Row:
    return tuple(median_of(results, attrgetter(name)) for name in RoundResult.__slots__)


def _rewrite(plan: Plan, size: int) -> float | None:
    return json_rewrite.cost(WORK / "all.json", size, plan.rewrites) if size <= _LARGEST_REWRITE else None


def _section(plan: Plan, sizes: Sequence[int], rows: Mapping[int, Row]) -> Section:
    left_out = [size for size in plan.catalogue if size not in sizes]
    return Section(
        "catalogue",
        "Bookkeeping: all catalogue calls of a home, by its photos",
        (Grid("catalogue holds", COLUMNS, tuple((f"{size:,} photos", rows[size]) for size in sizes)),),
        _checks(sizes[0], sizes[-1], rows),
        (
            "Counted is every call of a run: register, lease, listing, each photo in a transaction of its own, ending, "
            "removals, comparing with all earlier images; with what SQLite writes and syncs. All but the last few "
            "hundred photos are copies of one home under other names, put there by SQL.",
            "The JSON file holds one short record a photo and is written anew for each, without fsync and without "
            "indentation, in its favour.",
            *(f"Left out for lack of disk space: {size:,} photos." for size in left_out),
        ),
        (_curve(rows),),
    )


def _checks(smallest: int, largest: int, rows: Mapping[int, Row]) -> tuple[Check, ...]:
    first, last = rows[smallest], rows[largest]
    at = f"at {largest:,} photos"
    return (
        Check(
            f"catalogue: CPU a photo {at} to that at {smallest:,}", (last[0] or 0.0) / (first[0] or 1.0), at_most=1.5
        ),
        Check(f"catalogue: opened {at}, closed properly before", last[2] or 0.0, "ms", at_most=100, digits=0),
        Check(f"catalogue: hashes read and indexed {at}", last[4] or 0.0, "s", at_most=1.0),
    )


def _curve(rows: Mapping[int, Row]) -> Curve:
    names = {"JSON file rewritten, CPU": -1, "catalogue, wall": 1, "catalogue, CPU": 0}
    lines = tuple(
        (name, tuple((float(size), value) for size, row in rows.items() if (value := row[place])))
        for name, place in names.items()
    )
    return Curve("catalogue", "Bookkeeping of one photo", "photos in the catalogue", "ms a photo", lines, log=True)

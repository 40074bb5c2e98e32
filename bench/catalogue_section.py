"""What the bookkeeping of one photo costs in a small and in a large catalogue, and how long each takes to open."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from pathlib import Path
from time import perf_counter, process_time

from bench import json_rewrite
from bench.alternation import alternated, middle
from bench.catalogue_driver import PHOTOS, Collecting
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
class Turn:
    """One round at one size: milliseconds a photo, milliseconds to open, seconds to open after a kill and to index."""

    cpu: float
    wall: float
    opened: float
    after_kill: float
    indexed: float


def measure(plan: Plan) -> Section:
    """Fill a catalogue up to each size; then let each take its turns."""
    folder = WORK / "catalogue"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        sizes = _fitting(plan.catalogue, folder.parent)
        return _section(plan, sizes, _rows(plan, sizes, folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _fitting(sizes: Sequence[int], folder: Path) -> list[int]:
    """The sizes for which the disk has room, twice over."""
    folder.mkdir(parents=True, exist_ok=True)
    room = shutil.disk_usage(folder).free / 2
    return [size for size in sizes if size * _BYTES_A_PHOTO <= room]


def _rows(plan: Plan, sizes: Sequence[int], folder: Path) -> dict[int, Row]:
    filled = {size: _filled(folder / f"{size}", size) for size in sizes}
    found = alternated({f"{size:,} photos": partial(_turn, filled[size]) for size in sizes}, plan.rounds)
    rows: dict[int, Row] = {}
    for size, turns in zip(sizes, found.values(), strict=True):
        file_mb = filled[size].path.stat().st_size / 2**20
        rows[size] = (*_figures(turns), file_mb, _rewrite(plan, size))
        filled[size].close()
    return rows


def _filled(folder: Path, size: int) -> Collecting:
    folder.mkdir(parents=True)
    collecting = Collecting(folder / "catalogue.sqlite")
    # What is built at the first use, statements above all, is built here.
    collecting.home()
    collecting.fill(size)
    return collecting


def _turn(collecting: Collecting) -> Turn:
    collecting.home()
    began, cpu_began = perf_counter(), process_time()
    for _ in range(_MEASURED_HOMES):
        collecting.home()
    cpu, wall = process_time() - cpu_began, perf_counter() - began
    collecting.close()
    opened = _seconds(collecting.open)
    collecting.close()
    # As a killed process leaves it, which has not noted how.
    collecting.path.with_name(f"{collecting.path.name}.closed").unlink(missing_ok=True)
    after_kill = _seconds(collecting.open)
    photos = _MEASURED_HOMES * PHOTOS
    return Turn(cpu * 1000 / photos, wall * 1000 / photos, opened * 1000, after_kill, _seconds(collecting.read_hashes))


def _seconds(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


def _figures(turns: Sequence[Turn]) -> Row:
    return tuple(middle(turns, attrgetter(name)) for name in Turn.__slots__)


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

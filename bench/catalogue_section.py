"""What the bookkeeping of one photo costs in a small and in a large catalogue; a rewritten JSON file beside it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from statistics import median

from bench.collecting import PHOTOS, Collecting
from bench.measure import cpu_milliseconds
from bench.plan import WORK, Plan
from bench.result import Check, Column, Curve, Grid, Section

COLUMNS = (
    Column("catalogue", "ms CPU a photo", 3),
    Column("JSON rewrite", "ms CPU a photo", 1),
    Column("ratio", "", 0),
)
_MEASURED_HOMES = 15


def measure(plan: Plan) -> Section:
    """Fill one catalogue up to each size in turn and measure there."""
    folder = WORK / "catalogue"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    collecting = Collecting(folder / "catalogue.sqlite")
    found: dict[int, tuple[float, float]] = {}
    for size in plan.catalogue:
        while collecting.photos < size:
            collecting.home()
        found[size] = _bookkeeping(collecting), _json_rewrite(folder / "all.json", size, plan.rewrites)
    collecting.close()
    shutil.rmtree(folder)
    return _section(found)


def _bookkeeping(collecting: Collecting) -> float:
    """Median over some more homes of their CPU milliseconds a photo."""
    return median(cpu_milliseconds(collecting.home) / PHOTOS for _ in range(_MEASURED_HOMES))


def _json_rewrite(path: Path, size: int, times: int) -> float:
    """The way of a program that keeps its state in one JSON file: write it anew, beside and renamed, for each photo."""
    records = {f"{number:08x}": _record(number) for number in range(size)}
    beside = path.with_suffix(".new")

    def rewrite() -> None:
        with beside.open("w", encoding="utf-8") as file:
            json.dump(records, file)
        beside.replace(path)

    return median(cpu_milliseconds(rewrite) for _ in range(times))


def _record(number: int) -> dict[str, object]:
    name = f"{number:064x}"
    return {
        "url": f"https://photos.zillowstatic.com/fp/{number}.jpg",
        "raw_sha256": name,
        "phash": name[-16:],
        "dhash": name[-16:],
        "source": "zillow",
        "local_path": f"processed/{name[:2]}/{name}.png",
        "width": 1024,
        "height": 683,
        "file_size_bytes": 1_000_000,
        "downloaded_at": "2026-01-01T00:00:00Z",
    }


def _section(found: dict[int, tuple[float, float]]) -> Section:
    sizes = sorted(found)
    rows = tuple((f"{size:,} photos", (*found[size], found[size][1] / found[size][0])) for size in sizes)
    lines = tuple(
        (name, tuple((float(size), found[size][index]) for size in sizes))
        for index, name in enumerate(("catalogue", "JSON rewrite"))
    )
    first, last = found[sizes[0]][0], found[sizes[-1]][0]
    return Section(
        "catalogue",
        "Bookkeeping: all catalogue calls of a home, by its photos",
        (Grid("catalogue holds", COLUMNS, rows),),
        (Check(f"catalogue: cost at {sizes[-1]:,} photos to that at {sizes[0]:,}", last / first, at_most=1.2),),
        ("The JSON file is written without fsync and without indentation, in its favour.",),
        (Curve("catalogue", "Bookkeeping of one photo", "photos in the catalogue", "ms CPU", lines, log=True),),
    )

"""Stock Scrapy against our crawl, and one worker against one per core."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from functools import partial

from bench.alternation import alternate, median_of
from bench.crawls import Bench, CrawlCost
from bench.plan import WORK, Plan
from bench.result import Check, Column, Curve, Grid, Section

STOCK = "stock ImagesPipeline"
ONE_CORE = "ours, 1 worker, all of it on one core"
CORES = max(2, os.cpu_count() or 1)

COLUMNS = (
    Column("wall", "s"),
    Column("CPU", "s"),
    Column("pictures", "1/s"),
    Column("CPU a picture", "ms"),
    Column("replica's CPU", "s"),
    Column("cores busy with both", "", 2),
    Column("peak memory", "MB", 0),
    Column("loop lag p99", "ms"),
    Column("loop lag max", "ms"),
)


def measure(plan: Plan) -> Section:
    """Crawl the same homes from an empty store with each variant, round after round."""
    with plan.replica(plan.homes) as (replica, homes):
        bench = Bench(WORK / "crawl", replica, homes)
        # The first crawl only provides the list of photos, and warms the caches for both.
        bench.ours("first")
        urls = bench.folder / "urls.json"
        urls.write_text(json.dumps(bench.photo_urls("first")), encoding="utf-8")
        variants: dict[str, Callable[[], CrawlCost]] = {STOCK: partial(bench.stock, urls)}
        variants[ONE_CORE] = partial(bench.ours, cores=1, PHX_IMAGE_WORKERS=1)
        for workers in range(1, CORES + 1):
            variants[_ours(workers)] = partial(bench.ours, PHX_IMAGE_WORKERS=workers)
        found = alternate(variants, plan.rounds)
        bench.remove("first", "ours", "stock")
    return _section(plan, found)


def _ours(workers: int) -> str:
    return f"ours, {workers} worker{'s' if workers > 1 else ''}"


def figures(results: Sequence[CrawlCost]) -> tuple[float | None, ...]:
    """The medians of one variant, in the order of COLUMNS."""
    return (
        median_of(results, lambda crawl: crawl.cost.wall),
        median_of(results, lambda crawl: crawl.cost.cpu),
        median_of(results, lambda crawl: crawl.pictures_a_second),
        median_of(results, lambda crawl: crawl.cpu_a_picture),
        median_of(results, lambda crawl: crawl.replica_cpu),
        median_of(results, lambda crawl: crawl.cores_busy),
        median_of(results, lambda crawl: crawl.cost.peak_mb),
        median_of(results, lambda crawl: crawl.lag_p99),
        median_of(results, lambda crawl: crawl.lag_max),
    )


def _most(rows: dict[str, tuple[float | None, ...]]) -> str:
    """Explains why workers alone cannot double the speed on few cores."""
    busy = rows[_ours(1)][5] or 1.0
    return (
        f"Beside a single worker another core fetches, writes and keeps the books: {busy:.2f} cores are busy then, so "
        f"{CORES} cores can do {CORES / busy:.2f} times as much at most. Hence the row in which one core does all."
    )


def _section(plan: Plan, found: dict[str, list[CrawlCost]]) -> Section:
    rows = {variant: figures(results) for variant, results in found.items()}
    speeds = tuple((float(workers), rows[_ours(workers)][2] or 0.0) for workers in range(1, CORES + 1))
    whole = found[_ours(CORES)]
    return Section(
        "crawl",
        f"A crawl: {plan.homes} homes, {plan.photos} photos each, 1536 px JPEG, from nothing",
        (Grid("way", COLUMNS, tuple(rows.items())),),
        (
            Check(f"crawl: pictures a second, {CORES} workers against one", speeds[-1][1] / speeds[0][1], at_least=1.8),
            Check(
                f"crawl: pictures a second, {CORES} workers and cores against one and one",
                speeds[-1][1] / (rows[ONE_CORE][2] or 1.0),
                at_least=1.8,
            ),
            Check("crawl: event-loop lag p99", median_of(whole, lambda crawl: crawl.lag_p99) or 0.0, "ms", at_most=20),
            Check(
                "crawl: event-loop lag max, worst round",
                max(crawl.lag_max or 0.0 for crawl in whole),
                "ms",
                at_most=50,
            ),
            Check("crawl: peak memory", max(crawl.cost.peak_mb for crawl in whole), "MB", at_most=400, digits=0),
        ),
        (
            "Stock Scrapy downloads, decodes and encodes a JPEG on its event loop; ours keeps the original, "
            "hashes, compares, makes the PNG and writes the catalogue, fsync included.",
            "Stock Scrapy looks only every five seconds whether all is done: up to so much of its wall time is idle.",
            "CPU is of the crawl alone, its decoders and start-up included; the replica shares the cores and is shown "
            "apart. Memory is of all its processes together, what they share counted once.",
            _most(rows),
        ),
        (Curve("workers", "A crawl by image workers", "workers", "pictures a second", (("ours", speeds),)),),
    )

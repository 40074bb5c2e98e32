"""Peak memory of a crawl and of one three times as long."""

from __future__ import annotations

from bench.crawls import Bench
from bench.plan import WORK, Plan
from bench.result import Bars, Check, Column, Grid, Section


def measure(plan: Plan) -> Section:
    """One crawl of each length; a peak hardly varies from run to run."""
    fewer, more = plan.memory_homes
    with plan.replica(more) as (replica, homes):
        bench = Bench(WORK / "memory", replica, homes)
        found = {count: bench.ours(limit=count) for count in (fewer, more)}
        bench.remove("ours")
    rows = tuple(
        (f"{count} homes", (float(crawl.pictures), crawl.cost.peak_mb, crawl.cost.wall))
        for count, crawl in found.items()
    )
    peaks = {count: crawl.cost.peak_mb for count, crawl in found.items()}
    return Section(
        "memory",
        f"Memory: {plan.photos} photos a home, 1536 px",
        (Grid("crawl", (Column("pictures", "", 0), Column("peak memory", "MB", 0), Column("wall", "s")), rows),),
        (
            Check(f"memory: peak at {fewer} homes", peaks[fewer], "MB", at_most=400, digits=0),
            Check(f"memory: peak at {more} homes", peaks[more], "MB", at_most=400, digits=0),
            Check(f"memory: {more} homes against {fewer}", peaks[more] / peaks[fewer], at_most=1.1),
        ),
        charts=(
            Bars(
                "memory",
                "Peak memory by length of the crawl",
                "MB",
                tuple((f"{count} homes", peak) for count, peak in peaks.items()),
            ),
        ),
    )

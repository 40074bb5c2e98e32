"""Peak memory of a crawl by the number of its homes: it must not grow."""

from __future__ import annotations

from bench.crawls import Bench
from bench.plan import WORK, Plan
from bench.result import Check, Column, Curve, Grid, Section


def measure(plan: Plan) -> Section:
    """One crawl of each length; the peak hardly varies between runs."""
    counts = plan.memory_homes
    with plan.replica(counts[-1]) as (replica, homes):
        bench = Bench(WORK / "memory", replica, homes)
        found = {count: bench.ours(limit=count) for count in counts}
        bench.remove("ours")
    rows = tuple(
        (f"{count} homes", (float(crawl.pictures), crawl.cost.peak_mb, crawl.cost.wall))
        for count, crawl in found.items()
    )
    peaks = {count: crawl.cost.peak_mb for count, crawl in found.items()}
    fewest, most = counts[0], counts[-1]
    return Section(
        "memory",
        f"Memory: {plan.photos} photos a home, 1536 px",
        (Grid("crawl", (Column("pictures", "", 0), Column("peak memory", "MB", 0), Column("wall", "s")), rows),),
        (
            Check(f"memory: peak at {most} homes", peaks[most], "MB", at_most=400, digits=0),
            Check(f"memory: {most} homes against {fewest}", peaks[most] / peaks[fewest], at_most=1.1),
        ),
        charts=(
            Curve(
                "memory",
                "Peak memory of a crawl",
                "homes",
                "MB",
                (("ours, all processes", tuple((float(count), peak) for count, peak in peaks.items())),),
            ),
        ),
    )

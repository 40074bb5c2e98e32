"""Effect of a refusing or slow source on the others: none, because each has its own window, slots and delay."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from bench.alternation import alternate, median_of
from bench.crawls import EXPECTED_EXIT_CODES
from bench.homes_list import write_homes
from bench.measure import REPOSITORY, run, scrapy
from bench.plan import WIDTH, WORK, Plan
from bench.result import Check, Column, Grid, Section
from phx_scraper.replica.options import Options
from phx_scraper.replica.running import running

FAILING_SOURCE = "zillow"
ALL_ANSWER = "all sources answer"
REFUSING = f"{FAILING_SOURCE} refuses from its third request"
SLOW = f"{FAILING_SOURCE} takes a second for every answer"
_PHOTOS = 12


def measure(plan: Plan) -> Section:
    """Crawl the same homes at all sources, with and without a fault at one of them, round after round."""
    variants: dict[str, Callable[[], float]] = {
        ALL_ANSWER: partial(_seconds_of_others, plan, Options()),
        REFUSING: partial(_seconds_of_others, plan, Options(refuse=((FAILING_SOURCE, 3),))),
        SLOW: partial(_seconds_of_others, plan, Options(slow=((FAILING_SOURCE, 1000.0),))),
    }
    found = alternate(variants, plan.rounds)
    rows = tuple((variant, (median_of(seconds, float),)) for variant, seconds in found.items())
    return Section(
        "sources",
        f"All sources at once: {plan.source_homes} homes, one source in trouble",
        (Grid("replica", (Column("other sources done after", "s", 2),), rows),),
        (_check("refusing", found[REFUSING], found[ALL_ANSWER]), _check("slow", found[SLOW], found[ALL_ANSWER])),
        ("Without its pictures to work on, a refusing source leaves the others more of the cores, not less.",),
    )


def _check(what: str, failing: Sequence[float], baseline: Sequence[float]) -> Check:
    ratio = (median_of(failing, float) or 0.0) / (median_of(baseline, float) or 1.0)
    return Check(f"sources: time of the others with one {what}, against none", ratio, at_most=1.1)


def _seconds_of_others(plan: Plan, fault_options: Options) -> float:
    """Seconds from the run's start to the end of the last visit at the sources without a fault."""
    listed = write_homes(WORK / f"homes-{plan.source_homes}.csv", plan.source_homes)
    store, photos = WORK / "sources", min(_PHOTOS, plan.photos)
    options = Options(
        photos=(photos, photos),
        width=WIDTH,
        kinds=frozenset(),
        cache=WORK / "pictures",
        warm=listed,
        refuse=fault_options.refuse,
        slow=fault_options.slow,
    )
    run(["rm", "-rf", str(store)], WORK, WORK / "sources.log")
    with running(options) as replica:
        command = scrapy("crawl", "all", "-a", f"addresses={listed}", "-s", f"IMAGES_STORE={store}")
        command += ["-s", f"PHX_REPLICA_URL={replica.url}", "-s", "PHX_DELAY_SCALE=0", "-s", "LOG_LEVEL=WARNING"]
        cost = run(command, REPOSITORY, WORK / "sources.log", {"MARICOPA_ASSESSOR_TOKEN": "of-the-benchmark"})
    if cost.code not in EXPECTED_EXIT_CODES:
        raise RuntimeError(f"the crawl ended with {cost.code}: see {WORK / 'sources.log'}")
    return _seconds(store)


def _seconds(store: Path) -> float:
    query = (
        "SELECT max(finished_at) - (SELECT min(started_at) FROM runs) FROM visits"
        f" WHERE source <> '{FAILING_SOURCE}' AND outcome IN ('ok', 'empty', 'not_found')"
    )
    with sqlite3.connect(store / "metadata" / "catalogue.sqlite") as database:
        return float(database.execute(query).fetchone()[0])

"""What a refusing or slow source costs the others: nothing, because each has its own window, slots and pace."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from bench.alternation import alternated, middle
from bench.crawls import BEYOND_PLANTED_TROUBLE
from bench.homes_list import write_homes
from bench.measure import REPOSITORY, run, scrapy
from bench.plan import WIDTH, WORK, Plan
from bench.result import Check, Column, Grid, Section
from phx_scraper.replica.options import Options
from phx_scraper.replica.running import running

TROUBLED = "zillow"
USUAL = "all sources answer"
REFUSING = f"{TROUBLED} refuses from its third request"
SLOW = f"{TROUBLED} takes a second for every answer"
_PHOTOS = 12


def measure(plan: Plan) -> Section:
    """Crawl the same homes at all sources, with and without trouble at one, round after round."""
    ways: dict[str, Callable[[], float]] = {
        USUAL: partial(_others_done, plan, Options()),
        REFUSING: partial(_others_done, plan, Options(refuse=((TROUBLED, 3),))),
        SLOW: partial(_others_done, plan, Options(slow=((TROUBLED, 1000.0),))),
    }
    found = alternated(ways, plan.rounds)
    rows = tuple((way, (middle(seconds, float),)) for way, seconds in found.items())
    return Section(
        "sources",
        f"All sources at once: {plan.source_homes} homes, one source in trouble",
        (Grid("replica", (Column("other sources done after", "s", 2),), rows),),
        (_check("refusing", found[REFUSING], found[USUAL]), _check("slow", found[SLOW], found[USUAL])),
        ("Without its pictures to work on, a refusing source leaves the others more of the cores, not less.",),
    )


def _check(what: str, troubled: Sequence[float], usual: Sequence[float]) -> Check:
    ratio = (middle(troubled, float) or 0.0) / (middle(usual, float) or 1.0)
    return Check(f"sources: time of the others with one {what}, against none", ratio, at_most=1.1)


def _others_done(plan: Plan, trouble: Options) -> float:
    """Seconds from the run's start to the last ending of the sources that are not in trouble."""
    listed = write_homes(WORK / f"homes-{plan.source_homes}.csv", plan.source_homes)
    store, photos = WORK / "sources", min(_PHOTOS, plan.photos)
    options = Options(
        photos=(photos, photos),
        width=WIDTH,
        kinds=frozenset(),
        cache=WORK / "pictures",
        warm=listed,
        refuse=trouble.refuse,
        slow=trouble.slow,
    )
    run(["rm", "-rf", str(store)], WORK, WORK / "sources.log")
    with running(options) as replica:
        command = scrapy("crawl", "all", "-a", f"addresses={listed}", "-s", f"IMAGES_STORE={store}")
        command += ["-s", f"PHX_REPLICA_URL={replica.url}", "-s", "PHX_DELAY_SCALE=0", "-s", "LOG_LEVEL=WARNING"]
        cost = run(command, REPOSITORY, WORK / "sources.log", {"MARICOPA_ASSESSOR_TOKEN": "of-the-benchmark"})
    if cost.code not in BEYOND_PLANTED_TROUBLE:
        raise RuntimeError(f"the crawl ended with {cost.code}: see {WORK / 'sources.log'}")
    return _seconds(store)


def _seconds(store: Path) -> float:
    query = (
        "SELECT max(finished_at) - (SELECT min(started_at) FROM runs) FROM visits"
        f" WHERE source <> '{TROUBLED}' AND outcome IN ('ok', 'empty', 'not_found')"
    )
    with sqlite3.connect(store / "metadata" / "catalogue.sqlite") as database:
        return float(database.execute(query).fetchone()[0])

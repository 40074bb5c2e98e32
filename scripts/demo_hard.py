"""`make demo-hard`: the example homes from replicas that mistrust their clients, at the default pace and at none.

They answer by TLS and HTTP/2 under the sources' own names, refuse what no browser sends, want cookies and Referer of
their own pages, limit the pace, and show the content of some pages only after a script has run.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.command_line import command_line
from phx_scraper.replica import Options, Replica, running, truth
from phx_scraper.replica.scenarios import SCENARIOS
from phx_scraper.replica.zillow.presented import OUTCOMES
from phx_scraper.sources import SOURCES, source_of_host

HOMES = "data/phx_homes.csv"
STORE = Path("data/demo-hard")
SCRIPTED = 0.25
REFUSED = ("blocked", "error")
TOO_QUICK = "too many requests"
PATIENCE_FOR_HASTE = 5.0
"""Seconds between requests that the second replica wants: on a slow machine a crawl without pauses is slow, too."""
MOST_AFTER_WALL = 12
"""Page requests that a source may still get once it has refused one: what opens its breaker, and what is under way."""


@dataclass(frozen=True, slots=True)
class Crawled:
    """What one crawl left: its exit code, the outcome of every visit, open breakers, and what the replica saw."""

    code: int
    outcomes: dict[tuple[str, str], str]
    left_alone: set[str]
    requests: list[dict[str, Any]]


def main() -> int:
    """Both crawls; 0 where the first lost no home, and the second stopped by itself at every source."""
    shutil.rmtree(STORE, ignore_errors=True)
    print(planted(options()), flush=True)
    polite = crawl(STORE / "polite", options())
    hasty = replace(options(), tolerated_pace=PATIENCE_FOR_HASTE)
    quick = crawl(STORE / "quick", hasty, "PHX_DELAY_SCALE=0", "PHX_BREAKER_MAX_WAIT=0")
    wrong = [*wrongs_of_polite(polite), *wrongs_of_quick(quick)]
    for line in (*summary("default pace", polite), *summary("no pause at all", quick), *wrong):
        print(line)
    print(
        "Failed: see above."
        if wrong
        else "Passed: every home ended as its listings say, and haste was stopped politely."
    )
    return 1 if wrong else 0


def options() -> Options:
    """Ordinary troubles, but none that ends as blocked or error: whatever is refused is refused for our own doing."""
    refusing = {name for name, scenario in SCENARIOS.items() if scenario.outcome in REFUSED}
    refusing |= {name for name, outcome in OUTCOMES.items() if outcome in REFUSED}
    scripted = SCRIPTED if browser_is_here() else 0.0
    return Options(photos=(2, 3), without=frozenset(refusing), tls_port=0, suspicious=True, scripted=scripted)


def browser_is_here() -> bool:
    """Whether pages that need a script can be had."""
    return bool(find_spec("scrapy_playwright") and (shutil.which("chromium") or shutil.which("google-chrome")))


def planted(options: Options) -> str:
    """What the crawls will meet."""
    pages = (
        f"{options.scripted:.0%} of the listing pages need a script to run"
        if options.scripted
        else "no page needs a script to run, since there is no browser here (see `make browser`)"
    )
    return (
        "Planted on purpose: only a coherent browser is answered, endpoints want cookies and Referer, who asks"
        f" mostly within {options.tolerated_pace:g} s of an answer meets a wall, {pages}."
    )


def crawl(store: Path, options: Options, *settings: str) -> Crawled:
    """One crawl of the example homes from a replica of its own."""
    with running(options) as replica:
        command = ["scrapy", "crawl", "all", "-a", f"addresses={HOMES}", "-s", f"PHX_REPLICA_URL={replica.tls_url}"]
        for setting in (f"IMAGES_STORE={store}", *settings):
            command += ["-s", setting]
        print("$", " ".join(command), flush=True)
        token = {"MARICOPA_ASSESSOR_TOKEN": os.environ.get("MARICOPA_ASSESSOR_TOKEN") or "any-but-refused"}
        code = subprocess.run([sys.executable, "-m", *command], env=os.environ | token, check=False).returncode
        return Crawled(code, outcomes(store), left_alone(store), page_requests(replica))


def outcomes(store: Path) -> dict[tuple[str, str], str]:
    """By address and source."""
    query = "SELECT address, source, outcome FROM visits JOIN homes USING (property_hash)"
    return {(address, source): outcome for address, source, outcome in rows(store, query)}


def left_alone(store: Path) -> set[str]:
    """Sources whose circuit breaker is open."""
    return {source for (source,) in rows(store, "SELECT source FROM breakers WHERE opened_at IS NOT NULL")}


def rows(store: Path, query: str) -> list[tuple[Any, ...]]:
    """The rows of a query of the catalogue."""
    with closing(sqlite3.connect(store / "metadata" / "catalogue.sqlite")) as database:
        return database.execute(query).fetchall()


def page_requests(replica: Replica) -> list[dict[str, Any]]:
    """What was asked of the sources' own hosts, photos left out, each with its source's name."""
    found = []
    for request in replica.requests():
        source = source_of_host(request["host"])
        if source is not None and request["kind"] != "photo":
            found.append({**request, "source": source.name})
    return found


def wrongs_of_polite(crawled: Crawled) -> Iterator[str]:
    """Homes that ended otherwise than the replica's truth says, and refusals after a source's first."""
    for (home, source), expected in expected_outcomes().items():
        ended = crawled.outcomes.get((home, source), "missing")
        if ended != expected:
            yield f"  default pace: {home} at {source} ended {ended}, not {expected}"
    for source, requests in by_source(crawled).items():
        reasons = Counter(request["refused_for"] for request in requests if request["refused_for"])
        if reasons.total() > 1:
            named = ", ".join(f"{reason} ({number})" for reason, number in reasons.most_common())
            yield f"  default pace: {source} refused more than once: {named}"


def wrongs_of_quick(crawled: Crawled) -> Iterator[str]:
    """Sources that were not told to slow down, or were asked on, and an exit code that hides it."""
    if crawled.code != 1:
        yield f"  no pause at all: exit code {crawled.code}, not 1"
    for source, requests in by_source(crawled).items():
        after = after_wall(requests)
        if source not in crawled.left_alone:
            yield f"  no pause at all: {source} was not left alone"
        elif after > MOST_AFTER_WALL:
            yield f"  no pause at all: {source} was asked {after} times after it had refused"


def after_wall(requests: list[dict[str, Any]]) -> int:
    """Requests after the first that was too quick."""
    walled = [number for number, request in enumerate(requests) if request["refused_for"] == TOO_QUICK]
    return len(requests) - 1 - walled[0] if walled else 0


def expected_outcomes() -> dict[tuple[str, str], str]:
    """By address and source, from the replica's own truth."""
    homes = truth(HOMES, options())["homes"]
    return {(home, source): facts["outcome"] for home, sources in homes.items() for source, facts in sources.items()}


def by_source(crawled: Crawled) -> dict[str, list[dict[str, Any]]]:
    """Page requests of every source in their order."""
    return {name: [one for one in crawled.requests if one["source"] == name] for name in SOURCES}


def summary(title: str, crawled: Crawled) -> Iterator[str]:
    """One line for each source."""
    yield f"{title}: exit code {crawled.code}"
    for source, requests in by_source(crawled).items():
        ended = Counter(outcome for (_, name), outcome in crawled.outcomes.items() if name == source)
        told = ", ".join(f"{number} {outcome}" for outcome, number in sorted(ended.items()))
        refused = sum(bool(request["refused_for"]) for request in requests)
        yield f"  {source:18} {len(requests):4} page requests, {refused} refused; homes: {told}"


if __name__ == "__main__":
    command_line(__doc__, __file__).parse_args()
    sys.exit(main())

"""A refusing source is blocked while the others continue at full speed; the breaker's state survives restarts."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import sqlite3
import subprocess
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from phx_scraper.replica import Options, running, truth
from phx_scraper.sources import SOURCES
from tests.integration.crawls import (
    ALL_SOURCES,
    EXAMPLE_HOMES,
    PHOTOS,
    REPOSITORY,
    command,
    crawl,
    environment,
    outcomes,
    requests,
    rows,
)
from tests.integration.rewriting_proxy import Crowd, rewriting_proxy
from tests.moments import MOMENT

HOMES = "; ".join(f"{number} W Davis Rd, Glendale, AZ 85306" for number in range(4700, 4712))
HOUR = 3600
SLOWLY = {"PHX_CONCURRENT_HOMES": 1, "PHX_BREAKER_COOLDOWN": HOUR}
STATE = "SELECT page_failures, photo_failures, opened_at IS NOT NULL FROM breakers WHERE source = 'zillow'"


def counted(store: Path) -> dict[str, int]:
    found = outcomes(store).values()
    return {outcome: list(found).count(outcome) for outcome in set(found)}


def test_a_refusing_source_is_blocked_and_its_homes_stay_pending(tmp_path: Path) -> None:
    with running(Options(only=("blocked",))) as replica:
        first = crawl("zillow", tmp_path, replica.url, {"PHX_CONCURRENT_HOMES": 1}, address=HOMES)
        assert counted(tmp_path) == {"blocked": 3, "pending": 9}
        assert first.code == 1, first.output
        assert "zillow is left alone until" in first.output
        assert "after 3 refusals in a row" in first.output
        assert "Traceback" not in first.output
        assert rows(tmp_path, STATE) == [(3, 0, 1)]
        replica.reset()
        again = crawl("zillow", tmp_path, replica.url, address=HOMES)
        assert requests(replica) == 0
        assert again.code == 1
        assert "zillow is left alone until" in again.output


def test_leased_homes_are_released_as_pending(tmp_path: Path) -> None:
    with running(Options(only=("blocked",))) as replica:
        crawl("zillow", tmp_path, replica.url, {"PHX_CONCURRENT_HOMES": 8}, address=HOMES)
    assert set(counted(tmp_path)) == {"blocked", "pending"}
    assert rows(tmp_path, "SELECT count(*) FROM visits WHERE lease_run IS NOT NULL") == [(0,)]


def opened_until(store: Path, when: float) -> None:
    """Move the breaker's opening time into the past, with a cooldown of `HOUR`, in place of waiting."""
    with sqlite3.connect(store / "metadata" / "catalogue.sqlite") as database:
        moved = database.execute("UPDATE breakers SET opened_at = ? WHERE opened_at IS NOT NULL", (when - HOUR,))
        assert moved.rowcount == 1


def opened_breaker(store: Path, homes: str = HOMES) -> None:
    """Three refusals, and an hour to wait."""
    with running(Options(only=("blocked",))) as refusing:
        crawl("zillow", store, refusing.url, SLOWLY, address=homes)
    assert counted(store) == {"blocked": 3, "pending": len(homes.split(";")) - 3}


def test_a_successful_trial_closes_the_breaker_and_the_crawl_continues(tmp_path: Path) -> None:
    opened_breaker(tmp_path)
    until = time.time() + 2
    opened_until(tmp_path, until)
    with running(Options(photos=(1, 1), kinds=frozenset())) as good:
        result = crawl("zillow", tmp_path, good.url, {**SLOWLY, "STATS_DUMP": 1}, address=HOMES)
        assert "is tried again with one home" in result.output
        assert "'phx/breaker/zillow/half_open': 1" in result.output
        assert "'phx/breaker/zillow/closed': 1" in result.output
        # The three refused visits have an hour of cooldown of their own.
        assert counted(tmp_path) == {"ok": 9, "blocked": 3}
        assert rows(tmp_path, STATE) == [(0, 0, 0)]
        ((first,),) = rows(tmp_path, "SELECT min(started_at) FROM visits WHERE outcome = 'ok'")
        assert first >= until, "asked before its time"
        with sqlite3.connect(tmp_path / "metadata" / "catalogue.sqlite") as database:
            database.execute("UPDATE visits SET not_before = ? WHERE outcome = 'blocked'", (time.time(),))
        crawl("zillow", tmp_path, good.url, SLOWLY, address=HOMES)
    assert counted(tmp_path) == {"ok": 12}


def test_a_failed_trial_reopens_the_breaker_and_a_long_cooldown_ends_the_run(tmp_path: Path) -> None:
    opened_breaker(tmp_path)
    opened_until(tmp_path, time.time() + 1)
    with running(Options(only=("blocked",))) as replica:
        result = crawl("zillow", tmp_path, replica.url, {**SLOWLY, "STATS_DUMP": 1}, address=HOMES)
    assert result.code == 1
    assert "'phx/breaker/zillow/half_open': 1" in result.output
    assert counted(tmp_path) == {"blocked": 4, "pending": 8}
    assert "zillow is left alone until" in result.output
    assert rows(tmp_path, STATE) == [(4, 0, 1)]


def test_short_waits_add_up_to_the_longest_total_wait(tmp_path: Path) -> None:
    homes = "; ".join(f"{number} W Davis Rd, Glendale, AZ 85306" for number in range(4700, 4740))
    settings = {"PHX_CONCURRENT_HOMES": 1, "PHX_BREAKER_COOLDOWN": 1, "PHX_BREAKER_MAX_WAIT": 2.5, "STATS_DUMP": 1}
    with running(Options(only=("blocked",))) as replica:
        result = crawl("zillow", tmp_path, replica.url, settings, address=homes)
    # Two on a fast machine; other work within that second needs no waiting.
    trials = int(result.output.partition("'phx/breaker/zillow/half_open': ")[2].partition(",")[0])
    assert trials >= 2
    assert f"'phx/breaker/zillow/opened': {trials + 1}," in result.output
    assert counted(tmp_path) == {"blocked": 3 + trials, "pending": 37 - trials}


def test_the_other_sources_end_as_the_truth_says(tmp_path: Path, options: Options) -> None:
    refusing = replace(options, refuse=(("zillow", 20),))
    with running(refusing) as replica:
        result = crawl("all", tmp_path, replica.url, addresses=EXAMPLE_HOMES)
        asked = replica.stats()
    assert result.code == 1
    expected = truth(EXAMPLE_HOMES, options)["homes"]
    seen = outcomes(tmp_path)
    others = [source for source in ALL_SOURCES if source != "zillow"]
    assert {place: end for place, end in seen.items() if place[1] in others} == {
        (home, source): expected[home][source]["outcome"] for home in expected for source in others
    }
    assert list(seen.values()).count("pending") > 0
    refused = sum(kinds.get("refused", 0) for kinds in asked["hosts"].values())
    # Each of the three leased visits may be refused at each of the four endpoints, once; sixteen photos may be in
    # flight or queued, and until three in a row are refused each may be requested by its next file too.
    assert refused <= 3 * 4 + 16 + 8, "more requests than were in flight"


def test_dead_photo_hosts_open_the_breaker_though_pages_are_served(tmp_path: Path) -> None:
    with running(Options(photos=(6, 6), kinds=frozenset(), refuse=(("zillow", 3),))) as replica:
        crawl("zillow", tmp_path, replica.url, {"PHX_CONCURRENT_HOMES": 1}, address=HOMES)
        assert requests(replica, PHOTOS) < 12
    assert "pending" in outcomes(tmp_path).values()


def test_isolated_refusals_do_not_open_the_breaker(tmp_path: Path, options: Options) -> None:
    with running(options) as replica:
        crawl("zillow", tmp_path, replica.url, {"PHX_BREAKER_FAILURES": 2}, addresses=EXAMPLE_HOMES)
    assert "pending" not in outcomes(tmp_path).values()


def crawl_on_a_terminal(*what: Any) -> str:
    """What a crawl writes to a terminal, without its colours and cursor movements."""
    ours, its = pty.openpty()
    written = b""
    with subprocess.Popen(command(*what), cwd=REPOSITORY, env=environment(), stdout=its, stderr=its) as process:
        os.close(its)
        with contextlib.suppress(OSError):  # Linux ends a terminal that nobody holds any more with an error
            while chunk := os.read(ours, 2**16):
                written += chunk
    os.close(ours)
    assert process.returncode == 1, written.decode()
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", written.decode()).replace("\r", "\n")


def test_the_progress_bar_names_the_blocked_source(tmp_path: Path) -> None:
    homes = "; ".join(HOMES.split("; ")[:5])
    opened_breaker(tmp_path, homes)
    wanted = {"address": homes, "sources": "redfin,zillow"}
    with running(Options(photos=(1, 1), kinds=frozenset(), slow=(("redfin", 100),))) as replica:
        shown = crawl_on_a_terminal("all", tmp_path, replica.url, wanted, SLOWLY)
    lines = [line.rstrip() for line in shown.splitlines()]
    assert sum("/10 visits" in line for line in lines) > 3, shown
    assert any(re.search(rf"zillow +[━─]+ \d/\d  left alone until {MOMENT}$", line) for line in lines), shown


def test_spiders_of_one_process_share_one_budget_per_source(tmp_path: Path) -> None:
    plain = Options(photos=(8, 8), kinds=frozenset(), latency=200)
    homes = "; ".join(HOMES.split("; ")[:4])
    pages = {name: SOURCES[name].page_hosts - SOURCES[name].photo_hosts for name in ("zillow", "redfin")}
    with running(plain) as replica, rewriting_proxy(replica.url) as proxy:
        # On a busy machine the requests are too far apart to show anything.
        proxy.crowds = [Crowd(SOURCES["zillow"].photo_hosts, 3), Crowd(pages["zillow"] | pages["redfin"], 2)]
        result = crawl("all", tmp_path, proxy.url, {"PHX_CONCURRENT_HOMES": 4}, address=homes)
    assert result.code == 0, result.output
    for source in SOURCES.values():
        photos_only = source.photo_hosts - source.page_hosts
        assert proxy.most_at_once(source.page_hosts - source.photo_hosts) <= source.page_concurrency, source.name
        assert proxy.most_at_once(photos_only) <= source.photo_concurrency, source.name
        assert proxy.most_at_once(source.hosts) <= source.page_concurrency + source.photo_concurrency, source.name
        assert proxy.most_at_once(source.hosts) >= 1, f"{source.name} was not asked"
    assert proxy.most_at_once(SOURCES["zillow"].photo_hosts) > 2, "there was no crowd"
    assert proxy.most_at_once(pages["zillow"] | pages["redfin"]) == 2, "they are apart"

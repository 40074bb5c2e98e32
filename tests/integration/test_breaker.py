"""A source that refuses is left alone while the others go on at full pace; what is known of it survives restarts."""

from __future__ import annotations

import time
from pathlib import Path

from phx_scraper.replica import Options, running, truth
from tests.integration.crawls import ALL_SOURCES, EXAMPLE_HOMES, PHOTOS, crawl, outcomes, requests, rows

HOMES = "; ".join(f"{number} W Davis Rd, Glendale, AZ 85306" for number in range(4700, 4712))
STATE = "SELECT page_failures, photo_failures, opened_at IS NOT NULL FROM breakers WHERE source = 'zillow'"


def counted(store: Path) -> dict[str, int]:
    found = outcomes(store).values()
    return {outcome: list(found).count(outcome) for outcome in set(found)}


def test_a_refusing_source_is_left_alone_and_its_homes_stay_pending(tmp_path: Path) -> None:
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


def test_homes_in_hand_are_given_back_as_pending(tmp_path: Path) -> None:
    with running(Options(only=("blocked",))) as replica:
        crawl("zillow", tmp_path, replica.url, {"PHX_CONCURRENT_HOMES": 8}, address=HOMES)
    assert set(counted(tmp_path)) == {"blocked", "pending"}
    assert rows(tmp_path, "SELECT count(*) FROM visits WHERE lease_run IS NOT NULL") == [(0,)]


def test_the_trial_closes_it_and_the_crawl_goes_on(tmp_path: Path) -> None:
    settings = {"PHX_CONCURRENT_HOMES": 1, "PHX_BREAKER_COOLDOWN": 2}
    with running(Options(only=("blocked",))) as refusing:
        crawl("zillow", tmp_path, refusing.url, {**settings, "PHX_BREAKER_MAX_WAIT": 0}, address=HOMES)
    with running(Options(photos=(1, 1), kinds=frozenset())) as good:
        result = crawl("zillow", tmp_path, good.url, {**settings, "STATS_DUMP": 1}, address=HOMES)
    assert "is tried again with one home" in result.output
    assert "'phx/breaker/zillow/half_open': 1" in result.output
    assert "'phx/breaker/zillow/closed': 1" in result.output
    # The three that were refused may still rest when a fast crawl is done with the others.
    ends = counted(tmp_path)
    assert ends["ok"] >= 9
    assert set(ends) <= {"ok", "blocked"}
    assert rows(tmp_path, STATE) == [(0, 0, 0)]


def test_a_failed_trial_leaves_it_alone_again_and_waiting_has_an_end(tmp_path: Path) -> None:
    settings = {"PHX_CONCURRENT_HOMES": 1, "PHX_BREAKER_COOLDOWN": 1, "PHX_BREAKER_MAX_WAIT": 2.5, "STATS_DUMP": 1}
    with running(Options(only=("blocked",))) as replica:
        began = time.monotonic()
        result = crawl("zillow", tmp_path, replica.url, settings, address=HOMES)
    assert time.monotonic() - began < 20
    assert "'phx/breaker/zillow/half_open': 2" in result.output
    assert counted(tmp_path) == {"blocked": 5, "pending": 7}


def test_the_others_go_on_and_end_as_the_truth_says(tmp_path: Path, options: Options) -> None:
    refusing = Options(cache=options.cache, refuse=(("zillow", 20),))
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
    assert refused <= 3 + 8 + 3, "more left than was under way"


def test_dead_photo_hosts_count_though_pages_answer(tmp_path: Path) -> None:
    with running(Options(photos=(6, 6), kinds=frozenset(), refuse=(("zillow", 3),))) as replica:
        crawl("zillow", tmp_path, replica.url, {"PHX_CONCURRENT_HOMES": 1}, address=HOMES)
        assert requests(replica, PHOTOS) < 12
    assert "pending" in outcomes(tmp_path).values()


def test_isolated_refusals_change_nothing(tmp_path: Path, options: Options) -> None:
    with running(options) as replica:
        crawl("zillow", tmp_path, replica.url, {"PHX_BREAKER_FAILURES": 2}, addresses=EXAMPLE_HOMES)
    assert "pending" not in outcomes(tmp_path).values()

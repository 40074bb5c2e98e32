"""The Zillow spider replayed from cassettes, one for each way a home is found or not.

`pytest tests/spiders --record=replica` records them anew from the replica, `--record=live` from the live site (then
only what holds for any home is asserted, because the live site plants nothing).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from phx_scraper.homes import same_home
from phx_scraper.replica import Options, truth
from tests.spiders.replay import Played, play

HOME = "15230 N 37th Way, Phoenix, AZ 85032"
CASES = [
    "plain",
    "wrong_first",
    "neighbours",
    "search_direct",
    "search_redirect",
    "search_hits",
    "sold",
    "rental",
    "off_market",
    "no_photos",
    "no_listing",
    "only_near_misses",
    "wrong_page",
    "blocked",
    "blocked_old",
    "blocked_200",
    "rate_limited",
]


def shown(case: str) -> Options:
    """What the replica plants at the home: a short gallery keeps the cassettes small."""
    only = () if case == "plain" else (case,)
    return Options(photos=(4, 4), only=only, kinds=frozenset() if case == "plain" else None)


@pytest.mark.parametrize("case", CASES)
def test_the_spider_ends_as_the_truth_says(case: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    mode = request.config.getoption("--record")
    played = play("zillow", f"zillow_{case}", HOME, tmp_path, mode, shown(case))
    if mode == "live":
        assert_sound(played)
        return
    expected = truth([HOME], shown(case))["homes"][HOME]["zillow"]
    assert f"{HOME} | zillow | {expected['outcome']}" in played.output
    listed = [photo["key"] for item in played.items for photo in item["photos"]]
    assert listed == [photo["key"] for photo in expected["photos"]]
    assert_sound(played)


def assert_sound(played: Played) -> None:
    """What holds for every accepted listing, wherever it comes from."""
    for item in played.items:
        if item["address"] is None:  # a visit that ended without a listing
            assert item["photos"] == []
            continue
        assert same_home(item["address"], item["asked_address"])
        assert {piece["kind"] for piece in item["evidence"]} >= {"address"}
        keys = [photo["key"] for photo in item["photos"]]
        assert len(keys) == len(set(keys))
        assert [photo["position"] for photo in item["photos"]] == list(range(1, len(keys) + 1))

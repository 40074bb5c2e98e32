"""The Zillow spider replayed from cassettes, one for each way a home is found or not."""

from __future__ import annotations

from pathlib import Path

import pytest

from phx_scraper.replica.zillow.presented import zpid_of
from phx_scraper.replica.zillow.urls import detail_url
from tests.spiders.cases import HOME, Case, Planted, blocked, empty, error, found, not_found
from tests.spiders.checks import check

PROVED = "address zpid"
ON_NONE = '{"results":[]}'
AGAIN = "search graph autocomplete"
SPELLINGS = 4


def plain(name: str, steps: str = "autocomplete page") -> Case:
    """A case whose name is the replica's scenario; the listing is found, with photos."""
    return found(name, steps, PROVED, scenarios=(name,))


def bare(name: str) -> Case:
    return empty(name, "autocomplete page", PROVED, scenarios=(name,))


def wall(name: str, reason: str = "captcha", waits: int = 0) -> Case:
    return blocked(name, reason, "autocomplete page", scenarios=(name,), waits=waits)


CASES = [
    found("plain", "autocomplete page", PROVED),
    plain("sold"),
    plain("rental"),
    plain("pending"),
    plain("coming_soon"),
    plain("overclaim"),
    plain("repeated_entry"),
    bare("off_market"),
    bare("no_photos"),
    bare("street_view_only"),
    plain("wrong_first"),
    plain("neighbours"),
    plain("search_direct", "autocomplete*4 search page"),
    plain("search_redirect", "autocomplete*4 search page"),
    plain("search_hits", "autocomplete*4 search page"),
    found("autocomplete_refused", "autocomplete search page", PROVED, scenarios=("zillow_autocomplete_refused",)),
    found("autocomplete_empty", "autocomplete search page", PROVED, scenarios=("zillow_autocomplete_empty",)),
    found(
        # The graph names the home in a spelling of its own, which the autocomplete understands.
        "own_spelling",
        "autocomplete*4 search*3 graph autocomplete page",
        PROVED,
        planted=(Planted("/autocomplete/", body=ON_NONE, times=SPELLINGS), Planted("_rb/", 500)),
    ),
    found("known_page", "page", PROVED, link=detail_url(HOME, zpid_of(HOME))),
    plain("rate_limited", "autocomplete page*2"),
    plain("unavailable", "autocomplete page*2"),
    plain("error_page", "autocomplete page*2"),
    not_found("no_listing", "autocomplete*4 search graph", scenarios=("no_listing",)),
    not_found(
        "only_near_misses",
        "autocomplete*4 search graph",
        scenarios=("only_near_misses",),
    ),
    error("wrong_page", "wrong_home:address", f"autocomplete page {AGAIN}", scenarios=("wrong_page",)),
    error(
        "unknown_shape",
        "not_understood:gdpClientCache",
        f"autocomplete page {AGAIN}",
        scenarios=("unknown_shape",),
    ),
    error("page_broken", "http_500", f"autocomplete page*3 {AGAIN}", planted=(Planted("/homedetails/", 500),)),
    error("everything_broken", "http_500", "autocomplete*3 search*3 graph*3", planted=(Planted("https://", 500),)),
    wall("blocked"),
    wall("blocked_old"),
    wall("blocked_200"),
    wall("blocked_bare"),
    wall("blocked_touch"),
    wall("blocked_wait", "rate_limited", waits=7200),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_zillow_visit_ends_as_recorded(case: Case, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    check("zillow", case, tmp_path, request.config.getoption("--record"))

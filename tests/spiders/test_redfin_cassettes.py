"""The Redfin spider replayed from cassettes: each way to the home, each way that it is not found, each refusal."""

from __future__ import annotations

from pathlib import Path

import pytest

from phx_scraper.replica.property import property_at
from phx_scraper.replica.redfin.presented import property_id_of
from phx_scraper.replica.redfin.urls import SITE, home_path
from tests.spiders.cases import FURTHER_HOME, HOME, Case, Planted, blocked, empty, error, found, left_alone, not_found
from tests.spiders.checks import check

PAGE = SITE + home_path(property_at(HOME, (0, 0)), property_id_of(HOME))
PROVED = "address property_id"
ON_NONE = '{}&&{"resultCode":0,"payload":{"sections":[]}}'
OTHER_SHAPE = '{}&&{"resultCode":0,"payload":{"rows":[]}}'
NO_LOOKUP = Planted("/stingray/do/", 500)
NO_ZIP_PAGE = Planted("/zipcode/", 500)
LOST_LOOKUPS = "autocomplete*3 query*3 rental*3"
EVERY_WAY = "autocomplete*4 query rental*2 zip region gis"
AFTER_THE_PAGE = "query rental zip region gis"


def wall(name: str, reason: str, scenario: str, steps: str = "autocomplete page ids") -> Case:
    """The home's page and its API are refused; further look-ups would only lead to them again."""
    return blocked(name, reason, steps, scenarios=(scenario,))


CASES = [
    found("plain", "autocomplete page", PROVED),
    found("sold", "autocomplete page", PROVED, scenarios=("redfin_sold",)),
    found("contract", "autocomplete page", PROVED, scenarios=("redfin_contract",)),
    empty("off_market", "autocomplete page", PROVED, scenarios=("redfin_off_market",)),
    empty("no_photos", "autocomplete page", PROVED, photos=0),
    found(
        "page_variations",
        "autocomplete page",
        PROVED,
        scenarios=(
            "redfin_foreign_photo",
            "redfin_older",
            "redfin_second_mls",
            "redfin_versions",
            "redfin_few_tags",
        ),
    ),
    # The home is found by another row, another spelling, another look-up.
    found("wrong_first", "autocomplete page", PROVED, scenarios=("redfin_wrong_first",)),
    found("neighbours", "autocomplete page", PROVED, scenarios=("redfin_neighbours",)),
    found("moved", "autocomplete page*2", PROVED, scenarios=("redfin_moved",)),
    found("literal", "autocomplete*2 page", PROVED, scenarios=("autocomplete_literal",)),
    found("short", "autocomplete*4 page", PROVED, scenarios=("autocomplete_short",)),
    found("rental_only", "autocomplete*4 query rental page", PROVED, scenarios=("rental_only",)),
    found("known_page", "page", PROVED, link=PAGE),
    found(
        "autocomplete_strange", "autocomplete query page", PROVED, planted=(Planted("/location-", body=OTHER_SHAPE),)
    ),
    found("autocomplete_broken", "autocomplete*3 query page", PROVED, planted=(Planted("/do/location-", 500),)),
    found(
        "old_lookup_broken",
        "autocomplete*3 query*3 rental page",
        PROVED,
        planted=(Planted("/do/location-", 500), Planted("/do/query-location", 500)),
    ),
    Case(
        "mls_number",
        "empty",
        "for_sale",
        "autocomplete*4 query*3 mls page",
        f"{PROVED} mls@zillow apn@zillow coordinates@zillow",
        planted=(Planted("autocomplete?location=", body=ON_NONE), Planted("query-location?location=4318", 500)),
        photos=0,
        listed_by="zillow",
    ),
    found("zip_page", f"{LOST_LOOKUPS} zip page", PROVED, planted=(NO_LOOKUP,)),
    found("zip_page_and_gis", f"{LOST_LOOKUPS} zip gis page", PROVED, planted=(NO_LOOKUP,), home=FURTHER_HOME),
    found("region_and_gis", f"{LOST_LOOKUPS} zip*3 region gis page", PROVED, planted=(NO_LOOKUP, NO_ZIP_PAGE)),
    # A refused endpoint is not asked again: pages come first then.
    found("autocomplete_refused", "autocomplete zip page", PROVED, scenarios=("autocomplete_refused",)),
    found(
        "scripts_refused", "autocomplete zip gis zip page", PROVED, scenarios=("lookups_refused",), home=FURTHER_HOME
    ),
    # The home is found, its page is not read: its API answers.
    found("api_only", "autocomplete page ids above", PROVED, scenarios=("redfin_api_only",)),
    found("page_broken", "autocomplete page*3 ids above", PROVED, planted=(Planted("/AZ/Glendale/", 500),)),
    found("slow_down", "autocomplete page*2", PROVED, scenarios=("redfin_slow_down",)),
    found("unavailable", "autocomplete page*2", PROVED, scenarios=("redfin_unavailable",)),
    # No such home.
    not_found("unlisted", EVERY_WAY, scenarios=("redfin_unlisted",)),
    not_found("near_misses", EVERY_WAY, scenarios=("redfin_near_misses",)),
    not_found(
        "gone",
        f"autocomplete page {AFTER_THE_PAGE}",
        scenarios=("redfin_gone",),
    ),
    not_found(
        "known_page_gone",
        f"page autocomplete {AFTER_THE_PAGE}",
        scenarios=("redfin_gone",),
        link=PAGE,
    ),
    # Not understood, or lost.
    error(
        "rental",
        "not_understood:initialInfo",
        f"autocomplete page ids {AFTER_THE_PAGE}",
        scenarios=("redfin_rental",),
    ),
    error(
        "wrong_page",
        "wrong_home:address",
        f"autocomplete page {AFTER_THE_PAGE}",
        scenarios=("redfin_wrong_page",),
    ),
    error(
        "strange",
        "not_understood:initialInfo",
        f"autocomplete page ids {AFTER_THE_PAGE}",
        scenarios=("redfin_strange",),
    ),
    error(
        "gis_strange",
        "not_understood:gis",
        f"{LOST_LOOKUPS} zip*3 region gis",
        planted=(NO_LOOKUP, NO_ZIP_PAGE, Planted("/api/gis", body=OTHER_SHAPE)),
    ),
    error(
        "unlisted_and_broken",
        "http_500",
        f"{LOST_LOOKUPS} zip region gis",
        scenarios=("redfin_unlisted",),
        planted=(NO_LOOKUP,),
    ),
    error(
        "everything_broken",
        "http_500",
        f"{LOST_LOOKUPS} zip*3 region*3",
        planted=(Planted("https://", 500),),
    ),
    # Refused.
    wall("wall_ratelimited", "rate_limited", "redfin_ratelimited"),
    wall("wall_robot", "rate_limited", "redfin_robot", "autocomplete page*3 ids*3"),
    wall("wall_forbidden", "forbidden", "redfin_forbidden"),
    wall("wall_challenge", "captcha", "redfin_challenge"),
    wall("wall_challenge_bare", "captcha", "redfin_challenge_bare"),
    wall("wall_human", "captcha", "redfin_human"),
    wall("wall_stub", "throttled", "redfin_stub"),
    wall("wall_accepted", "empty", "redfin_accepted"),
    blocked(
        "everything_refused",
        "forbidden",
        "autocomplete zip region query rental",
        planted=(Planted("https://", 403),),
    ),
    # Told to wait for two hours, the crawl leaves the source alone: the visit stays due.
    left_alone("wait", "autocomplete page", scenarios=("redfin_wait",)),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_redfin_visit_ends_as_recorded(case: Case, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    check("redfin", case, tmp_path, request.config.getoption("--record"))

"""The Phoenix MLS spider replayed from cassettes: each way to a listing, each way that there is none, each refusal."""

from __future__ import annotations

from pathlib import Path

import pytest

from phx_scraper.replica.phoenix_mls.urls import detail_url, mls_address
from phx_scraper.replica.property import property_at
from tests.spiders.cases import HOME, Case, Planted, blocked, empty, error, found, not_found
from tests.spiders.checks import check
from tests.spiders.recording import CALLBACK

LISTED = property_at(HOME, (0, 0))
PAGE = detail_url(mls_address(LISTED), LISTED.mls)
PROVED = "address mls"


def hits(*addresses: str) -> str:
    """A page of results, as far as it is read."""
    named = (f"{text} - MLS# {6_500_100 + number}" for number, text in enumerate(addresses))
    shown = "".join(f'<div class="flexmls_connect__sr_result" title="{title}"></div>' for title in named)
    count = f'<span class="flexmls_connect__sr_matches_count">{len(addresses)}</span>'
    return f"<html><head><title>Homes in 85308</title></head><body>{count}{shown}</body></html>"


# The scenarios apply to every home of the zip, so that its search would be empty as it is while the site has no data.
ZIP_HAS_HOMES = Planted("/?PostalCode=", body=hits("1 N Other St, Glendale, AZ 85308"))
TOWER = tuple(f"4318 W Other Rd Unit {number}, Glendale, AZ 85308" for number in range(101, 126))
CHALLENGE = "<html><head><title>Just a moment...</title></head><body></body></html>"
NO_OMNI, NO_SEARCH = Planted("/omni", 500), Planted("/mls/search/", 500)

CASES = [
    found("plain", "omni page", PROVED),
    found("closed", "omni page", PROVED, scenarios=("phoenix_closed",)),
    found("pending", "omni page", PROVED, scenarios=("phoenix_pending",)),
    empty("no_photos", "omni page", PROVED, scenarios=("phoenix_no_photos",)),
    found("older", "omni page", PROVED, scenarios=("phoenix_older",)),
    found(
        "page_variations",
        "omni page",
        PROVED,
        scenarios=("phoenix_overclaim", "phoenix_challenge_script", "phoenix_no_original"),
    ),
    # The listing is found by another suggestion, another spelling, another way.
    found("wrong_first", "omni page", PROVED, scenarios=("phoenix_wrong_first",)),
    found("neighbours", "omni page", PROVED, scenarios=("phoenix_neighbours",)),
    found("literal", "omni*2 page", PROVED, scenarios=("omni_literal",)),
    found("omni_refused", "omni number page", PROVED, scenarios=("omni_refused",)),
    found("omni_broken", "omni*3 number page", PROVED, planted=(NO_OMNI,)),
    found(
        "omni_strange",
        "omni number page",
        PROVED,
        planted=(Planted("/omni", body=f'{CALLBACK}({{"D":{{"Success":true}}}});'),),
    ),
    found("callback", "omni number page", PROVED, scenarios=("phoenix_callback",)),
    Case(
        "mls_number",
        "empty",
        "for_sale",
        "omni*3 number*3 mls page",
        f"{PROVED} mls@zillow apn@zillow coordinates@zillow",
        planted=(NO_OMNI, Planted("/?StreetNumber=", 500)),
        photos=0,
        listed_by="zillow",
    ),
    found("known_page", "omni*3 number*3 page", PROVED, planted=(NO_OMNI, NO_SEARCH), link=PAGE),
    found("slow_down", "omni page*2", PROVED, scenarios=("phoenix_slow_down",)),
    found("unavailable", "omni page*2", PROVED, scenarios=("phoenix_unavailable",)),
    # No such listing.
    not_found(
        "gone",
        "omni page number zip",
        scenarios=("phoenix_gone",),
        planted=(ZIP_HAS_HOMES,),
    ),
    not_found(
        "unlisted",
        "omni*4 number zip",
        scenarios=("phoenix_unlisted",),
        planted=(ZIP_HAS_HOMES,),
    ),
    not_found(
        "near_misses",
        "omni*4 number zip",
        scenarios=("phoenix_near_misses",),
        planted=(ZIP_HAS_HOMES,),
    ),
    # Not understood, or lost. While the plugin has no data it says "no longer available" of every listing.
    error("down", "not_understood:gone", "omni page number zip", scenarios=("phoenix_down",)),
    error("wrong_page", "wrong_home:address", "omni page number", scenarios=("phoenix_wrong_page",)),
    error("strange", "not_understood:photos", "omni page number", scenarios=("phoenix_strange",)),
    error(
        "full_page",
        "not_understood:address_search",
        "omni*3 number",
        planted=(NO_OMNI, Planted("/?StreetNumber=", body=hits(*TOWER))),
    ),
    error("page_broken", "http_500", "omni page*3 number", planted=(Planted("-mls_", 500),)),
    error("everything_broken", "http_500", "omni*3 number*3", planted=(Planted("https://", 500),)),
    # Refused.
    blocked("wall_firewall", "forbidden", "omni page", scenarios=("phoenix_firewall",)),
    blocked(
        "wall_challenge",
        "captcha",
        "omni page",
        planted=(Planted("//phoenixmlssearch.com/", 403, CHALLENGE, {"cf-mitigated": "challenge"}),),
    ),
    blocked(
        "wall_login",
        "login",
        "omni page",
        planted=(Planted("-mls_", 302, headers={"Location": "https://phoenixmlssearch.com/wp-login.php"}),),
    ),
    blocked("everything_refused", "forbidden", "omni number", planted=(Planted("https://", 403),)),
    blocked("wait", "rate_limited", "omni page", scenarios=("phoenix_wait",), waits=7200),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_phoenix_mls_visit_ends_as_recorded(case: Case, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    check("phoenix_mls", case, tmp_path, request.config.getoption("--record"))

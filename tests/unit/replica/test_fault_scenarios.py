"""Fault scenarios of live sites: the responses of each, and the truth about it."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from PIL import Image

from phx_scraper.homes import parse_address
from phx_scraper.pages.refusals import find_refusal
from phx_scraper.replica import Options, Replica, running, truth
from phx_scraper.replica.cross_source import as_stated, pin_error
from phx_scraper.replica.maricopa_assessor.presented import present as parcel_of
from phx_scraper.replica.maricopa_assessor.presented import second_parcel
from phx_scraper.replica.property import property_at
from phx_scraper.replica.redfin.presented import property_id_of
from phx_scraper.replica.scenarios import SCENARIOS
from phx_scraper.replica.street_types import spelled_out
from phx_scraper.replica.zillow.listing import listing
from phx_scraper.replica.zillow.photos import best_variant, photo_url
from phx_scraper.replica.zillow.presented import present as present_at_zillow
from phx_scraper.replica.zillow.presented import zpid_of
from tests.unit.replica.client import Answer, get, path_of
from tests.unit.replica.conftest import make_addresses
from tests.unit.replica.test_lookup_endpoints import (
    HOMES,
    MAPS,
    PHOENIX,
    REDFIN,
    ZILLOW,
    options_that_know,
    payload,
    post,
)

HOME = HOMES[1]  # a street with a type
TOKEN = {"AUTHORIZATION": "token"}
API = "/mcassessor.maricopa.gov"


def photo_of(scenario: str, options: Options, usable: bool) -> tuple[str, str]:
    """Paths of the best file and of a smaller one, of the photo with this fault."""
    presented = present_at_zillow(HOME, options)
    (photo,) = [one for one in presented.photos if one.picture.fault == scenario]
    assert photo.picture.usable is usable
    best = photo_url(photo.key, best_variant(options.width)[0])
    return path_of(best), path_of(photo_url(photo.key, "o_a"))


@pytest.mark.parametrize(
    ("scenario", "status", "smaller"), [("photo_denied", 403, 200), ("photo_denied_all", 403, 403)]
)
def test_a_missing_file_is_403_in_xml(scenario: str, status: int, smaller: int) -> None:
    options = Options(photos=(3, 3), only=(scenario,))
    with running(options) as replica:
        best, other = photo_of(scenario, options, usable=smaller == 200)
        answer = get(replica, best)
        assert answer.status == status
        assert b"<Code>AccessDenied</Code>" in answer.body
        assert answer.headers["content-type"].startswith("application/xml")
        assert get(replica, other).status == smaller


@pytest.mark.parametrize("scenario", ["photo_huge_best", "photo_cut_best"])
def test_only_the_largest_file_is_broken(scenario: str) -> None:
    options = Options(photos=(3, 3), only=(scenario,))
    with running(options) as replica:
        best, other = (get(replica, path).body for path in photo_of(scenario, options, usable=True))
    Image.open(BytesIO(other)).load()
    with pytest.raises((OSError, Image.DecompressionBombError)):
        Image.open(BytesIO(best)).load()


def test_a_web_page_once_in_place_of_a_photo() -> None:
    options = Options(photos=(3, 3), only=("photo_page_once",))
    with running(options) as replica:
        best, _ = photo_of("photo_page_once", options, usable=True)
        first, second = get(replica, best), get(replica, best)
    assert (first.status, first.headers["content-type"][:9]) == (200, "text/html")
    assert (second.status, second.headers["content-type"]) == (200, "image/jpeg")


def lookup(replica: Replica, name: str, text: str) -> list[int]:
    answer = payload(get(replica, f"{REDFIN}/stingray/do/{name}?location={quote(text)}&v=2"))
    rows = [row for section in answer["sections"] for row in section["rows"]] + [answer.get("exactMatch")]
    return [int(row["id"][2:]) for row in rows if row and row["type"] == "1"]


def test_lookups_that_match_one_spelling_only() -> None:
    address = parse_address(HOME)
    spelled = HOME.replace(f" {address.type},", " Drive,")
    assert spelled_out(spelled, address)
    asked = {"plain": HOME, "spelled": spelled, "short": f"{address.street} {address.zip}"}
    knows = {"autocomplete_literal": {"spelled"}, "autocomplete_short": {"short"}, "rental_only": set[str]()}
    for scenario, understood in knows.items():
        with running(Options(photos=(2, 2), only=(scenario,))) as replica:
            for name in ("location-autocomplete", "query-location"):
                found = {how for how, text in asked.items() if property_id_of(HOME) in lookup(replica, name, text)}
                assert found == understood, (scenario, name)
            by_rental = property_id_of(HOME) in lookup(replica, "rental-location-autocomplete", HOME)
            assert by_rental == (scenario == "rental_only")


def options_with(folder: Path, *scenarios: str) -> Options:
    return options_that_know(folder, only=scenarios)


SWITCHES: dict[str, dict[str, int]] = {
    "autocomplete_refused": {
        f"{REDFIN}/stingray/do/location-autocomplete?location={quote(HOME)}": 403,
        f"{REDFIN}/stingray/do/query-location?location={quote(HOME)}": 200,
    },
    "lookups_refused": {
        f"{REDFIN}/stingray/do/query-location?location={quote(HOME)}": 403,
        f"{REDFIN}/stingray/api/region?region_id={parse_address(HOME).zip}&region_type=2": 403,
        f"{REDFIN}/zipcode/{parse_address(HOME).zip}": 200,
    },
    "zillow_autocomplete_refused": {
        f"/www.zillowstatic.com/autocomplete/v3/suggestions?q={quote(HOME)}": 403,
        f"{ZILLOW}/homes/{parse_address(HOME).zip}_rb/": 200,
    },
    "zillow_searches_refused": {
        f"/www.zillowstatic.com/autocomplete/v3/suggestions?q={quote(HOME)}": 200,
        f"{ZILLOW}/homes/{parse_address(HOME).zip}_rb/": 403,
        f"{ZILLOW}/homedetails/{zpid_of(HOME)}_zpid/": 200,
    },
    "omni_refused": {
        f"/apps.flexmls.com/quick_launch/omni?_q={quote(HOME)}": 403,
        f"{PHOENIX}/mls/search/?PostalCode={parse_address(HOME).zip}": 200,
    },
}


@pytest.mark.parametrize("scenario", SWITCHES)
def test_a_switch_disables_one_endpoint_and_no_other(scenario: str, tmp_path: Path) -> None:
    options = options_with(tmp_path, scenario)
    with running(options) as replica:
        assert {path: get(replica, path).status for path in SWITCHES[scenario]} == SWITCHES[scenario]
    told = truth([HOME], options)["homes"][HOME]
    assert {source["outcome"] for source in told.values()} == {"ok"}


def test_an_empty_autocomplete_is_200_without_a_body() -> None:
    with running(Options(only=("zillow_autocomplete_empty",))) as replica:
        answer = get(replica, f"/www.zillowstatic.com/autocomplete/v3/suggestions?q={quote(HOME)}")
    assert (answer.status, answer.body) == (200, b"")


def home_page(replica: Replica) -> Answer:
    return get(replica, f"{REDFIN}/home/{property_id_of(HOME)}")


BLOCK_PAGES: dict[str, tuple[Callable[[Replica], Answer], str, str, int]] = {
    "redfin_challenge": (home_page, "redfin", "https://www.redfin.com/AZ/x/y/home/1", 202),
    "redfin_challenge_bare": (home_page, "redfin", "https://www.redfin.com/AZ/x/y/home/1", 202),
    "redfin_human": (home_page, "redfin", "https://www.redfin.com/AZ/x/y/home/1", 405),
    "redfin_stub": (home_page, "redfin", "https://www.redfin.com/AZ/x/y/home/1", 200),
    "redfin_wait": (home_page, "redfin", "https://www.redfin.com/AZ/x/y/home/1", 429),
    "blocked_bare": (
        lambda replica: get(replica, f"{ZILLOW}/homedetails/{zpid_of(HOME)}_zpid/"),
        "zillow",
        "https://www.zillow.com/homedetails/1_zpid/",
        200,
    ),
    "blocked_touch": (
        lambda replica: get(replica, f"{ZILLOW}/homedetails/{zpid_of(HOME)}_zpid/"),
        "zillow",
        "https://www.zillow.com/homedetails/1_zpid/",
        403,
    ),
    "blocked_wait": (
        lambda replica: get(replica, f"{ZILLOW}/homedetails/{zpid_of(HOME)}_zpid/"),
        "zillow",
        "https://www.zillow.com/homedetails/1_zpid/",
        429,
    ),
}


@pytest.mark.parametrize("scenario", BLOCK_PAGES)
def test_block_pages_of_every_status_are_refusals(scenario: str, tmp_path: Path) -> None:
    ask, source, url, status = BLOCK_PAGES[scenario]
    with running(options_with(tmp_path, scenario)) as replica:
        answer = ask(replica)
    assert answer.status == status
    refusal = find_refusal(source, url, answer.status, answer.headers, answer.body)
    assert refusal is not None
    assert refusal.retry_after == (7200 if scenario.endswith("_wait") else None)


@pytest.mark.parametrize("scenario", ["redfin_waf_script", "captcha_modal", "phoenix_challenge_script"])
def test_signs_of_bot_protection_are_on_good_pages(scenario: str, tmp_path: Path) -> None:
    home = property_at(HOME, (0, 0))
    pages = {
        "redfin_waf_script": ("redfin", f"/www.redfin.com/AZ/a/b/home/{property_id_of(HOME)}", b"awswaf"),
        "captcha_modal": ("zillow", f"{ZILLOW}/homedetails/{zpid_of(HOME)}_zpid/", b"px-captcha-modal"),
        "phoenix_challenge_script": ("phoenix_mls", f"{PHOENIX}/mls/x-mls_{home.mls}", b"challenge-platform"),
    }
    source, path, sign = pages[scenario]
    with running(options_with(tmp_path, scenario)) as replica:
        answer = get(replica, path)
    assert answer.status == 200
    assert sign in answer.body
    assert find_refusal(source, "https:/" + path, answer.status, answer.headers, answer.body) is None


def test_the_listing_service_can_be_down_with_status_200(tmp_path: Path) -> None:
    options = options_with(tmp_path, "phoenix_down")
    with running(options) as replica:
        page = get(replica, f"{PHOENIX}/mls/x-mls_{property_at(HOME, (0, 0)).mls}")
        results = get(replica, f"{PHOENIX}/mls/search/?PostalCode={parse_address(HOME).zip}")
    assert (page.status, b"This listing is no longer available." in page.body) == (200, True)
    assert (results.status, b"<title>Property Search" in results.body) == (200, True)
    assert truth([HOME], options)["homes"][HOME]["phoenix_mls"]["outcome"] == "error"


def parcel_path(part: str, apn: str = "") -> str:
    return f"{API}/parcel/{apn or parcel_of(HOME, Options()).apn}/{part}/"


def test_missing_endpoints_of_the_county(tmp_path: Path) -> None:
    with running(options_with(tmp_path, "assessor_search_gone")) as replica:
        answer = get(replica, f"{API}/search/property/?q=1", **TOKEN)
        assert (answer.status, answer.body[:1]) == (404, b"<")
    with running(options_with(tmp_path, "assessor_sketches_gone")) as replica:
        statuses = set()
        for home in HOMES:
            apn = parcel_of(home, Options()).apn
            statuses.add(get(replica, parcel_path("sketches", apn), **TOKEN).status)
            assert get(replica, parcel_path("residential-details", apn), **TOKEN).status == 200
    assert statuses == {400, 404}


def test_empty_parcel_details(tmp_path: Path) -> None:
    with running(options_with(tmp_path, "assessor_details_null")) as replica:
        apns = [parcel_of(home, Options()).apn for home in HOMES]
        bodies = {get(replica, parcel_path("residential-details", apn), **TOKEN).body for apn in apns}
    assert bodies == {b"{}", b"null"}


def test_the_map_services_can_be_unavailable(tmp_path: Path) -> None:
    with running(options_with(tmp_path, "assessor_map_down")) as replica:
        statuses = set()
        for number in range(40):
            query = urlencode({"where": f"APN='{number}'"})
            try:
                statuses.add(get(replica, f"{MAPS}/Parcels/MapServer/0/query?{query}", timeout=0.2).status)
            except TimeoutError:
                statuses.add(0)
    assert statuses == {0, 403, 500}


def test_two_parcels_of_one_address(tmp_path: Path) -> None:
    options = options_with(tmp_path, "assessor_two_parcels")
    own = parcel_of(HOME, options)
    other = second_parcel(own)
    with running(options) as replica:
        answer = get(replica, f"{API}/search/property/?q={quote(HOME.split(',')[0])}", **TOKEN)
        rows = [row for row in json.loads(answer.body)["Results"] if row["APN"] in (own.apn, other.apn)]
        assert [row["PropertyType"] for row in rows] == ["COMMERCIAL", "RESIDENTIAL"]
        assert len({(row["SitusAddress"], row["SitusCity"], row["SitusZip"]) for row in rows}) == 1
        theirs = json.loads(get(replica, parcel_path("sketches", other.apn), **TOKEN).body)
    assert {page["APN"] for page in theirs["Pages"]} == {other.apn}
    keys = [photo["key"] for photo in truth([HOME], options)["homes"][HOME]["maricopa_assessor"]["photos"]]
    assert {key.split("/")[0] for key in keys} == {own.apn}


@pytest.mark.parametrize(("scenario", "metres"), [("pin_far", 440), ("pin_very_far", 5000)])
def test_coordinates_can_be_wrong_while_all_else_agrees(scenario: str, metres: int) -> None:
    options = Options(only=(scenario,))
    for address in make_addresses(6):
        home = property_at(address, (2, 2))
        pins = {source: pin_error(source, home, options) for source in ("redfin", "phoenix_mls")}
        assert sorted(pins.values())[0] == 0
        assert abs(max(pins.values()) * 111_000 - metres) < 30
        source = max(pins, key=lambda name: pins[name])
        seen = as_stated(source, home, "", pins[source])
        assert (seen.text, seen.mls, seen.apn) == (home.text, home.mls, home.apn)
        assert {told["outcome"] for told in truth([address], options)["homes"][address].values()} == {"ok"}


def test_a_repeated_entry_is_counted_twice_and_is_one_photo() -> None:
    options = Options(photos=(4, 4), only=("repeated_entry",))
    presented = present_at_zillow(HOME, options)
    told = listing(presented, options)
    urls = [entry["url"] for entry in told["responsivePhotos"]]
    assert (told["photoCount"], len(urls), len(set(urls))) == (5, 5, 4)
    assert len(truth([HOME], options)["homes"][HOME]["zillow"]["photos"]) == 4


def test_a_street_view_image_alone_is_a_home_without_photos() -> None:
    options = Options(only=("street_view_only",))
    told = listing(present_at_zillow(HOME, options), options)
    assert told["photoCount"] == 1
    assert "/maps/api/streetview?" in told["originalPhotos"][0]["mixedSources"]["jpeg"][0]["url"]
    assert truth([HOME], options)["homes"][HOME]["zillow"] == {"outcome": "empty", "photos": []}


def test_a_source_can_send_empty_pages_after_some_requests() -> None:
    with running(Options(kinds=frozenset(), photos=(1, 1), stub=(("redfin", 3),))) as replica:
        answers = [get(replica, f"{REDFIN}/zipcode/85306") for _ in range(4)]
        assert [len(answer.body) > 10_000 for answer in answers] == [True, True, False, False]
        assert {answer.status for answer in answers} == {200}
        assert replica.stats()["hosts"]["www.redfin.com"]["refused"] == 2


def test_post_is_counted_like_get(tmp_path: Path) -> None:
    with running(options_with(tmp_path, "autocomplete_refused")) as replica:
        body: dict[str, Any] = {"operationName": "GetAutocompleteResults", "query": "q", "variables": {"query": HOME}}
        assert post(replica, f"{ZILLOW}/zg-graph", body).status == 200
        assert replica.stats()["hosts"]["www.zillow.com"] == {"suggestions": 1}


def test_scenarios_without_a_share_apply_only_where_named() -> None:
    alone = {name for name, scenario in SCENARIOS.items() if scenario.share == 0}
    assert {"autocomplete_refused", "phoenix_down", "assessor_search_gone", "redfin_wait"} <= alone
    told = truth(make_addresses(40), Options(kinds=frozenset(alone)))["homes"]
    assert {source["outcome"] for home in told.values() for source in home.values()} == {"ok"}

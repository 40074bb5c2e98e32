"""The Assessor's path: required and optional steps, and the choice among several parcels."""

from __future__ import annotations

import json
from urllib.parse import unquote

import pytest

from phx_scraper.errors import PageError, Refused
from phx_scraper.items import ListingItem
from phx_scraper.model.outcome import Outcome
from phx_scraper.spiders.blocked_ways import BlockedWays
from phx_scraper.spiders.maricopa_assessor import MaricopaAssessorSpider
from tests.captures import CAPTURES, needs_captures
from tests.unit.spiders.walking import Reply, Walk, by_part, fixture, visit_of, walk

SEARCH, SKETCHES = fixture("maricopa_assessor", "search"), fixture("maricopa_assessor", "sketches")
DETAILS, PLACE = fixture("maricopa_assessor", "details"), fixture("maricopa_assessor", "location")
WEB_PAGE = b"<html><head><title>Page not found: Maricopa County Assessor's Office</title></head></html>"
GEOCODED = json.dumps(
    {
        "candidates": [
            {"address": "1204 W SAGUARO LN, PEORIA, 85345", "location": {"x": -1, "y": 1}},
            {"address": "1200 W SAGUARO LN, PEORIA, 85345", "location": {"x": -112.5, "y": 33.5}},
        ]
    }
).encode()
GOOD: dict[str, Reply] = {
    "/search/property": SEARCH,
    "/residential-details": DETAILS,
    "/sketches": SKETCHES,
    "/arcgis/": PLACE,
}
LOST: dict[str, Reply] = {
    "403": Refused("forbidden", "status 403"),
    "404 page": (404, WEB_PAGE),
    "400": (400, b'{"Message": "The request is invalid."}'),
    "500": (500, b""),
    "timeout": PageError("timeout"),
    "null": b"null",
    "{}": b"{}",
    "error json": b'{"error": {"code": 400, "message": "Invalid query"}}',
}


def assessor(answers: dict[str, Reply], blocked: BlockedWays | None = None, **known: str) -> Walk:
    visit = visit_of("maricopa_assessor", **known)
    usual = {part: reply for part, reply in GOOD.items() if part not in answers}
    return walk(
        MaricopaAssessorSpider(),
        by_part(answers | usual, b"?"),
        visit,
        blocked,
    )


def parcels(*kinds: tuple[str, str]) -> bytes:
    place = {"SitusAddress": "1200 W SAGUARO LN", "SitusCity": "PEORIA", "SitusZip": "85345"}
    rows = [{"APN": apn, "PropertyType": kind, **place} for apn, kind in kinds]
    return json.dumps({"TOTAL": len(rows), "Results": rows}).encode()


@pytest.mark.parametrize("lost", LOST.values(), ids=LOST)
@pytest.mark.parametrize("part", ["/residential-details", "/arcgis/"])
def test_an_optional_step_that_fails_does_not_end_the_visit(part: str, lost: Reply) -> None:
    seen = assessor({part: lost})
    assert isinstance(seen.end, ListingItem), seen.end
    assert len(seen.end.photos) == 2
    assert ("latitude" in seen.end.facts) is (part != "/arcgis/")
    assert ("year_built" in seen.end.facts) is (part != "/residential-details")
    assert seen.steps.summary()


def test_the_older_map_and_the_geocoder_replace_the_map() -> None:
    older = assessor({"/Parcels/": (500, b"")})
    assert isinstance(older.end, ListingItem)
    assert older.end.facts["latitude"] == 33.58
    coded = assessor({"/findAddressCandidates": GEOCODED, "/arcgis/": b'{"error": {"code": 500}}'})
    assert isinstance(coded.end, ListingItem)
    assert coded.end.facts["longitude"] == -112.5


@pytest.mark.parametrize("lost", LOST.values(), ids=LOST)
@pytest.mark.parametrize("part", ["/search/property", "/sketches"])
def test_a_failing_endpoint_that_must_exist_proves_nothing_about_a_home(part: str, lost: Reply) -> None:
    seen = assessor({part: lost})
    assert isinstance(seen.end, Outcome), "neither empty nor not found"
    assert seen.outcome == ("blocked" if isinstance(lost, Refused) else "error")
    if isinstance(lost, tuple) and lost[0] < 500:
        assert seen.end.reason == "not_understood:status"


def test_only_204_and_an_empty_list_mean_that_there_is_none() -> None:
    assert assessor({"/search/property": (204, b"")}).outcome == "not_found"
    assert assessor({"/search/property": b'{"TOTAL": 0, "Results": []}'}).outcome == "not_found"
    for none in ((204, b""), b'{"TotalPages": 0, "Pages": []}'):
        seen = assessor({"/sketches": none})
        assert isinstance(seen.end, ListingItem)
        assert seen.end.photos == ()


def test_one_request_returns_all_sketches() -> None:
    seen = assessor({})
    assert seen.times("/sketches") == 1
    assert isinstance(seen.end, ListingItem)
    assert {photo.key for photo in seen.end.photos} == {"20011223/1", "20011223/2"}
    assert all(photo.data.startswith(b"\x89PNG") for photo in seen.end.photos)


def test_a_literal_search_is_repeated_in_other_spellings() -> None:
    def answer(url: str) -> Reply:
        if "/search/" in url:
            return SEARCH if "West Saguaro Lane" in unquote(url) else b'{"TOTAL": 0, "Results": []}'
        return next((reply for part, reply in GOOD.items() if part in url), b"?")

    assert walk(MaricopaAssessorSpider(), answer).outcome == "listing"


def test_a_map_without_answers_is_skipped_after_three_homes() -> None:
    blocked = BlockedWays()
    asked = [assessor({"/arcgis/": PageError("timeout")}, blocked).times("/arcgis/") for _ in range(5)]
    assert asked == [3, 3, 3, 1, 1]


@pytest.mark.parametrize(
    ("kinds", "taken"),
    [
        ((("20011224", "COMMERCIAL"), ("20011223", "RESIDENTIAL")), "20011223"),
        ((("20011223", "ASSOCIATED RESIDENTIAL PARCEL"), ("20011224", "RESIDENTIAL")), "20011224"),
        ((("20011223", "VACANT LAND RESIDENTIAL"), ("20011224", "CONDOMINIUM")), "20011224"),
        ((("20011223", "STATUTORY SHOPPING CENTER"), ("20011224", "ASSOCIATED COMMERCIAL PARCEL")), "20011223"),
        ((("20011223", "RESIDENTIAL"), ("20011223", "RESIDENTIAL")), "20011223"),
    ],
)
def test_of_several_parcels_the_dwelling_is_the_home(kinds: tuple[tuple[str, str], ...], taken: str) -> None:
    sketches = SKETCHES.replace(b"20011223", taken.encode())
    seen = assessor({"/search/property": parcels(*kinds), "/sketches": sketches, "/arcgis/": b"{}"})
    assert isinstance(seen.end, ListingItem), seen.end
    assert seen.end.ids["apn"] == taken
    assert f"{taken} of 2 parcels" in seen.steps.summary()


@pytest.mark.parametrize("kinds", [("RESIDENTIAL", "TOWNHOUSE"), ("COMMERCIAL", "COMMERCIAL"), ("", "")])
def test_indistinguishable_parcels_are_refused_by_name(kinds: tuple[str, str]) -> None:
    seen = assessor({"/search/property": parcels(("20011223", kinds[0]), ("20011223A", kinds[1]))})
    assert isinstance(seen.end, Outcome)
    assert (seen.outcome, seen.end.reason) == ("error", "several_parcels")
    assert "20011223 (" in seen.end.detail
    assert "20011223A (" in seen.end.detail
    assert len(seen.asked) == 1


@needs_captures
def test_the_real_shop_of_two_parcels_is_refused_and_the_real_centre_is_chosen() -> None:
    body = (CAPTURES / "maricopa" / "search-property-results-composite.json").read_bytes()
    shop = assessor({"/search/property": body}, address="701 W Jefferson St, Phoenix, AZ 85007")
    assert isinstance(shop.end, Outcome)
    assert "11205131 (commercial), 11205131A (commercial)" in shop.end.detail
    centre = assessor(
        {"/search/property": body, "/sketches": b'{"TotalPages": 0, "Pages": []}', "/arcgis/": b"{}"},
        address="2840 E Main St, Mesa, AZ 85213",
    )
    assert isinstance(centre.end, ListingItem)
    assert centre.end.ids["apn"] == "14022158"


def test_no_content_for_one_spelling_proves_nothing_for_the_next() -> None:
    def answer(url: str) -> Reply:
        if "/search/property" in url and "West" not in url:
            return 204, b""
        return next((reply for part, reply in GOOD.items() if part in url), b"?")

    assert walk(MaricopaAssessorSpider(), answer, visit_of("maricopa_assessor")).outcome == "listing"

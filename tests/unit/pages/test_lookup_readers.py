"""Readers of the further ways to a home, whose answers are no candidates alone; and the URLs that ask for them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from phx_scraper.errors import NotFound, NotUnderstood, PageError
from phx_scraper.pages import maricopa_assessor, phoenix_mls, redfin, zillow
from phx_scraper.pages.redfin.lookups import Region
from tests.captures import CAPTURES, needs_captures

ZIP_PAGE = (Path(__file__).parent / "redfin_zip_page.html").read_bytes()
ZIP_URL = "https://www.redfin.com/zipcode/85345"


def region(**defaults: Any) -> bytes:
    return b"{}&&" + json.dumps({"payload": {"rootDefaults": defaults}}).encode()


def test_the_zip_page_names_its_homes_once_and_its_region() -> None:
    page = redfin.read_zip_page(ZIP_URL, ZIP_PAGE)
    assert [home.address for home in page.homes] == [
        "1200 W Saguaro Ln, Peoria, AZ 85345",
        "9 N 2nd St #306, Phoenix, AZ 85004",
    ]
    assert page.region == Region(36177, "phoenix")
    assert not page.complete


@needs_captures
def test_a_real_zip_page_names_all_its_homes() -> None:
    body = (CAPTURES / "redfin" / "redfin-zipcode-02120-boston-20251001-search.html").read_bytes()
    page = redfin.read_zip_page("https://www.redfin.com/zipcode/02120", body)
    assert len(page.homes) == 26
    assert page.region == Region(625, "boston")
    assert all(f"/home/{home.ids['property_id']}" in home.url for home in page.homes)


def test_an_unreadable_zip_page_differs_from_one_that_redfin_does_not_have() -> None:
    missing = b"<title>Page Not Found | Redfin</title><script>root.__reactServerState = 1</script>"
    with pytest.raises(NotFound):
        redfin.read_zip_page(ZIP_URL, missing, 404)
    for status, body in ((404, ZIP_PAGE), (200, b"<title>x</title>" + b" " * 60_000)):
        with pytest.raises(NotUnderstood):
            redfin.read_zip_page(ZIP_URL, body, status)


def test_the_region_of_a_zip() -> None:
    found = redfin.read_region(region(region_id=36177, region_type=2, market="phoenix"), "85004")
    assert found == Region(36177, "phoenix")
    asked = parse_qs(urlsplit(redfin.gis_url(found)).query)
    assert (asked["region_id"], asked["region_type"], asked["market"]) == (["36177"], ["2"], ["phoenix"])


@pytest.mark.parametrize(
    "defaults",
    [
        {"region_id": 85004, "region_type": 2, "market": "phoenix"},
        {"region_id": 36177, "region_type": 6, "market": "phoenix"},
        {"region_id": "x", "region_type": 2, "market": "phoenix"},
        {"region_id": 36177, "region_type": 2},
        {"region_id": 36177, "region_type": 2, "market": "a&b=c"},
    ],
)
def test_a_number_that_would_lead_elsewhere_is_refused(defaults: dict[str, Any]) -> None:
    with pytest.raises(NotUnderstood) as caught:
        redfin.read_region(region(**defaults), "85004")
    assert caught.value.reason == "region"


def test_zg_graph_names_addresses_only() -> None:
    kinds = {"SearchAssistanceAddressResult": "1 A St Peoria, AZ 85345", "SearchAssistanceRegionResult": "Peoria"}
    results = [{"__typename": kind, "id": name} for kind, name in kinds.items()]
    body = json.dumps({"data": {"searchAssistanceResult": {"results": results}}}).encode()
    assert zillow.read_graph(body) == ("1 A St Peoria, AZ 85345",)
    asked = json.loads(zillow.graph_body('4 "W" St'))
    assert asked["variables"]["query"] == '4 "W" St'
    assert asked["operationName"] in zillow.graph_url()


@pytest.mark.parametrize("body", [b"{}", b"[]", b'{"errors": [{"message": "no"}]}', b"<html>", b"null"])
def test_zg_graph_that_answers_otherwise_is_not_understood(body: bytes) -> None:
    with pytest.raises(NotUnderstood):
        zillow.read_graph(body)
    with pytest.raises(NotUnderstood):
        zillow.read_graph(body, 404)


KNOWN: list[tuple[Callable[[str], Any], str, dict[str, str] | None]] = [
    (redfin.known_home, "https://www.redfin.com/AZ/Peoria/1-W-A-St-85345/home/7?a=1#x", {"property_id": "7"}),
    (redfin.known_home, "https://www.redfin.com/AZ/Peoria/1-W-A-St-85345/unit-4/home/7", {"property_id": "7"}),
    (redfin.known_home, "https://www.redfin.com.example.org/AZ/Peoria/1-W-A-St-85345/home/7", None),
    (redfin.known_home, "https://www.redfin.com/zipcode/85345", None),
    (zillow.known_home, "https://www.zillow.com/homedetails/x/7_zpid/", {"zpid": "7"}),
    (zillow.known_home, "https://www.zillow.com/homes/x_rb/", None),
    (zillow.known_home, "https://evil.example/homedetails/x/7_zpid/", None),
    (phoenix_mls.known_home, "https://phoenixmlssearch.com/mls/x-mls_6900123/", {"mls": "6900123"}),
    (phoenix_mls.known_home, "https://phoenixmlssearch.com/mls/search/?ListingId=1", None),
    (phoenix_mls.known_home, "https://example.org/mls/x-mls_6900123/", None),
]


@pytest.mark.parametrize(("read", "url", "ids"), KNOWN)
def test_a_link_is_a_home_of_its_source_or_nothing(
    read: Callable[[str], Any], url: str, ids: dict[str, str] | None
) -> None:
    found = read(url)
    assert (found.ids if found else None) == ids


def test_details_of_a_parcel_are_its_facts_or_not_understood() -> None:
    url = "https://mcassessor.maricopa.gov/parcel/20011223/residential-details/"
    body = b'{"ConstructionYear": "1999", "LivableSpace": "1,800"}'
    assert maricopa_assessor.read_details(url, body) == {"year_built": 1999, "area_sqft": 1800.0}
    for other in (b"{}", b"null", b"[]"):
        with pytest.raises(PageError):
            maricopa_assessor.read_details(url, other)

"""Further lookup endpoints of each site, in the shapes that were observed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from phx_scraper.errors import NotUnderstood
from phx_scraper.homes import parse_address, same_home
from phx_scraper.pages import phoenix_mls, redfin
from phx_scraper.replica import Options, Replica, running
from phx_scraper.replica.name_registry import NameRegistry
from phx_scraper.replica.property import property_at
from phx_scraper.replica.redfin.presented import property_id_of
from phx_scraper.replica.zip_homes import homes_in_zip, homes_with_number, unrequested_homes
from tests.unit.replica.client import Answer, get, path_of, search_hits
from tests.unit.replica.conftest import make_addresses

REDFIN, ZILLOW, PHOENIX = "/www.redfin.com", "/www.zillow.com", "/phoenixmlssearch.com"
MAPS = "/gis.mcassessor.maricopa.gov/arcgis/rest/services"
HOMES = make_addresses(8)


@pytest.fixture(scope="module")
def knowing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replica]:
    """A replica of ordinary homes with ours registered."""
    with running(options_that_know(tmp_path_factory.mktemp("known"), kinds=frozenset())) as replica:
        yield replica


def options_that_know(folder: Path, **options: Any) -> Options:
    file = folder / "homes.csv"
    file.write_text("full_address\n" + "".join(f'"{home}"\n' for home in HOMES), encoding="utf-8")
    return Options(photos=(2, 3), homes=file, **options)


def payload(answer: Answer) -> dict[str, Any]:
    assert answer.status == 200
    assert answer.body.startswith(b"{}&&")
    found: dict[str, Any] = json.loads(answer.body[4:])["payload"]
    return found


def linked(body: bytes) -> dict[str, str]:
    """Name -> URL of the homes in a page's structured data."""
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', body.decode())
    entries = (entry for block in blocks for entry in json.loads(block))
    return {entry["name"]: entry["url"] for entry in entries if entry["@type"] == "SingleFamilyResidence"}


def zip_pages(replica: Replica, path: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for page in range(1, 10):
        answer = get(replica, f"{REDFIN}{path}{f'/page-{page}' if page > 1 else ''}")
        if answer.status != 200:
            assert (page, answer.status) != (1, 301)
            break
        found |= linked(answer.body)
    return found


def test_redfin_old_lookup_finds_addresses_and_mls_numbers(knowing: Replica) -> None:
    for home in HOMES:
        number = property_at(home, (0, 0)).mls
        for asked in (home, f"MLS# {number}"):
            answer = get(knowing, f"{REDFIN}/stingray/do/query-location?location={quote(asked)}&v=2")
            exact = payload(answer)["exactMatch"]
            assert exact["url"] == exact["urlV2"]
            assert exact["url"].endswith(f"/home/{property_id_of(home)}")
            assert redfin.read_suggestions(answer.body)[0].ids == {"property_id": str(property_id_of(home))}
    answer = get(knowing, f"{REDFIN}/stingray/do/query-location?location={quote('MLS# 1234567')}&v=2")
    assert payload(answer) == {"exactMatch": None, "sections": []}


def test_redfin_rental_autocomplete_has_rows_of_the_same_shape_for_some_homes(knowing: Replica) -> None:
    known = []
    for home in make_addresses(30):
        url = f"{REDFIN}/stingray/do/rental-location-autocomplete?location={quote(home)}&v=2"
        known.append(any(same_home(home, one.address) for one in redfin.read_suggestions(get(knowing, url).body)))
    assert 0 < sum(known) < len(known)


def test_redfin_zip_pages_list_the_homes_of_the_zip_among_others(knowing: Replica) -> None:
    home = HOMES[0]
    zip_code = parse_address(home).zip
    found = zip_pages(knowing, f"/zipcode/{zip_code}")
    assert found[home].endswith(f"/home/{property_id_of(home)}")
    assert len(found) > 41, "one page is not enough"
    assert {name.rsplit(" ", 1)[1] for name in found} > {zip_code}, "a neighbouring zip appears"
    assert get(knowing, path_of(found[home])).status == 200
    assert get(knowing, f"{REDFIN}/zip/{zip_code}").status == 404
    assert get(knowing, f"{REDFIN}/zipcode/00501").status == 404


def test_redfin_sold_homes_are_on_the_sold_page_only(tmp_path: Path) -> None:
    home = HOMES[0]
    path = f"/zipcode/{parse_address(home).zip}"
    with running(options_that_know(tmp_path, only=("redfin_sold",))) as replica:
        assert home in zip_pages(replica, f"{path}/filter/include=sold-1yr")
        assert get(replica, f"{REDFIN}{path}").status == 404


def test_redfin_gis_needs_the_internal_number_and_ignores_a_wrong_one(knowing: Replica) -> None:
    home = HOMES[1]
    zip_code = parse_address(home).zip
    answer = get(knowing, f"{REDFIN}/stingray/api/region?al=1&ep=true&region_id={zip_code}&region_type=2&v=8")
    inner = payload(answer)["rootDefaults"]
    assert str(inner["region_id"]) != zip_code
    asked = {"al": 1, "region_type": 2, "market": inner["market"], "num_homes": 350, "status": 9, "v": 8}
    right = payload(get(knowing, f"{REDFIN}/stingray/api/gis?{urlencode(asked | {'region_id': inner['region_id']})}"))
    wrong = payload(get(knowing, f"{REDFIN}/stingray/api/gis?{urlencode(asked | {'region_id': zip_code})}"))
    assert property_id_of(home) in {entry["propertyId"] for entry in right["homes"]}
    assert {entry["state"] for entry in wrong["homes"]} == {"NV"}


def test_redfin_uses_the_number_of_a_path_and_not_its_words(knowing: Replica) -> None:
    one, other = HOMES[0], HOMES[1]
    zip_pages(knowing, f"/zipcode/{parse_address(one).zip}")
    path = f"/AZ/Phoenix/1-W-Nowhere-St-85001/home/{property_id_of(other)}"
    assert other.split(",")[0] in get(knowing, REDFIN + path).body.decode()
    bare = get(knowing, f"{REDFIN}/home/{property_id_of(one)}")
    assert bare.status == 301
    assert bare.headers["location"].endswith(f"/home/{property_id_of(one)}")


def test_zillow_graphql_returns_addresses_without_zpids(knowing: Replica) -> None:
    home = HOMES[2]
    body = {"operationName": "GetAutocompleteResults", "query": "query …", "variables": {"query": home}}
    answer = post(knowing, f"{ZILLOW}/zg-graph?operationName=GetAutocompleteResults", body)
    found = json.loads(answer.body)["data"]["searchAssistanceResult"]["results"]
    named = [entry["id"] for entry in found if entry["__typename"] == "SearchAssistanceAddressResult"]
    assert any(same_home(home, name) for name in named)
    assert get(knowing, f"{ZILLOW}/zg-graph?operationName=GetAutocompleteResults").status == 400
    assert post(knowing, f"{ZILLOW}/zg-graph", {"operationName": "Other"}).status == 400


def post(replica: Replica, path: str, body: dict[str, Any]) -> Answer:
    return get(replica, path, method="POST", body=json.dumps(body), Content_Type="application/json")


def test_zillow_searches_a_zip(knowing: Replica) -> None:
    zip_code = parse_address(HOMES[0]).zip
    hits = search_hits(get(knowing, f"{ZILLOW}/homes/{zip_code}_rb/").body)
    assert len(hits) == 41


def phoenix_hits(replica: Replica, query: str) -> tuple[str, list[str]]:
    url = f"https://phoenixmlssearch.com/mls/search/?{query}"
    answer = get(replica, path_of(url))
    title = re.search(r"<title>(.*?) - ", answer.body.decode())
    assert title is not None
    return title[1], [one.address for one in phoenix_mls.read_results(url, answer.body)]


def test_phoenix_search_joins_fields_by_and_and_splits_at_commas(knowing: Replica) -> None:
    home = parse_address(HOMES[0])
    _, found = phoenix_hits(knowing, f"StreetNumber={home.number}&PostalCode={home.zip}")
    assert any(same_home(HOMES[0], address) for address in found)
    assert {parse_address(address).number for address in found} == {home.number}
    _, whole = phoenix_hits(knowing, f"StreetAddress={quote(HOMES[0])}")
    assert len(whole) == 25, "a whole address asks for street or city or state, so everything is listed"
    _, either = phoenix_hits(knowing, f"StreetNumber={home.number}&PostalCode=85250,{home.zip}")
    assert any(same_home(HOMES[0], address) for address in either)
    # As a page without data, so that it cannot be taken for an empty result.
    with pytest.raises(NotUnderstood, match="Property Search"):
        phoenix_hits(knowing, f"StreetNumber={home.number}&PostalCode=12345")
    title, usual = phoenix_hits(knowing, f"PostalCode={home.zip}")
    assert (title, len(usual)) == ("Search", 25)
    assert len(phoenix_hits(knowing, f"PostalCode={home.zip}&pg=2")[1]) == 25
    assert len(phoenix_hits(knowing, f"PostalCode={home.zip}&Limit=5")[1]) == 5


def test_both_map_layers_and_the_geocoder_locate_a_parcel(knowing: Replica) -> None:
    home, address = HOMES[3], parse_address(HOMES[3])
    apn = property_at(home, (0, 0)).apn
    parts = {"STREET_NUM": address.number, "STREET_NAME": address.name.upper(), "ZIP": address.zip}
    by_address = " AND ".join(f"PHYSICAL_{name}='{value}'" for name, value in parts.items())
    wheres = {
        "MaricopaDynamicQueryService/MapServer/3": (f"APN='{apn.replace('-', '')}'",),
        "Parcels/MapServer/0": (f"APN='{apn.replace('-', '')}'", f"APN_DASH='{apn}'", by_address),
    }
    places = []
    for layer, asked in wheres.items():
        for where in asked:
            answer = json.loads(get(knowing, f"{MAPS}/{layer}/query?{urlencode({'where': where, 'f': 'json'})}").body)
            told = answer["features"][0]["attributes"]
            assert told["APN"] == apn.replace("-", "")
            places.append((told["LATITUDE"], told["LONGITUDE"]))
    query = urlencode({"SingleLine": home, "outSR": "4326", "f": "json"})
    locator = f"{MAPS}/AssessorCompositeLocator/GeocodeServer/findAddressCandidates"
    found = json.loads(get(knowing, f"{locator}?{query}").body)["candidates"][0]["location"]
    assert {(found["y"], found["x"]), *places} == {places[0]}
    feet = json.loads(get(knowing, f"{locator}?{urlencode({'SingleLine': home, 'f': 'json'})}").body)
    assert feet["spatialReference"]["wkid"] != 4326
    assert "error" in json.loads(get(knowing, f"{MAPS}/Parcels/MapServer/0/query?where=1%3D1").body)


def test_a_zip_has_other_homes_in_an_order_that_new_homes_do_not_change() -> None:
    registry = NameRegistry()
    before = homes_in_zip(registry, "85306")
    assert len(before) >= 44
    assert before == homes_in_zip(NameRegistry(), "85306")
    registry.record("zip:85306", "4732 W Davis Rd, Glendale, AZ 85306")
    after = homes_in_zip(registry, "85306")
    assert [text for text in after if text in before] == before
    assert len(after) == len(before) + 1
    assert unrequested_homes("00501") == ()
    assert any(homes_with_number("85306", str(number)) for number in range(1, 21))
    assert not all(homes_with_number("85306", str(number)) for number in range(1, 21))

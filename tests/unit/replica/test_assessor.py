"""The Assessor's responses agree with the truth and contain every misleading case."""

from __future__ import annotations

import json
from base64 import b64decode
from collections import Counter
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from PIL import Image

from phx_scraper.homes import parse_address
from phx_scraper.replica import Options, Replica, running, truth
from phx_scraper.replica.county_zips import COUNTY_ZIPS
from phx_scraper.replica.maricopa_assessor.presented import present
from phx_scraper.replica.property import property_at
from tests.unit.replica.client import Answer, get
from tests.unit.replica.conftest import make_addresses

HOST, HOMES = "/mcassessor.maricopa.gov", make_addresses(60)
LAYER = "/gis.mcassessor.maricopa.gov/arcgis/rest/services/MaricopaDynamicQueryService/MapServer/3/query"


def only(*kinds: str) -> Options:
    return Options(photos=(3, 4), only=kinds)


def ask(replica: Replica, path: str, token: str = "any") -> Answer:
    return get(replica, HOST + path, AUTHORIZATION=token)


def results(replica: Replica, street: str, page: int = 1) -> tuple[list[dict[str, Any]], int]:
    answer = json.loads(
        ask(replica, f"/search/property/?q={quote(street)}" + (f"&page={page}" if page > 1 else "")).body
    )
    assert len(answer["Results"]) <= 25
    return answer["Results"], answer["TOTAL"]


def found(replica: Replica, address: str) -> tuple[str | None, int]:
    """(parcel number, page of results) of the home, by street, city and zip."""
    home, page = parse_address(address), 1
    while True:
        rows, total = results(replica, home.street, page)
        for row in rows:
            situs = (row["SitusAddress"], row["SitusCity"], row["SitusZip"])
            if situs == (home.street.upper(), home.city.upper(), home.zip):
                return row["APN"], page
        if page * 25 >= total:
            return None, page
        page += 1


def known(options: Options, tmp_path: Path, homes: Iterable[str] = tuple(HOMES)) -> Options:
    file = tmp_path / "homes.csv"
    file.write_text("full_address\n" + "".join(f'"{home}"\n' for home in homes))
    return Options(photos=options.photos, only=options.only, kinds=options.kinds, homes=file)


def test_a_token_is_needed(simple: Replica) -> None:
    path = f"{HOST}/search/property/?q=1200%20N%2037th%20Way"
    assert get(simple, path).status == 401
    assert get(simple, path, AUTHORIZATION="  ").status == 401
    assert ask(simple, "/search/property/?q=x", "refused").status == 403
    assert ask(simple, "/search/property/?q=x").status == 200
    assert get(simple, f"{HOST}/parcel/12345678/sketches/").status == 401
    assert get(simple, f"{LAYER}?where=APN%3D'1'&f=json").status == 200


def test_any_home_of_the_county_is_found_by_street_alone(simple: Replica) -> None:
    pages = Counter()
    for address in HOMES[:12]:
        apn, page = found(simple, address)
        assert apn == property_at(address, (0, 0)).apn.replace("-", "")
        pages[page] += 1
    assert max(pages) <= 4
    assert len(COUNTY_ZIPS) == len({code for _, code in COUNTY_ZIPS}) <= 100


def test_results_keep_their_order_across_requests(simple: Replica) -> None:
    address = HOMES[20]
    street = parse_address(address).street
    before = [results(simple, street, page) for page in (1, 2)]
    get(simple, f"/apps.flexmls.com/quick_launch/omni?_q={quote(address)}&callback=x")
    assert [results(simple, street, page) for page in (1, 2)] == before


def test_a_home_outside_the_table_is_found_after_a_request_elsewhere(simple: Replica) -> None:
    address = "77 W Odd Ln, Wickenburg, AZ 85390"
    assert found(simple, address)[0] is None
    get(simple, f"/www.redfin.com/stingray/do/location-autocomplete?location={quote(address)}")
    assert found(simple, address)[0] == property_at(address, (0, 0)).apn.replace("-", "")


def test_known_homes_have_few_results(tmp_path: Path) -> None:
    with running(known(Options(photos=(2, 2), kinds=frozenset()), tmp_path)) as replica:
        for address in HOMES[:10]:
            assert found(replica, address)[1] == 1
            rows, total = results(replica, parse_address(address).street)
            assert 2 <= total == len(rows) <= 6


def test_a_crowded_street_needs_a_second_page(tmp_path: Path) -> None:
    with running(known(only("assessor_crowded"), tmp_path)) as replica:
        assert {found(replica, address)[1] for address in HOMES[:10]} <= {2, 3, 4}


@pytest.mark.parametrize("in_advance", [True, False])
def test_absent_parcels(in_advance: bool, tmp_path: Path) -> None:
    options, seen = only("assessor_unlisted", "assessor_near_misses"), set()
    with running(known(options, tmp_path) if in_advance else options) as replica:
        for address in HOMES[:6]:
            assert found(replica, address)[0] is None
            ending, total = present(address, options).ending, results(replica, parse_address(address).street)[1]
            assert bool(total) is (in_advance and ending == "assessor_near_misses")
            seen.add(ending)
    assert len(seen) == 2


def test_a_query_with_city_or_zip_finds_nothing(simple: Replica) -> None:
    for query in (HOMES[0], "1200 N 37th Way 85032", "", "%00", "Phoenix", "x" * 3000):
        assert results(simple, query) == ([], 0)
    assert results(simple, parse_address(HOMES[0]).street, 99)[0] == []


def parcel(replica: Replica, address: str, part: str) -> Answer:
    apn, _ = found(replica, address)
    return ask(replica, f"/parcel/{apn}/{part}/")


def test_sketches_agree_with_the_truth(simple: Replica) -> None:
    told = truth(HOMES[:10], simple.options)["homes"]
    pictures, sizes = set(), set()
    for address in HOMES[:10]:
        answer = json.loads(parcel(simple, address, "sketches").body)
        photos = told[address]["maricopa_assessor"]["photos"]
        keys = [f"{page['APN']}/{page['PageNum']}" for page in answer["Pages"]]
        assert (keys, answer["TotalPages"]) == ([photo["key"] for photo in photos], len(photos))
        for page in answer["Pages"]:
            image = Image.open(BytesIO(b64decode(page["Sketch"])))
            assert image.format == "PNG"
            sizes.add(image.size)
            pictures.add(page["Sketch"])
    listed = [photo["picture"] for home in told.values() for photo in home["maricopa_assessor"]["photos"]]
    assert len(set(listed)) == len(listed) == len(pictures)
    others = {photo["picture"] for home in told.values() for name in home for photo in home[name]["photos"]}
    assert len(others) > len(listed)
    assert not {picture for picture in others if not picture.startswith("sketch-")} & set(listed)
    assert sizes == {(1280, 1024), (940, 1242)}


def test_sketches_are_the_same_bytes_on_every_server(simple: Replica) -> None:
    with running(simple.options) as replica:
        bodies = [parcel(one, HOMES[1], "sketches").body for one in (simple, replica)]
    assert bodies[0] == bodies[1]


def test_facts_and_place(simple: Replica) -> None:
    for address in HOMES[:4]:
        home = property_at(address, (0, 0))
        details = json.loads(parcel(simple, address, "residential-details").body)
        assert (details["ConstructionYear"], details["LivableSpace"]) == (str(home.year), str(home.sqft))
        assert len(json.loads(parcel(simple, address, "valuations").body)) == 5
        assert len(json.loads(parcel(simple, address, "mapids").body)) == 5
        apn = found(simple, address)[0]
        assert json.loads(ask(simple, f"/parcel/{home.apn}/").body)["APN"] == apn
        where = quote(f"APN='{apn}'")
        place = json.loads(get(simple, f"{LAYER}?where={where}&f=json").body)["features"]
        assert [one["attributes"]["APN"] for one in place] == [apn]
        assert abs(place[0]["attributes"]["LATITUDE"] - home.latitude) < 0.001
    assert json.loads(get(simple, f"{LAYER}?where=APN%3D'11111111'&f=json").body)["features"] == []


def test_other_parcels_and_cut_sketches() -> None:
    options = only("assessor_other_parcel", "assessor_cut_sketch")
    with running(options) as replica:
        for address in HOMES[:4]:
            answer = json.loads(parcel(replica, address, "sketches").body)
            own, foreign = property_at(address, (0, 0)).apn.replace("-", ""), []
            told = truth([address], options)["homes"][address]["maricopa_assessor"]["photos"]
            foreign = [page for page in answer["Pages"] if page["APN"] != own]
            assert (len(foreign), answer["TotalPages"]) == (1, len(told) + 1)
            pages = [page for page in answer["Pages"] if page["APN"] == own]
            assert [f"{own}/{page['PageNum']}" for page in pages] == [photo["key"] for photo in told]
            assert [photo["usable"] for photo in told] == [True] * (len(told) - 1) + [False]
            with pytest.raises((OSError, SyntaxError)):
                Image.open(BytesIO(b64decode(pages[-1]["Sketch"]))).load()


def test_refusals_transient_failures_and_unknown_shapes(tmp_path: Path) -> None:
    seen = {}
    kinds = {
        "assessor_refused": [403, 403],
        "assessor_html": [200, 200],
        "assessor_strange": [200, 200],
        "assessor_no_sketch": [200, 200],
        "assessor_unavailable": [500, 200],
        "assessor_slow_down": [429, 200],
    }
    chosen = {}
    for address in make_addresses(300):
        presented = present(address, Options())
        chosen.setdefault(presented.ending or presented.transient, address)
    with running(known(Options(), tmp_path, chosen.values())) as replica:
        for kind in kinds:
            seen[kind] = [parcel(replica, chosen[kind], "sketches") for _ in range(2)]
    assert {kind: [answer.status for answer in answers] for kind, answers in seen.items()} == kinds
    assert b"Page not found" in seen["assessor_html"][0].body
    assert "Pages" not in json.loads(seen["assessor_strange"][0].body)
    assert json.loads(seen["assessor_no_sketch"][0].body) == {"TotalPages": 0, "Pages": []}


def test_the_start_page_is_a_web_page(simple: Replica) -> None:
    answer = ask(simple, "/")
    assert (answer.status, answer.body[:9]) == (200, b"<!DOCTYPE")


@pytest.mark.parametrize("path", ["/parcel/99999998/", "/parcel/", "/search/other/?q=1", "/parcel/1/sketches/"])
def test_unknown_paths_are_web_pages(simple: Replica, path: str) -> None:
    answer = ask(simple, path)
    assert (answer.status, answer.body[:9]) == (404, b"<!DOCTYPE")
    assert b"Page not found: Maricopa County Assessor" in answer.body

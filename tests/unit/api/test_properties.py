"""What was collected, as programs read it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from phx_scraper.storage.catalogue import schema
from tests.api_server import HAS_API, WHY_NOT, Api, running_api
from tests.unit.storage.catalogue_helpers import ADDRESSES, Collector, homes

PLACE = "/api/properties"


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    if not HAS_API:
        pytest.skip(WHY_NOT)
    folder: Path = tmp_path_factory.mktemp("api")
    collector = Collector(folder / "store", fsync=False)
    collector.run(homes())
    collector.catalogue.close()
    with running_api(folder) as server:
        yield server


def test_homes_come_page_by_page(api: Api) -> None:
    found, path = [], f"{PLACE}?limit=3"
    while path:
        page = api.ask("GET", path).json
        found += page["properties"]
        path = page["next"]
    assert {home["address"] for home in found} == {home.address for home in homes()}
    assert len(found) == len(ADDRESSES)
    assert all(home["sources"]["zillow"]["outcome"] == "ok" and home["images"] for home in found)


def test_a_home_is_found_by_its_address_however_it_is_spelt(api: Api) -> None:
    wanted = homes(1)[0]
    found = api.ask("GET", f"{PLACE}?address={wanted.address.upper().replace(' ', '%20')}").json
    assert [home["property_hash"] for home in found["properties"]] == [wanted.property_hash]
    assert api.ask("GET", f"{PLACE}?address=1%20Nowhere%20St,%20Phoenix,%20AZ").json["properties"] == []


def test_a_home_has_its_listings_and_pictures(api: Api) -> None:
    place = f"{PLACE}/{homes(1)[0].property_hash}"
    home = api.ask("GET", place).json
    assert home["listings"]["zillow"]["status"]
    first = api.ask("GET", f"{place}/images?limit=1").json
    assert (len(first["images"]), first["total"]) == (1, home["images"])
    rest = api.ask("GET", first["next"]).json
    assert len(rest["images"]) == min(1, home["images"] - 1)
    picture = api.ask("GET", first["images"][0]["url"])
    assert picture.headers["content-type"] == "image/png"
    assert len(picture.body) == first["images"][0]["file_size_bytes"]
    assert hashlib.sha256(picture.body).hexdigest()
    assert picture.headers["cache-control"].startswith("private, max-age")


def test_what_is_known_already_is_not_sent_again(api: Api) -> None:
    for path in (PLACE, f"{PLACE}/{homes(1)[0].property_hash}"):
        first = api.ask("GET", path)
        again = api.ask("GET", path, headers={"If-None-Match": f'"other", W/{first.headers["etag"]}'})
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", first.headers["etag"])
        assert api.ask("GET", path, headers={"If-None-Match": '"other"'}).status == 200


def test_what_a_person_has_hidden_is_not_shown(api: Api) -> None:
    place = f"{PLACE}/{homes(2)[1].property_hash}/images"
    shown = api.ask("GET", place).json["images"]
    with api.catalogue.transaction() as tx:
        tx.execute(
            schema.photos.update()
            .where(schema.photos.c.raw_sha256.in_(_raw(shown[0]["content_hash"])))
            .values(hidden=True)
        )
    assert api.ask("GET", shown[0]["url"]).status == 404
    assert shown[0] not in api.ask("GET", place).json["images"]


def test_a_file_that_is_gone(api: Api) -> None:
    found = api.ask("GET", f"{PLACE}/{homes(3)[2].property_hash}/images").json["images"][0]
    for file in (api.store / "processed").rglob(f"{found['content_hash']}.*"):
        file.unlink()
    answer = api.ask("GET", found["url"])
    assert (answer.status, answer.detail) == (404, "there is no such picture, or no home shows it")


def test_a_file_with_other_bytes_than_its_name_says(api: Api) -> None:
    images = api.ask("GET", f"{PLACE}/{homes(4)[3].property_hash}/images").json["images"]
    there = {file.stem: file for file in (api.store / "processed").rglob("*.png")}
    found = next(one for one in images if one["content_hash"] in there)
    file = there[found["content_hash"]]
    file.unlink()
    file.write_bytes(b"<script>foreign")
    answer = api.ask("GET", found["url"])
    assert (answer.status, "retry-after" in answer.headers) == (502, False)
    assert answer.detail.startswith("the store holds other bytes than this picture's name says")


@pytest.mark.parametrize("label", ["0" * 8, "x", "..%2f..", "%00", "0" * 65, "%F0%9F%8F%A0"])
@pytest.mark.parametrize("path", [f"{PLACE}/{{}}", f"{PLACE}/{{}}/images", "/api/images/{}"])
def test_what_there_is_not(api: Api, label: str, path: str) -> None:
    assert api.ask("GET", path.format(label)).status == 404


@pytest.mark.parametrize("query", ["limit=0", "after=zz", f"after={'a' * 65}", f"address={'a' * 1001}"])
def test_questions_that_cannot_be_asked(api: Api, query: str) -> None:
    assert api.ask("GET", f"{PLACE}?{query}").status == 422


def test_the_page_of_the_endpoints_needs_nothing_from_elsewhere(api: Api) -> None:
    page = api.ask("GET", "/docs", key="")
    assert "http" not in page.body.decode()
    assert "<script" not in page.body.decode()
    assert f"<code>{PLACE}/{{property_hash}}</code>" in page.body.decode()
    assert page.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")


def test_the_page_of_the_endpoints_has_every_field(api: Api) -> None:
    text = api.ask("GET", "/docs", key="").body.decode()
    told = api.ask("GET", "/openapi.json", key="").json["components"]["schemas"]
    assert {"NewJob", "JobDetails", "ProblemDocument"} <= set(told)
    for name, one_of in told.items():
        section = text.partition(f"<h2 id='{name}'>")[2].partition("</section>")[0]
        assert [one for one in one_of.get("properties", ()) if f"<tr><td><code>{one}</code>" not in section] == []
    assert set(re.findall("href='#([^']+)'", text)) <= set(re.findall("id='([^']+)'", text))
    assert "Body, <code>application/json</code>: <a href='#NewJob'>" in text
    assert "<tr><td><code>file</code><td>string, needed<td>A CSV of homes" in text
    assert "<td>integer<td>default 25; from 1; to 1,000" in text


@pytest.mark.parametrize("address", ["4732 W Davis Rd", "hello", "junk; junk", "4732%00"])
def test_an_address_that_names_no_home_is_said(api: Api, address: str) -> None:
    answer = api.ask("GET", f"{PLACE}?{urlencode({'address': address})}")
    assert (answer.status, answer.detail.startswith("address: ")) == (422, True)


def _raw(content_hash: str):  # type: ignore[no-untyped-def]
    return (
        schema.images.select()
        .with_only_columns(schema.images.c.raw_sha256)
        .where(schema.images.c.content_hash == content_hash)
    )

"""What is personal goes, whatever spelling it has; what a page object reads stays."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path

import pytest

from phx_scraper import pages
from phx_scraper.errors import PageError
from phx_scraper.probe.personal_data import without_personal_data
from tests.captures import CAPTURES, needs_captures
from tests.unit.pages.test_fixtures import CASES

PERSONAL = {
    "a name under its key": b'{"agentName": "Sample Person", "zpid": 7}',
    "a name in a JSON text": json.dumps({"cache": json.dumps({"listingAgentName": "Sample Person"})}).encode(),
    "a name in a text in a text": json.dumps(json.dumps({"a": json.dumps({"ownerName": "Sample Person"})})).encode(),
    "a name in an attribute": escape('<div data-x="{"fullName":"Sample Person"}">').encode(),
    "a name that is repeated": b'{"agentName":"Sample Person"}<p>Call Sample Person today</p>',
    "a repeated name in another spelling": '{"ownerName":"Sample Persón"}<p>Sample Pers&#243;n</p>'.encode(),
    "a name in an object": b'{"sellerAgent": {"photo": null, "name": "Sample Person"}}',
    "an owner": b'{"Ownership": "SAMPLE PERSON TR", "APN": "20011223"}',
    "a labelled name": b"<b>Listing Agent:</b> Sample Person<br>",
    "a name in a tag": b"Listed by <span>Sample Person</span>",
    "an office's courtesy": b"<p>Courtesy of: Sample Person Realty</p>",
}
NUMBERS = {
    "telephone": b"<a>(602) 555-0142</a> 602.555.0142 +1 602-555-0142",
    "telephone under its key": b'{"phone":"6025550142","agentPhoneNumber": 6025550142}',
    "telephone in parts": b'{"phone":{"areacode":"602","prefix":"555","number":"0142"}}',
    "telephone link": b'<a href="tel:+16025550142">',
}
SECRETS = {
    "e-mail": (b"<a>some.one@mail.example.com</a>", b"some.one"),
    "visitor's IPv4": (b"<p>Your IP: 203.0.113.77</p>", b"203.0.113"),
    "visitor's IPv6": (b"IP 2001:db8:1:2::77 blocked", b"2001:db8"),
    "token": (b'{"csrfToken":"abcdef123456"}', b"abcdef"),
    "block page's id": (b"window._pxUuid = 'aaaa-bbbb-cccc-dddd';", b"aaaa-bbbb"),
    "id in a link": (b"<a href='/captcha?uuid=aaaa-bbbb&x=1'>", b"aaaa-bbbb"),
    "own secret": (b"echo of hunter2hunter2", b"hunter2"),
}


@pytest.mark.parametrize("body", PERSONAL.values(), ids=PERSONAL)
def test_names_go(body: bytes) -> None:
    cleaned = without_personal_data(body).lower()
    assert b"sample pers" not in cleaned
    assert b"removed" in cleaned


@pytest.mark.parametrize("body", NUMBERS.values(), ids=NUMBERS)
def test_numbers_go(body: bytes) -> None:
    assert b"0142" not in without_personal_data(body)


@pytest.mark.parametrize(("body", "secret"), SECRETS.values(), ids=SECRETS)
def test_secrets_go(body: bytes, secret: bytes) -> None:
    assert secret not in without_personal_data(body, ["hunter2hunter2"])


def test_cleaned_json_is_json_still() -> None:
    inner = {"agentName": 'A "quoted" Person', "email": "a@b.example", "photos": [{"url": "https://x/1.jpg"}]}
    found = json.loads(without_personal_data(json.dumps({"cache": json.dumps(inner), "phone": 6025550142}).encode()))
    assert json.loads(found["cache"])["photos"] == inner["photos"]


@pytest.mark.parametrize(
    "text",
    [
        b"4732 W Davis Rd, Glendale, AZ 85306-1234",
        b'{"zpid":7654321,"mlsid":"6900123","parcelId":"200-11-223","price":475000}',
        b"https://ssl.cdn-redfin.com/photo/86/bigphoto/123/genMid.6900123_4_1.jpg",
        b"https://photos.zillowstatic.com/fp/01010101010101010101010101010101-uncropped.jpg",
        b"version 3.15.5, 12:34:56, 33.581234, -112.234567",
        b'{"streetName":"Davis","schoolName":"Desert Sky","cityName":"Glendale"}',
        b"The owner and agents say so.",
    ],
)
def test_homes_stay(text: bytes) -> None:
    assert without_personal_data(text) == text


def read(source: str, url: str, body: bytes) -> object:
    try:
        listing = pages.read(source, url, body)
    except PageError as error:
        return type(error), error.reason
    return listing.address, listing.ids, listing.status, listing.claimed_photo_count, listing.photos


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_fixtures_are_read_as_before(folder: Path) -> None:
    url = json.loads((folder / "expected.json").read_text(encoding="utf-8")).get("url", "https://www.zillow.com/")
    body = next(folder.glob("input.*")).read_bytes()
    assert read(folder.parent.name, url, without_personal_data(body)) == read(folder.parent.name, url, body)


URLS = {
    "zillow": ("zillow", "https://www.zillow.com/"),
    "redfin": ("redfin", "https://www.redfin.com/"),
    "phoenixmls": ("phoenix_mls", "https://phoenixmlssearch.com/"),
    "maricopa": ("maricopa_assessor", "https://mcassessor.maricopa.gov/parcel/14183749/sketches/"),
}


@needs_captures
@pytest.mark.parametrize("name", ["redfin/home-melnik.html", "zillow/zillow-304-sparrow-hawk-mckinney-20260214.html"])
def test_the_largest_captures_lose_people_and_no_photo(name: str) -> None:
    source, url = URLS[name.partition("/")[0]]
    body = (CAPTURES / name).read_bytes()
    cleaned = without_personal_data(body)
    assert read(source, url, cleaned) == read(source, url, body)
    assert cleaned.count(b"removed") > 20


@needs_captures
def test_every_small_capture_is_read_as_before() -> None:
    seen = 0
    for folder, (source, url) in URLS.items():
        for path in sorted((CAPTURES / folder).glob("*.*")):
            if path.suffix in (".html", ".json", ".txt") and path.stat().st_size < 60_000:
                body = path.read_bytes()
                assert read(source, url, without_personal_data(body)) == read(source, url, body), path.name
                seen += 1
    assert seen > 10

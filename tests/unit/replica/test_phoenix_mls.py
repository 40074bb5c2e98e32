"""Phoenix MLS's responses, read with the standard library and lxml: truth and misleading cases."""

from __future__ import annotations

import json
import re
from io import BytesIO
from typing import Any
from urllib.parse import quote

import pytest
from lxml import html
from PIL import Image

from phx_scraper.homes import same_home
from phx_scraper.replica import Options, Replica, running, truth
from phx_scraper.replica.phoenix_mls.photos import BOXES
from phx_scraper.replica.phoenix_mls.presented import present
from phx_scraper.replica.phoenix_mls.urls import mls_address
from phx_scraper.replica.property import property_at
from tests.unit.replica.client import Answer, get, path_of
from tests.unit.replica.conftest import make_addresses

HOST, CDN, RESIZE = "/phoenixmlssearch.com", "/cdn.photos.sparkplatform.com", "/cdn.resize.sparkplatform.com"
HOMES = make_addresses(80)


def only(*kinds: str) -> Options:
    return Options(photos=(3, 4), only=kinds)


def omni(replica: Replica, asked: str, callback: str = "jQuery_7.$x") -> list[dict[str, Any]]:
    answer = get(replica, f"/apps.flexmls.com/quick_launch/omni?_q={quote(asked)}&_lo=false&callback={callback}")
    text = answer.body.decode()
    assert answer.status == 200
    start = f"/**/ {callback}("
    assert text.startswith(start)
    assert text.endswith(");")
    found: list[dict[str, Any]] = json.loads(text.removeprefix(start)[:-2])["D"]["Results"]
    return found


def numbers(replica: Replica, address: str) -> list[str]:
    """MLS numbers of the home itself, newest first."""
    found = [hit["Listing"] for hit in omni(replica, address) if hit["Type"] == "Listing"]
    own = [one["Number"] for one in found if same_home(one["Name"].rsplit(" / ", 1)[0], address)]
    return sorted(own, reverse=True)


def detail_path(replica: Replica, address: str, place: int = 0) -> str:
    return f"{HOST}/mls/x-mls_{numbers(replica, address)[place]}/"


def photo_ids(answer: Answer) -> list[str]:
    """Ids of the gallery in order, from the film strip of template 1 or the slide show of template 2."""
    tree = html.fromstring(answer.body)
    strip = tree.xpath("//div[@class='flexmls_connect__filmstrip']/img/@fullsrc")
    slides = tree.xpath("//*[@id='listing-slideshow']/img[@class='owl-lazy']/@data-src")
    assert not (strip and slides)
    return [re.findall(r"/az/(\d{26})-o\.jpg", url)[0] for url in strip or slides]


def label(answer: Answer, name: str) -> str | None:
    """The value beside a label of the facts table, in either template."""
    tree = html.fromstring(answer.body)
    for element in tree.xpath("//b | //*[@class='detail-label']"):
        if element.text_content().strip() == f"{name}:":
            value = element.tail if element.tag == "b" else element.getnext().text_content()
            return str(value).strip()
    return None


def test_plain_pages_of_both_templates_agree_with_the_truth(simple: Replica) -> None:
    told, templates = truth(HOMES[:30], simple.options)["homes"], set()
    for address in HOMES[:30]:
        answer = get(simple, detail_path(simple, address))
        home = property_at(address, simple.options.photos)
        title = html.fromstring(answer.body).findtext(".//title")
        match = re.fullmatch(r"(.+) \(MLS# (\d{7})\) - Phoenix MLS Search\.com", title)
        assert match is not None
        assert same_home(match[1], address)
        assert match[2] == home.mls
        assert photo_ids(answer) == [photo["key"] for photo in told[address]["phoenix_mls"]["photos"]]
        assert label(answer, "List Date") == f"{home.listed:%m/%d/%Y}"
        assert label(answer, "Status") == "Active"
        assert abs(float(label(answer, "Geo Lat") or 0) - home.latitude) < 0.001
        parts = [label(answer, f"Assessor's {part} #") or "" for part in ("Book", "Map", "Parcel")]
        apn = label(answer, "Assessor Number") or "".join(parts)
        assert apn.replace("-", "") == home.apn.replace("-", "")
        templates.add(b"flexmls_connect__filmstrip" in answer.body)
    assert templates == {True, False}


def test_the_first_template_repeats_its_gallery(simple: Replica) -> None:
    seen = 0
    for address in HOMES[:20]:
        presented = present(address, simple.options)
        if presented.listing.template == 1:
            answer = get(simple, detail_path(simple, address))
            tree = html.fromstring(answer.body)
            box = tree.xpath("//div[@class='flexmls_connect__hidden']/a[starts-with(@rel, 'p-')]")
            assert [re.findall(r"\d{26}", link.get("href"))[0] for link in box] == photo_ids(answer)
            assert [link.get("title") for link in box] == [photo.caption for photo in presented.listing.photos]
            alts = tree.xpath("//div[@class='flexmls_connect__filmstrip']/img/@alt")
            assert alts == [photo.caption or mls_address(presented.home) for photo in presented.listing.photos]
            assert f"View Larger Photos ({len(box)})" in answer.body.decode()
            assert f"<span>1</span> / {len(box)} " in answer.body.decode()
            seen += 1
    assert seen


def test_older_listings_have_pages_and_photos_of_their_own() -> None:
    options = only("phoenix_older")
    told = truth(HOMES[:10], options)["homes"]
    with running(options) as replica:
        for address in HOMES[:10]:
            found = numbers(replica, address)
            assert len(found) in (2, 3)
            own = {photo["key"] for photo in told[address]["phoenix_mls"]["photos"]}
            assert set(photo_ids(get(replica, detail_path(replica, address)))) == own
            older = get(replica, detail_path(replica, address, 1))
            assert not own & set(photo_ids(older))
            assert label(older, "Status") == "Closed"
            assert get(replica, f"{CDN}/az/{photo_ids(older)[0]}-o.jpg").status == 200


def test_states_of_a_listing() -> None:
    kinds = ("phoenix_closed", "phoenix_pending", "phoenix_no_photos", "phoenix_gone", "phoenix_strange")
    seen = {}
    with running(only(*kinds)) as replica:
        for address in HOMES[:40]:
            ending = present(address, replica.options).ending
            seen.setdefault(ending, []).append(get(replica, detail_path(replica, address)))
    assert set(seen) == set(kinds)
    assert {label(one, "Status") for one in seen["phoenix_closed"]} == {"Closed"}
    assert any(b"flexmls_connect__ld_status status_closed" in one.body for one in seen["phoenix_closed"])
    assert {label(one, "Status") for one in seen["phoenix_pending"]} == {"UCB (Under Contract-Backups)"}
    for one in seen["phoenix_no_photos"]:
        assert photo_ids(one) == []
        assert b"View Larger Photos" not in one.body
    for one in seen["phoenix_gone"]:
        assert b"This listing is no longer available." in one.body
        assert b"Listing Not Available" in one.body


def test_refusals_and_transient_failures() -> None:
    statuses: dict[str, list[int]] = {}
    options = Options(photos=(2, 2))
    expected = {
        "phoenix_firewall": [403, 403, 403],
        "phoenix_slow_down": [429, 200, 200],
        "phoenix_unavailable": [503, 200, 200],
    }
    with running(options) as replica:
        for address in make_addresses(150):
            presented = present(address, options)
            kind = presented.ending if presented.ending in expected else presented.transient
            if kind in expected and kind not in statuses:
                path = detail_path(replica, address)
                statuses[kind] = [get(replica, path).status for _ in range(3)]
    assert statuses == expected


def test_the_autocomplete_and_its_near_misses() -> None:
    first, callbacks = set(), set()
    with running(only("phoenix_wrong_first", "phoenix_neighbours")) as replica:
        for address in HOMES[:20]:
            listings = [hit["Listing"]["Name"] for hit in omni(replica, address) if hit["Type"] == "Listing"]
            first.add(same_home(listings[0].rsplit(" / ", 1)[0], address))
            assert len(numbers(replica, address)) == 1
        assert any(hit["Type"] == "Field" for hit in omni(replica, HOMES[0]))
        assert omni(replica, "nowhere") == []
    assert first == {True, False}
    with running(only("phoenix_callback")) as replica:
        answer = get(replica, f"/apps.flexmls.com/quick_launch/omni?_q={quote(HOMES[0])}&callback=mine")
        callbacks.add(answer.body.split(b"(")[0])
        plain = get(replica, f"/apps.flexmls.com/quick_launch/omni?_q={quote(HOMES[0])}&callback=alert(1)//")
    assert callbacks == {b"/**/ jQuery3510_1"}
    assert b"alert(1)" not in plain.body


def test_results_pages_show_the_cover_only(simple: Replica) -> None:
    address = HOMES[4]
    mls = numbers(simple, address)[0]
    page = get(simple, f"{HOST}/mls/search/?ListingId={mls}")
    tree = html.fromstring(page.body)
    assert tree.xpath("//span[@class='flexmls_connect__sr_matches_count']")[0].text.strip() == "1"
    hit = tree.xpath("//div[@class='flexmls_connect__sr_result']")[0]
    assert hit.get("title").endswith(f" - MLS# {mls}")
    assert len(set(re.findall(r"\d{26}", html.tostring(hit).decode())) - {"20070913202326493241000000"}) == 1
    assert get(simple, path_of(hit.get("link"))).status == 200
    with running(only("phoenix_closed")) as replica:
        mls = numbers(replica, address)[0]
        counts = [
            get(replica, f"{HOST}/mls/search/?ListingId={mls}{query}").body.count(b"flexmls_connect__sr_result'")
            for query in ("", "&StandardStatus[]=Active", "&StandardStatus[]=Closed")
        ]
    assert counts == [1, 0, 1]


def test_an_overclaiming_page_lists_less_than_it_says() -> None:
    more = 0
    with running(only("phoenix_overclaim")) as replica:
        for address in HOMES[:12]:
            page = get(replica, detail_path(replica, address))
            claimed = re.findall(r"View Larger Photos \((\d+)\)", page.body.decode())
            more += bool(claimed) and int(claimed[0]) > len(photo_ids(page))
            assert not claimed or int(claimed[0]) > len(photo_ids(page))
    assert more


@pytest.fixture(scope="module")
def photo(simple: Replica) -> str:
    return photo_ids(get(simple, detail_path(simple, HOMES[5])))[0]


def test_every_file_has_its_size(simple: Replica, photo: str) -> None:
    def size(path: str) -> tuple[int, int]:
        answer = get(simple, path)
        assert (answer.status, answer.headers["content-type"]) == (200, "image/jpeg"), path
        return Image.open(BytesIO(answer.body)).size

    original = size(f"{CDN}/az/{photo}-o.jpg")
    assert original[0] in (1920, 2048)
    assert [size(f"{CDN}/az/{photo}{end}.jpg")[0] for end in ("-t", "", "-m", "-l")] == [65, 300, 300, 640]
    assert size(f"/cdn2.photos.sparkplatform.com/az/{photo}-t.jpg")[0] == 65
    for box in BOXES:
        wide, tall = (int(side) for side in box.split("x"))
        width, height = size(f"{RESIZE}/az/{box}/true/{photo}-o.jpg")
        assert width <= min(wide, original[0])
        assert height <= min(tall, original[1])
        assert width == min(wide, original[0]) or height == min(tall, original[1])
        assert width / height == pytest.approx(original[0] / original[1], abs=0.01)


def test_invented_names_are_missing(simple: Replica, photo: str) -> None:
    for wrong in (
        f"{CDN}/az/{photo}-x.jpg",
        f"{CDN}/az/{photo[:-1]}1-o.jpg",
        f"{CDN}/ca/{photo}-o.jpg",
        f"{CDN}/az/{photo}-o.png",
        f"{CDN}/az/{photo[:-1]}-o.jpg",
        f"{RESIZE}/az/999x999/true/{photo}-o.jpg",
        f"{RESIZE}/az/640x480/false/{photo}-o.jpg",
        f"{RESIZE}/az/640x480/true/{photo}-t.jpg",
        f"{CDN}/",
    ):
        assert get(simple, wrong).status == 404, wrong


def test_some_originals_are_missing_and_their_resized_copies_are_served() -> None:
    with running(Options(photos=(3, 4), only=("phoenix_no_original",), width=384)) as replica:
        for address in HOMES[:3]:
            ids = photo_ids(get(replica, detail_path(replica, address)))
            missing = [one for one in ids if get(replica, f"{CDN}/az/{one}-o.jpg", "HEAD").status == 404]
            assert len(missing) == 1
            assert get(replica, f"{RESIZE}/az/2048x1536/true/{missing[0]}-o.jpg", "HEAD").status == 200
            told = truth([address], replica.options)["homes"][address]["phoenix_mls"]["photos"]
            assert all(one["usable"] for one in told)


def test_the_site_has_pictures_that_are_no_photos(simple: Replica) -> None:
    page = get(simple, detail_path(simple, HOMES[6])).body.decode()
    logo = re.findall(r"https://phoenixmlssearch\.com/[^'\"]+\.gif", page)[0]
    assert Image.open(BytesIO(get(simple, path_of(logo)).body)).format == "GIF"


@pytest.mark.parametrize("path", ["/mls/", "/robots.txt", "/wp-admin", "/simple-search/"])
def test_odd_paths_are_not_found(simple: Replica, path: str) -> None:
    assert get(simple, HOST + path).status == 404


def test_unknown_numbers_are_no_longer_available(simple: Replica) -> None:
    for words in ("x", "1-Main-St-Mesa-AZ-85201", "%00"):
        assert b"no longer available" in get(simple, f"{HOST}/mls/{words}-mls_1234567/").body
    assert b"matches_count" in get(simple, f"{HOST}/mls/search/?ListingId=1234567").body


def test_a_new_server_opens_a_page_by_its_words(simple: Replica) -> None:
    address = HOMES[7]
    words, mls = address.replace(",", "").replace(" ", "-"), numbers(simple, address)[0]
    with running(simple.options) as replica:
        assert photo_ids(get(replica, f"{HOST}/mls/{words}-mls_{mls}/"))


@pytest.mark.parametrize(
    "text",
    [
        "4137 W Cielo Grande, Glendale, AZ 85310",
        "18431 N 37th Way, Phoenix, AZ 85032",
        "2 Main St Unit 101, Mesa, AZ 85201",
        "2846 W Villa Rita Dr, Phoenix, AZ",
        "1 E St Marys Dr, Phoenix, AZ 85016",
        "123 1/2 N 9th Ave, Phoenix, AZ 85003",
        *HOMES[:10],
    ],
)
def test_the_mls_writes_the_address_of_the_same_home(text: str) -> None:
    assert same_home(mls_address(property_at(text, (1, 1))), text)

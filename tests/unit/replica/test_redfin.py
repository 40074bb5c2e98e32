"""Redfin's responses, read with the standard library and lxml: truth and misleading cases."""

from __future__ import annotations

import json
import re
from collections import Counter
from io import BytesIO
from typing import Any
from urllib.parse import quote

import pytest
from lxml import html
from PIL import Image

from phx_scraper.replica import Options, Replica, running, truth
from phx_scraper.replica.redfin.photos import FAMILIES
from phx_scraper.replica.redfin.presented import present
from tests.unit.replica.client import Answer, get, path_of
from tests.unit.replica.conftest import make_addresses

HOST, HOMES = "/www.redfin.com", make_addresses(80)
PREFIX = "{}&&"


def only(*kinds: str) -> Options:
    return Options(photos=(3, 4), only=kinds)


def rows(replica: Replica, address: str) -> list[dict[str, Any]]:
    answer = get(replica, f"{HOST}/stingray/do/location-autocomplete?location={quote(address)}&v=2")
    text = answer.body.decode()
    assert (answer.status, text[:4]) == (200, PREFIX)
    sections = json.loads(text.removeprefix(PREFIX))["payload"]["sections"]
    return [row for part in sections if part["name"] == "Addresses" for row in part["rows"]]


def home_path(replica: Replica, address: str) -> str:
    """The row whose path ends with the property id that belongs to the home."""
    number = str(present(address, replica.options).property_id)
    return next(HOST + row["url"] for row in rows(replica, address) if row["url"].endswith(f"/home/{number}"))


def data_cache(answer: Answer) -> dict[str, Any] | None:
    scripts = html.fromstring(answer.body).xpath("//script/text()")
    for script in scripts:
        _, found, after = script.partition("root.__reactServerState.InitialContext = ")
        if found:
            context, end = json.JSONDecoder().raw_decode(after)
            assert after[end:].startswith(";\nroot.")
            cache: dict[str, Any] = context["ReactServerAgent.cache"]["dataCache"]
            return cache
    return None


def payload(cache: dict[str, Any], name: str) -> tuple[str, dict[str, Any]]:
    """(request path, payload) of the API response whose path contains `name`."""
    path = next(path for path in cache if name in path)
    body: dict[str, Any] = json.loads(cache[path]["res"]["text"].removeprefix(PREFIX))["payload"]
    return path, body


def own_files(cache: dict[str, Any], mls: str) -> list[str]:
    entries = payload(cache, "aboveTheFold")[1]["mediaBrowserInfo"].get("photos", [])
    names = [entry["fileName"].rsplit(".", 1)[0] for entry in entries]
    return [f"86/{name}" for name in names if name.split("_")[0] == mls]


def test_plain_pages_agree_with_the_truth(simple: Replica) -> None:
    told = truth(HOMES[:30], simple.options)["homes"]
    for address in HOMES[:30]:
        answer = get(simple, home_path(simple, address))
        cache = data_cache(answer)
        assert (answer.status, cache is not None) == (200, True)
        assert cache is not None
        about = payload(cache, "aboveTheFold")[1]["addressSectionInfo"]
        presented = f"{about['streetAddress']['assembledAddress']}, {about['city']}, {about['state']} {about['zip']}"
        info = payload(cache, "initialInfo")[1]
        assert (presented, info["dataSourceId"]) == (address, 86)
        assert own_files(cache, info["mlsId"]) == [photo["key"] for photo in told[address]["redfin"]["photos"]]
        assert f"MLS# {info['mlsId']} | Redfin" in answer.body.decode()


def test_the_keys_of_the_state_vary() -> None:
    paths: Counter[str] = Counter()
    with running(only("redfin_older")) as replica:
        for address in HOMES[:40]:
            cache = data_cache(get(replica, home_path(replica, address)))
            assert cache is not None
            paths.update(re.sub(r"\d+", "N", payload(cache, name)[0]) for name in ("aboveT", "belowT", "photoTags"))
    details = "/stingray/api/home/details/"
    assert set(paths) == {
        f"{details}aboveTheFold",
        f"{details}aboveTheFold?propertyId=N&accessLevel=N",
        f"{details}belowTheFold",
        "/stingray/api/vN/home/details/belowTheFold",
        "/stingray/api/photoTags/N",
        "/stingray/api/photoTagsAndCaptions/listingId/N/dataSourceId/N",
    }


def test_misleading_content_is_on_pages_and_in_no_truth() -> None:
    kinds = ("redfin_foreign_photo", "redfin_older", "redfin_second_mls", "redfin_versions", "redfin_few_tags")
    options = only(*kinds)
    told = truth(HOMES[:6], options)["homes"]
    with running(options) as replica:
        for address in HOMES[:6]:
            answer = get(replica, home_path(replica, address))
            cache = data_cache(answer)
            assert cache is not None
            mls = payload(cache, "initialInfo")[1]["mlsId"]
            own = own_files(cache, mls)
            assert own == [photo["key"] for photo in told[address]["redfin"]["photos"]]
            gallery = payload(cache, "aboveTheFold")[1]["mediaBrowserInfo"]["photos"]
            assert len(gallery) == len(own) + 1
            history = payload(cache, "belowTheFold")[1]["propertyHistoryInfo"]
            others = history["mediaBrowserInfoBySourceId"]
            assert len(others) >= 2
            assert mls not in others
            assert {event["sourceId"] for event in history["events"]} > set(others)
            versions = [name.rsplit("_", 1)[1] for name in own]
            assert len({versions[0], *versions[1:]}) == 2
            assert len(payload(cache, "photoTags")[1]["tagsByPhotoId"]) < len(own)
            cards = set(re.findall(r"genBcs\.(\d{7})_", answer.body.decode())) - {mls}
            assert len(cards) >= 4
            for url in re.findall(r'src="(https://ssl\.cdn-redfin\.com/photo/[^"]+)"', answer.body.decode())[-1:]:
                assert get(replica, path_of(url), "HEAD").status == 200


def test_status_titles_and_missing_photos() -> None:
    options = only("redfin_sold", "redfin_off_market", "redfin_contract")
    seen = set()
    with running(options) as replica:
        for address in HOMES[:14]:
            ending = present(address, options).ending
            answer = get(replica, home_path(replica, address))
            cache = data_cache(answer)
            assert cache is not None
            above = payload(cache, "aboveTheFold")[1]
            assert ("photos" in above["mediaBrowserInfo"]) is (ending != "redfin_off_market")
            assert (b"MLS#</title>" in answer.body or b"| MLS# " in answer.body) is (ending == "redfin_contract")
            rift = payload(cache, "initialInfo")[1]["riftPageType"]
            assert rift == ("ldp" if ending == "redfin_contract" else "sdp")
            seen.add(ending)
    assert len(seen) == 3


def test_pages_that_are_no_home() -> None:
    kinds = ("redfin_gone", "redfin_rental", "redfin_strange", "redfin_wrong_page", "redfin_api_only")
    statuses = Counter()
    with running(only(*kinds)) as replica:
        for address in HOMES[:40]:
            ending, path = present(address, replica.options).ending, home_path(replica, address)
            answer = get(replica, path)
            statuses[ending, answer.status] += 1
            cache = data_cache(answer) or {}
            if ending in ("redfin_gone", "redfin_rental"):
                assert not any("/home/details/" in key and "err" not in cache[key] for key in cache)
                assert (ending == "redfin_gone") is (b"Page Not Found | Redfin" in answer.body)
            if ending == "redfin_wrong_page":
                assert address.encode() not in answer.body.split(b"</title>")[0]
    assert {status for (ending, status) in statuses if ending == "redfin_gone"} == {200, 404}
    assert {ending for ending, _ in statuses} == set(kinds)


def test_the_api_works_without_the_page() -> None:
    with running(only("redfin_api_only")) as replica:
        for address in HOMES[:8]:
            path = home_path(replica, address).removeprefix(HOST)
            details = f"{HOST}/stingray/api/home/details"
            info = json.loads(get(replica, f"{details}/initialInfo?path={quote(path, safe='')}").body[4:])["payload"]
            query = f"propertyId={info['propertyId']}&listingId={info['listingId']}&accessLevel=1"
            above = json.loads(get(replica, f"{details}/aboveTheFold?{query}").body[4:])["payload"]
            below = json.loads(get(replica, f"{details}/belowTheFold?{query}").body[4:])["payload"]
            tags = json.loads(get(replica, f"{HOST}/stingray/api/photoTags/{info['listingId']}").body[4:])["payload"]
            told = truth([address], replica.options)["homes"][address]["redfin"]["photos"]
            names = [entry["fileName"].rsplit(".", 1)[0] for entry in above["mediaBrowserInfo"]["photos"]]
            assert [f"86/{name}" for name in names] == [photo["key"] for photo in told]
            assert below["propertyHistoryInfo"]["events"]
            assert len(tags["tagsByPhotoId"]) == len(names)


def test_a_bare_or_older_address_redirects() -> None:
    with running(only("redfin_moved")) as replica:
        path = home_path(replica, HOMES[0])
        assert path.startswith(f"{HOST}/az/")
        number = path.rsplit("/", 1)[1]
        for asked in (path, f"{HOST}/home/{number}"):
            answer = get(replica, asked)
            assert (answer.status, answer.headers["location"][:27]) == (301, "https://www.redfin.com/AZ/P")
        assert get(replica, path_of(answer.headers["location"])).status == 200


def test_refusals_stay() -> None:
    kinds = ("redfin_ratelimited", "redfin_robot", "redfin_forbidden", "redfin_accepted")
    seen = {}
    with running(only(*kinds)) as replica:
        for address in HOMES[:20]:
            path = home_path(replica, address)
            answers = [get(replica, path) for _ in range(3)]
            assert len({answer.status for answer in answers}) == 1
            seen[present(address, replica.options).ending] = answers[0]
        target = path_of(seen["redfin_ratelimited"].headers["location"])
        assert target == "/ratelimited.redfin.com/"
        robot = get(replica, target)
    assert {kind: answer.status for kind, answer in seen.items()} == dict(zip(kinds, (302, 429, 403, 202), strict=True))
    assert robot.status == 429
    assert b"Are You a Robot? | Redfin" in robot.body
    assert (seen["redfin_accepted"].body, b"Request blocked" in seen["redfin_forbidden"].body) == (b"", True)


def test_transient_failures_pass() -> None:
    seen = set()
    with running(only("redfin_slow_down", "redfin_unavailable")) as replica:
        for address in HOMES[:8]:
            answers = [get(replica, home_path(replica, address)) for _ in range(2)]
            assert answers[1].status == 200
            seen.add((answers[0].status, answers[0].headers.get("retry-after")))
    assert seen == {(429, "1"), (503, None)}


@pytest.fixture(scope="module")
def cover(simple: Replica) -> tuple[str, str]:
    """(path of the cover's best file, its name) of some home, after its page was shown."""
    presented = present(HOMES[1], simple.options)
    get(simple, home_path(simple, HOMES[1]))
    stem, mls = presented.photos[0].stem, presented.home.mls
    return f"/ssl.cdn-redfin.com/photo/86/bigphoto/{mls[-3:]}/{stem}.jpg", stem


def test_every_directory_has_its_size(simple: Replica, cover: tuple[str, str]) -> None:
    best, stem = cover
    for family, (prefix, width) in FAMILIES.items():
        answer = get(simple, best.replace("bigphoto", family).replace(f"/{stem}", f"/{prefix}{stem}"))
        image = Image.open(BytesIO(answer.body))
        assert (answer.status, image.format) == (200, "JPEG")
        assert image.width == width if width else image.width in (1024, 1280, 1536)


def test_invented_names_are_missing(simple: Replica, cover: tuple[str, str]) -> None:
    best, stem = cover
    mls, version = stem.split("_")
    for wrong in (
        best.replace(stem, f"{mls}_1024"),
        best.replace(stem, f"{mls}_1_1024"),
        best.replace(stem, f"{mls}_{'9' if version != '9' else '8'}"),
        best.replace(stem, f"{mls}_77_{version}"),
        best.replace("/86/", "/267/"),
        best.replace("bigphoto", "hugephoto"),
        best.replace("bigphoto", "mbphotov3"),
        best.replace(f"/{stem}", f"/genMid.{stem}"),
        best.replace(f"/{mls[-3:]}/", "/000/" if mls[-3:] != "000" else "/001/"),
        best.replace(".jpg", ".webp"),
        best.replace(".jpg", ".png"),
    ):
        assert get(simple, wrong).status == 404, wrong


def test_files_may_be_webp() -> None:
    with running(only("redfin_webp")) as replica:
        cache = data_cache(get(replica, home_path(replica, HOMES[2])))
        assert cache is not None
        url = payload(cache, "aboveTheFold")[1]["mediaBrowserInfo"]["photos"][0]["photoUrls"]["fullScreenPhotoUrl"]
        answer = get(replica, path_of(url))
    assert url.endswith(".webp")
    assert answer.headers["content-type"] == "image/webp"
    assert Image.open(BytesIO(answer.body)).format == "WEBP"


@pytest.mark.parametrize(
    "path",
    [
        "/search?q=1+Main+St",
        "/home/5",
        "/AZ/Peoria/1-Main-St-85345/home/99",
        "/AZ/Peoria/%00/home/1",
        "/city/14240/AZ/Phoenix",
        "/stingray/nothing",
    ],
)
def test_odd_paths_are_not_found(simple: Replica, path: str) -> None:
    answer = get(simple, HOST + path)
    assert (answer.status, b"Page Not Found" in answer.body) == (404, True)


def test_a_new_server_opens_a_page_by_its_words(simple: Replica) -> None:
    path = home_path(simple, HOMES[3])
    with running(simple.options) as replica:
        assert get(replica, path).status == 200
        assert get(replica, f"{HOST}/home/{path.rsplit('/', 1)[1]}").status == 301

"""The pages, read by a small independent reader, agree with the truth."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from phx_scraper.homes import slug
from phx_scraper.replica import Options, Replica, running, truth
from phx_scraper.replica.zillow.presented import present
from tests.unit.replica.client import (
    ZILLOW,
    Answer,
    address_of,
    get,
    keys,
    listing,
    path_of,
    search_hits,
    state,
    suggestions,
    zpid,
)
from tests.unit.replica.conftest import make_addresses

HOMES = make_addresses(160)
TRANSIENT = {"rate_limited": 429, "unavailable": 503}


def patient(replica: Replica, path: str) -> Answer:
    answer = get(replica, path)
    if answer.status in (429, 500, 503):
        assert answer.headers.get("retry-after") == ("1" if answer.status == 429 else None)
        return get(replica, path)
    return answer


def is_block(answer: Answer) -> bool:
    return b"px-captcha" in answer.body and state(answer.body) is None


def open_listing(replica: Replica, address: str) -> Answer | None:
    """The home's page by suggestion, else by search; None where neither finds the home."""
    number = zpid(replica, address)
    if number:
        return patient(replica, f"{ZILLOW}/homedetails/{slug(address)}/{number}_zpid/")
    found = patient(replica, f"{ZILLOW}/homes/{slug(address)}_rb/")
    if found.status == 302:
        assert found.headers["location"].startswith("https://www.zillow.com/homedetails/")
        return patient(replica, path_of(found.headers["location"]))
    if found.status == 403 or is_block(found) or listing(found.body):
        return found
    links = [hit["detailUrl"] for hit in search_hits(found.body) if hit["address"] == address]
    return patient(replica, path_of(links[0])) if links else None


def visit(replica: Replica, address: str) -> tuple[str, list[str]]:
    page = open_listing(replica, address)
    if page is None:
        return "not_found", []
    if is_block(page):
        assert page.status in (200, 403)
        return "blocked", []
    found = listing(page.body)
    if found is None or address_of(found) != address:
        return "error", []
    photos = keys(found)
    street_view = found["photoCount"] == 1 and b"/maps/api/streetview" in page.body
    if not photos and found["photoCount"] and not street_view:
        return "error", []
    return ("ok" if photos else "empty"), photos


def test_a_correct_reader_gets_the_truth(mixed: Replica) -> None:
    expected = truth(HOMES, mixed.options)["homes"]
    outcomes = Counter(told["zillow"]["outcome"] for told in expected.values())
    assert set(outcomes) == {"ok", "empty", "not_found", "blocked", "error"}
    for address in HOMES:
        told = expected[address]["zillow"]
        assert visit(mixed, address) == (told["outcome"], [photo["key"] for photo in told["photos"]]), address


def only(*kinds: str) -> Options:
    return Options(photos=(3, 4), only=kinds)


def test_every_lookup_scenario_occurs() -> None:
    ways = ("wrong_first", "neighbours", "search_direct", "search_redirect", "search_hits")
    seen = set()
    with running(only(*ways)) as replica:
        for address in HOMES[:40]:
            kind = present(address, replica.options).lookup
            displays = [hit["display"] for hit in suggestions(replica, address)]
            assert visit(replica, address)[0] == "ok"
            assert (address in displays) is (kind in ("wrong_first", "neighbours"))
            assert kind != "wrong_first" or displays[0] != address
            seen.add(kind)
    assert seen == set(ways)


def detail_path(replica: Replica, address: str) -> str:
    return f"{ZILLOW}/homedetails/{slug(address)}/{zpid(replica, address)}_zpid/"


def test_zillow_transient_failures_pass() -> None:
    seen = set()
    with running(only("rate_limited", "unavailable")) as replica:
        for address in HOMES[:6]:
            path, status = detail_path(replica, address), TRANSIENT[present(address, replica.options).transient]
            assert [get(replica, path).status for _ in range(3)] == [status, 200, 200]
            seen.add(status)
        replica.reset()
        assert get(replica, path).status == status
    assert seen == {429, 503}


def test_refusals_stay() -> None:
    seen = set()
    with running(only("blocked", "blocked_old", "blocked_200")) as replica:
        for address in HOMES[:10]:
            kind, path = present(address, replica.options).ending, detail_path(replica, address)
            status = 200 if kind == "blocked_200" else 403
            answers = [get(replica, path) for _ in range(3)]
            assert [answer.status for answer in answers] == [status] * 3
            assert (b"Press &amp; Hold" in answers[0].body) is (kind != "blocked_old")
            assert 2500 < len(answers[0].body) < 17_000
            assert get(replica, f"{ZILLOW}/homes/{slug(address)}_rb/").status == status
            seen.add(kind)
    assert len(seen) == 3


def test_unrelated_images_are_on_every_listing_and_in_no_truth(simple: Replica) -> None:
    told = truth(HOMES[:6], simple.options)["homes"]
    unrelated: set[tuple[str, str, str]] = set()
    for address in HOMES[:6]:
        page = get(simple, f"{ZILLOW}/homedetails/{zpid(simple, address)}_zpid/").body.decode()
        own = {photo["key"] for photo in told[address]["zillow"]["photos"]}
        seen = set(re.findall(r"photos\.zillowstatic\.com/fp/([0-9a-f]{32})-(\w+)\.(\w+)", page))
        assert own <= {key for key, _, _ in seen}
        other_images = {found for found in seen if found[0] not in own}
        assert {"p_c", "h_n", "zillow_web_95_35", "p_e", "cc_ft_384"} <= {variant for _, variant, _ in other_images}
        unrelated |= other_images
    assert "zillow_web_logo_inf_11" in {variant for _, variant, _ in unrelated}
    for key, variant, ending in sorted(unrelated)[::4]:
        answer = get(simple, f"/photos.zillowstatic.com/fp/{key}-{variant}.{ending}", "HEAD")
        assert (answer.status, answer.headers["content-type"]) == (200, "image/jpeg")


def test_pictures_of_the_static_host_are_served(simple: Replica) -> None:
    page = get(simple, f"{ZILLOW}/homedetails/{zpid(simple, HOMES[0])}_zpid/").body.decode()
    posters = re.findall(r"https://www\.zillowstatic\.com/vrmodels[^\"\\]+\.jpg", page)
    agents = re.findall(r"https://www\.zillowstatic\.com/s3/partner-showcase[^\"\\]+\.jpg", page)
    portraits = re.findall(r"https://photos\.zillowstatic\.com/h_n/[^\"\\]+\.jpg", page)
    types = [get(simple, path_of(found[0])).headers["content-type"] for found in (posters, agents, portraits)]
    assert types == ["binary/octet-stream", "image/jpeg", "image/jpeg"]


def test_pages_vary_in_shape_date_and_size() -> None:
    places, dates, names, weights = set(), set(), set(), []
    with running(only("big_page", "overclaim")) as replica:
        for address in HOMES[:60]:
            body = open_listing(replica, address).body  # type: ignore[union-attr]
            props = state(body)["props"]["pageProps"]  # type: ignore[index]
            component = props["componentProps"]
            held = component.get("gdpClientCache") or props["gdpClientCache"]
            places.add((type(held).__name__, "gdpClientCache" in component))
            found = listing(body)
            assert found is not None
            assert found["photoCount"] > len(keys(found))
            dates.add((found.get("datePostedString") is not None, found.get("priceHistory") is not None))
            names |= {
                "VariantQuery" if "VariantQuery" in str(held)[:20] else "",
                *(name for name in found if "hotos" in name),
            }
            weights.append(len(body))
    assert places == {("str", True), ("str", False), ("dict", True)}
    assert dates == {(True, True), (False, True), (False, False)}
    assert {"photos", "originalPhotos", "responsivePhotosOriginalRatio", "VariantQuery"} <= names
    assert 190_000 < min(weights) < max(weights) < 420_000


def test_sizes_are_in_any_order(simple: Replica) -> None:
    found = listing(get(simple, f"{ZILLOW}/homedetails/{zpid(simple, HOMES[0])}_zpid/").body)
    assert found is not None
    widths = [source["width"] for source in found["responsivePhotos"][0]["mixedSources"]["jpeg"]]
    assert sorted(widths) == [192, 384, 576, 768, 960, 1152, 1344, 1536]
    assert widths != sorted(widths)


@pytest.mark.parametrize(("width", "arrays"), [(384, 1), (800, 2)])
def test_the_width_bounds_what_is_listed(width: int, arrays: int) -> None:
    with running(Options(photos=(2, 2), kinds=frozenset(), width=width)) as replica:
        body = get(replica, f"{ZILLOW}/homedetails/{zpid(replica, HOMES[0])}_zpid/").body
        found = listing(body)
    assert found is not None
    widths = [source["width"] for source in found["responsivePhotos"][0]["mixedSources"]["webp"]]
    assert max(widths) == max(size for size in (384, 768) if size <= width)
    assert ("responsivePhotosOriginalRatio" in found) is (arrays == 2)

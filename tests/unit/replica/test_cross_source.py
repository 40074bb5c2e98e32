"""Visits of the replica with the project's own page objects agree with the truth, across sources too."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import combinations

import pytest

from phx_scraper.imaging import process
from phx_scraper.imaging.duplicates import PLAIN, VERIFIED, group
from phx_scraper.pages.identity import agreements, contradictions, distance
from phx_scraper.replica import Options, Replica, running, truth
from phx_scraper.replica.cross_source import contradiction_at
from phx_scraper.replica.photo_responses import RequestedFile, make_file
from phx_scraper.replica.presented_sources import PRESENTED_SOURCES
from phx_scraper.replica.property import property_at
from tests.unit.replica.conftest import make_addresses
from tests.unit.replica.crawl_helpers import VISITORS, visit_home

HOMES = make_addresses(60)


@pytest.mark.parametrize("source", ["redfin", "phoenix_mls", "maricopa_assessor"])
def test_our_pages_read_what_the_truth_says(mixed: Replica, source: str) -> None:
    told, outcomes = truth(HOMES, mixed.options)["homes"], Counter()
    for address in HOMES:
        if contradiction_at(source, property_at(address, mixed.options.photos), mixed.options) == "far":
            continue  # nothing on this page alone is wrong
        visit, expected = visit_home(mixed, source, address), told[address][source]
        keys = [photo["key"] for photo in expected["photos"]]
        assert (visit.outcome, visit.keys) == (expected["outcome"], keys), (address, visit.reason)
        outcomes[visit.outcome] += 1
    assert outcomes["ok"] > 40
    assert len(outcomes) >= 3


SCENARIOS = {
    "redfin": ("redfin_foreign_photo", "redfin_second_mls", "redfin_api_only", "redfin_moved", "redfin_webp"),
    "phoenix_mls": ("phoenix_older", "phoenix_overclaim", "phoenix_wrong_first", "phoenix_closed"),
    "maricopa_assessor": ("assessor_crowded", "assessor_other_parcel"),
}


@pytest.mark.parametrize("source", SCENARIOS)
def test_our_pages_read_every_misleading_page_correctly(source: str) -> None:
    options = Options(photos=(3, 4), only=SCENARIOS[source])
    told = truth(HOMES[:9], options)["homes"]
    with running(options) as replica:
        for address in HOMES[:9]:
            visit = visit_home(replica, source, address)
            assert visit.outcome == "ok", visit.reason
            assert visit.keys == [photo["key"] for photo in told[address][source]["photos"]]


def test_ordinary_homes_agree_between_all_sources(simple: Replica) -> None:
    for address in HOMES[:9]:
        listings = [way(simple, address) for way in VISITORS.values()]
        assert contradictions(listings) == ()
        for one, other in combinations(listings, 2):
            kinds = {evidence.kind.split("@")[0] for evidence in agreements(one, [other])}
            assert "coordinates" in kinds
            assert (distance(one, other) or 0) < 150
            if "maricopa_assessor" not in (one.source, other.source):
                assert "mls" in kinds
            elif "zillow" not in (one.source, other.source):
                assert "apn" in kinds


def test_a_contradiction_refutes_one_page() -> None:
    options, ways = Options(photos=(2, 3), only=("contradiction",)), Counter()
    told = truth(HOMES[:10], options)["homes"]
    with running(options) as replica:
        for address in HOMES[:10]:
            wrong = [source for source, one in told[address].items() if one["outcome"] == "error"]
            assert len(wrong) == 1
            way = contradiction_at(wrong[0], property_at(address, options.photos), options)
            ways[wrong[0], way] += 1
            listings = [one(replica, address) for one in VISITORS.values()]
            refused = contradictions(listings)
            assert [one.weaker.source for one in refused] == wrong, address
            assert refused[0].kind in ({"coordinates"} if way == "far" else {"mls", "apn"})
            if way == "far":
                assert min(distance(refused[0].weaker, one) or 0 for one in listings if one.source != wrong[0]) > 1000
            assert visit_home(replica, wrong[0], address).outcome == ("ok" if way == "far" else "error")
    assert len(ways) == 4


def test_homes_without_any_picture_are_empty() -> None:
    with running(Options(photos=(0, 0), kinds=frozenset())) as replica:
        for source in ("zillow", "redfin", "phoenix_mls"):
            assert visit_home(replica, source, HOMES[0]).outcome == "empty"
    told = truth(HOMES[:1], Options(photos=(0, 0), kinds=frozenset()))["homes"][HOMES[0]]
    assert [one["outcome"] for one in told.values()] == ["empty", "empty", "ok", "empty"]


def test_one_source_alone_has_no_contradiction() -> None:
    for sources in (("redfin",), ("redfin", "phoenix_mls"), ("zillow", "phoenix_mls", "maricopa_assessor")):
        options = Options(photos=(2, 2), only=("contradiction",), sources=sources)
        homes = truth(HOMES[:6], options)["homes"]
        assert {one["outcome"] for home in homes.values() for one in home.values()} == {"ok"}


@dataclass(frozen=True)
class Seen:
    """A picture as the duplicate rules compare it, and its seed."""

    seed: str
    raw_sha256: str
    content_hash: str
    phash: str
    dhash: str
    original_width: int
    original_height: int
    original_format: str
    signature: bytes
    flat: bool


def seen(wanted: RequestedFile) -> Seen:
    image = process(make_file(wanted))
    names = [name for name in Seen.__dataclass_fields__ if name != "seed"]
    return Seen(wanted.picture.seed, **{name: getattr(image, name) for name in names})


COPIES = ("copy_reencoded", "copy_cropped", "copy_brighter", "copy_watermarked")
CROSSED = ("cross_cropped", "cross_watermarked", "cross_reencoded", "cross_extra", "cross_subset", "redfin_webp")


@pytest.mark.parametrize(("width", "homes"), [(384, 6), (800, 2)])
def test_near_duplicates_are_those_of_the_truth(width: int, homes: int) -> None:
    options = Options(photos=(4, 4), only=(*COPIES, *CROSSED), width=width)
    copies = 0
    for address in HOMES[:homes]:
        files = [one for source in PRESENTED_SOURCES.values() for one in source.warm_photos(address, options)]
        images = [seen(file) for file in files]
        for groups in (group(images, PLAIN), group(images, VERIFIED)):
            for found in groups:
                assert {copy.image.seed for copy in found.duplicates} <= {found.kept.seed}
            assert len(groups) == len({image.seed for image in images})
        copies += len(images) - len(groups)
    assert copies > 4 * homes


def test_copies_differ_in_bytes_and_the_mls_has_the_largest() -> None:
    options = Options(photos=(2, 2), kinds=frozenset())
    for address in HOMES[:1]:
        images = {
            source: [seen(file) for file in PRESENTED_SOURCES[source].warm_photos(address, options)]
            for source in ("zillow", "redfin", "phoenix_mls")
        }
        for copies in zip(*images.values(), strict=True):
            assert len({copy.seed for copy in copies}) == 1
            assert len({copy.raw_sha256 for copy in copies}) == 3
            widths = [copy.original_width for copy in copies]
            assert widths[2] > widths[0] == 1536 >= widths[1] >= 1024


def test_some_homes_have_equal_bytes_at_two_sources() -> None:
    options = Options(photos=(2, 2), only=("byte_equal",), width=800)
    files = {source: PRESENTED_SOURCES[source].warm_photos(HOMES[0], options) for source in ("zillow", "redfin")}
    raw = {source: {make_file(file) for file in found} for source, found in files.items()}
    assert raw["zillow"] == raw["redfin"]
    assert len(raw["zillow"]) == 2

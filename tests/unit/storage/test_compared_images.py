"""Which images are compared with which: each new one with all before it, of its hash version, within the distances."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from phx_scraper.errors import StorageError
from phx_scraper.imaging.duplicates.rule import PLAIN, Rule
from phx_scraper.model.image import Image
from phx_scraper.run import near_duplicate_index as mirror_module
from phx_scraper.run.near_duplicate_index import NearDuplicateIndex
from phx_scraper.storage.catalogue import near_duplicate_pairs, runs
from phx_scraper.storage.catalogue.catalogue import Catalogue
from tests.catalogue_calls import write
from tests.catalogue_places import catalogue_at
from tests.unit.storage.hash_pairs import RUN, brute_force, clustered_hashes, image_of, put_home, recorded

WIDE = Rule("plain", 12, 20)
FRONT, NEAR, OTHER = "00ff00ff00ff00ff", "00ff00ff00ff00f0", "ff00ff00ff00ff00"


@pytest.fixture
def catalogue(tmp_path: Path, database: None) -> Iterator[Catalogue]:
    opened = catalogue_at(tmp_path / "catalogue.sqlite")
    write(opened, runs.start, RUN, "zillow", {}, 1.0)
    yield opened
    opened.close()


def put(catalogue: Catalogue, *images: Image) -> None:
    """Each at a home of its own."""
    with catalogue.reading() as connection:
        first = connection.exec_driver_sql("SELECT count(*) FROM homes").scalar_one()
    for number, image in enumerate(images, start=first):
        put_home(catalogue, number, [image])


def hash_anew(catalogue: Catalogue, image: Image, at: int) -> None:
    """As when the same bytes are fetched again and hashed in another way."""
    put_home(catalogue, at, [image])


@pytest.mark.parametrize("rule", [PLAIN, WIDE], ids=["default", "wide"])
def test_pairs_are_those_of_comparing_each_with_each(catalogue: Catalogue, rule: Rule) -> None:
    mirror = NearDuplicateIndex(rule)
    for home in range(8):
        hashes = clustered_hashes(25, home)
        put_home(catalogue, home, [image_of(f"{home}-{place}", *each) for place, each in enumerate(hashes)])
        mirror.catch_up(catalogue)
    expected = brute_force(catalogue, rule.distance, rule.dhash_distance)
    assert len(expected) > 300
    assert sorted(recorded(catalogue)) == sorted(expected)


@pytest.mark.parametrize("splits", ["2,2,2,2", "8,0,0,0", "0,0,0,8", "3,2,2,1", "1,2,2,3"])
@pytest.mark.parametrize("further", [0, 1])
def test_eight_bits_are_found_wherever_they_lie_and_nine_are_not(
    catalogue: Catalogue, splits: str, further: int
) -> None:
    phash = int(FRONT, 16)
    for band, bits in enumerate(map(int, splits.split(","))):
        phash ^= ((1 << bits) - 1) << (16 * band)
    phash ^= further << 60
    put(catalogue, image_of("one", FRONT), image_of("two", f"{phash:016x}", FRONT))
    NearDuplicateIndex(PLAIN).catch_up(catalogue)
    assert len(recorded(catalogue)) == 1 - further


def test_what_was_never_compared_is_compared_in_batches(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (near_duplicate_pairs, mirror_module):
        monkeypatch.setattr(module, "BATCH", 10)
    put_home(catalogue, 0, [image_of(f"{place}", *each) for place, each in enumerate(clustered_hashes(75, 3))])
    NearDuplicateIndex(PLAIN).catch_up(catalogue)
    assert set(recorded(catalogue)) == brute_force(catalogue) != set()


def test_a_new_process_reads_what_was_compared_in_parts(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(near_duplicate_pairs, "_HASHES_AT_ONCE", 7)
    put_home(catalogue, 0, [image_of(f"{place}", *each) for place, each in enumerate(clustered_hashes(40, 3))])
    NearDuplicateIndex(PLAIN).catch_up(catalogue)
    put_home(catalogue, 1, [image_of(f"late-{place}", *each) for place, each in enumerate(clustered_hashes(40, 4))])
    later = NearDuplicateIndex(PLAIN)
    later.read(catalogue)
    assert len(later) == 40, "read at once, not image by image"
    later.catch_up(catalogue)
    assert len(later) == 80
    assert set(recorded(catalogue)) == brute_force(catalogue)


def test_other_distances_compare_everything_anew(catalogue: Catalogue) -> None:
    put_home(catalogue, 0, [image_of(f"{place}", *each) for place, each in enumerate(clustered_hashes(60, 3))])
    NearDuplicateIndex(PLAIN).catch_up(catalogue)
    narrow = brute_force(catalogue)
    assert set(recorded(catalogue)) == narrow
    NearDuplicateIndex(WIDE).catch_up(catalogue)
    assert set(recorded(catalogue)) == brute_force(catalogue, 12, 20) > narrow


def test_images_hashed_by_another_version_are_left_to_its_processes(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = [image_of(f"old{number}", FRONT, hash_version="older") for number in range(2)]
    put(catalogue, old[0], image_of("new0", FRONT), old[1], image_of("new1", NEAR))
    NearDuplicateIndex(PLAIN).catch_up(catalogue)
    assert recorded(catalogue) == [tuple(sorted(image_of(f"new{n}", FRONT).raw_sha256 for n in range(2)))]
    monkeypatch.setattr(mirror_module, "HASH_VERSION", "older")
    NearDuplicateIndex(PLAIN).catch_up(catalogue)
    assert tuple(sorted(image.raw_sha256 for image in old)) in recorded(catalogue)
    assert len(recorded(catalogue)) == 2


def test_an_image_that_is_hashed_anew_is_compared_by_its_new_hashes_only(catalogue: Catalogue) -> None:
    mirror, moved = NearDuplicateIndex(PLAIN), image_of("moved", FRONT, hash_version="older")
    put(catalogue, moved, image_of("other", OTHER))
    mirror.catch_up(catalogue)
    hash_anew(catalogue, dataclasses.replace(image_of("moved", OTHER)), at=50)
    mirror.catch_up(catalogue)
    assert recorded(catalogue) == [tuple(sorted((moved.raw_sha256, image_of("other", OTHER).raw_sha256)))]
    hash_anew(catalogue, image_of("other", FRONT), at=51)
    put(catalogue, image_of("third", OTHER))
    mirror.catch_up(catalogue)
    third = image_of("third", OTHER).raw_sha256
    assert {pair for pair in recorded(catalogue) if third in pair} == {tuple(sorted((moved.raw_sha256, third)))}


def test_flat_pictures_match_none(catalogue: Catalogue) -> None:
    put(catalogue, image_of("one", FRONT), image_of("flat", FRONT, flat=True), image_of("two", NEAR))
    NearDuplicateIndex(PLAIN).catch_up(catalogue)
    assert set(recorded(catalogue)) == brute_force(catalogue)
    assert len(recorded(catalogue)) == 1


def test_a_comparison_that_could_not_be_written_is_made_again(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror = NearDuplicateIndex(PLAIN)
    put(catalogue, image_of("one", FRONT))
    mirror.catch_up(catalogue)
    put(catalogue, image_of("two", NEAR), image_of("three", FRONT))

    def full(*_arguments: object) -> None:
        raise StorageError("no space")

    with monkeypatch.context() as patch:
        patch.setattr(near_duplicate_pairs, "upsert", full)
        with pytest.raises(StorageError):
            mirror.catch_up(catalogue)
    assert recorded(catalogue) == []
    mirror.catch_up(catalogue)
    assert sorted(recorded(catalogue)) == sorted(brute_force(catalogue))
    assert len(recorded(catalogue)) == 3

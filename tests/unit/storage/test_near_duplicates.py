"""Near-duplicates at other homes: found exactly once, recorded, shown at both homes in any order."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from phx_scraper.homes import parse_inline
from phx_scraper.imaging.duplicates.rule import PLAIN
from phx_scraper.model.listing import Listing
from phx_scraper.model.photo import Fetched, Photo
from phx_scraper.model.visit import DueVisit
from phx_scraper.run.near_duplicate_index import NearDuplicateIndex
from phx_scraper.storage.catalogue import gallery, leases, listings, photos, registration, runs
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.files.folder_store import FolderStore
from phx_scraper.views import write_all
from phx_scraper.views.folders import write_home
from tests.catalogue_calls import open_galleries, read, write
from tests.catalogue_places import catalogue_at
from tests.unit.storage.catalogue_helpers import finish_visit, plain_rule
from tests.unit.storage.hash_pairs import image_of

HOMES = (
    "4732 W Davis Rd, Glendale, AZ 85306",
    "4560 E Sunrise Dr, Phoenix, AZ 85044",
    "7233 W Corrine Dr, Peoria, AZ 85381",
)
NEAR = {HOMES[0]: "00ff00ff00ff00ff", HOMES[1]: "00ff00ff00ff00f0", HOMES[2]: "ff00ff00ff00ff00"}


@pytest.fixture
def files(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path, fsync=False)


@pytest.fixture
def catalogue(tmp_path: Path, database: None) -> Iterator[Catalogue]:
    opened = catalogue_at(tmp_path / "metadata" / "catalogue.sqlite")
    write(opened, runs.start, "run00001", "zillow", {}, 1.0)
    yield opened
    opened.close()


def collect(catalogue: Catalogue, files: FolderStore, address: str, phash: str, name: str = "") -> str:
    (home,), _ = parse_inline(address)
    write(catalogue, registration.register, [home], ["zillow"], "run00001")
    lease = write(catalogue, leases.lease, DueVisit(home.property_hash, "zillow"), "run00001", "holder", 2.0)
    assert lease is not None
    photo = Photo("key", 1, "https://photos.zillowstatic.com/fp/key.jpg")
    listing = Listing("zillow", "https://www.zillow.com/1", address, {}, "for_sale", None, None, (photo,))
    (row,) = write(catalogue, listings.record, lease, listing, 3.0)
    image = image_of(name or home.property_hash, phash)
    files.write(image.path, b"picture")
    write(catalogue, photos.store, row.photo_id, image, Fetched(photo.url, 3.0), 0, 3.0)
    finish_visit(catalogue, lease, "ok", "", plain_rule, 4.0)
    return home.property_hash


def also_at(catalogue: Catalogue) -> dict[str, list[tuple[str, ...]]]:
    with open_galleries(catalogue) as galleries:
        return {one.home.address: [photo.also_at for photo in one.photos] for one in galleries}


def test_both_homes_name_each_other_and_a_third_names_none(catalogue: Catalogue, files: FolderStore) -> None:
    mirror = NearDuplicateIndex(PLAIN)
    for address in HOMES:
        collect(catalogue, files, address, NEAR[address])
        mirror.catch_up(catalogue)
    assert also_at(catalogue) == {HOMES[0]: [(HOMES[1],)], HOMES[1]: [(HOMES[0],)], HOMES[2]: [()]}


def test_equal_bytes_share_one_file_and_are_shown_too(catalogue: Catalogue, files: FolderStore) -> None:
    for address in HOMES[:2]:
        collect(catalogue, files, address, NEAR[HOMES[0]], name="same")
    assert len(list(files.root.glob("processed/*/*.png"))) == 1
    assert also_at(catalogue) == {HOMES[0]: [(HOMES[1],)], HOMES[1]: [(HOMES[0],)]}


def test_images_of_a_killed_process_are_compared_by_the_next(catalogue: Catalogue, files: FolderStore) -> None:
    for address in HOMES:
        collect(catalogue, files, address, NEAR[address])
    NearDuplicateIndex(PLAIN).catch_up(catalogue)
    assert also_at(catalogue)[HOMES[0]] == [(HOMES[1],)]


def test_two_processes_store_no_pair_twice_and_miss_none(catalogue: Catalogue, files: FolderStore) -> None:
    mirrors = (NearDuplicateIndex(PLAIN), NearDuplicateIndex(PLAIN))
    for address, mirror in zip(HOMES, (*mirrors, mirrors[0]), strict=True):
        collect(catalogue, files, address, NEAR[address])
        mirror.catch_up(catalogue)
    for mirror in mirrors:
        mirror.catch_up(catalogue)
    with catalogue.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM lookalikes").scalar() == 1


def test_a_later_near_duplicate_makes_the_earlier_home_stale(catalogue: Catalogue, files: FolderStore) -> None:
    mirror = NearDuplicateIndex(PLAIN)
    first = collect(catalogue, files, HOMES[0], NEAR[HOMES[0]])
    mirror.catch_up(catalogue)
    write_home(catalogue, files, first)
    collect(catalogue, files, HOMES[1], NEAR[HOMES[1]])
    mirror.catch_up(catalogue)
    assert first in read(catalogue, gallery.stale_homes)
    write_all(catalogue, files)
    text = (files.root / "homes" / "4732-w-davis-rd-glendale-az-85306" / "images_manifest.json").read_text()
    assert f'"{HOMES[1]}"' in text

"""Identity of homes: labels may be shared, and a missing city or zip never makes a second home."""

from __future__ import annotations

import contextlib
import itertools
import sqlite3
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import select

from phx_scraper.errors import BadPhoto
from phx_scraper.homes import Home, parse_inline, property_hash
from phx_scraper.imaging import ProcessedImage
from phx_scraper.reconcile.rebuild import rebuild
from phx_scraper.storage.catalogue import migrations, registration, removal_queue, runs, schema
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.database import backup_path
from phx_scraper.storage.catalogue.history_tables import listing_history as history
from phx_scraper.storage.catalogue.photo_counts import visit_rows
from phx_scraper.storage.catalogue.removal_queue import remove_unreferenced
from phx_scraper.storage.catalogue.runs import new_run_id
from phx_scraper.views import write_all
from phx_scraper.views.folders import clear_folder
from tests.catalogue_calls import open_galleries, read, write
from tests.unit.storage.catalogue_helpers import SOURCES, Collector

# Found by search: both have the label 518a022f.
ONE_LABEL = ("35358 W Davis Rd, Glendale, AZ 85306", "18022 W Sandra Ter, Glendale, AZ 85306")
ANTHEM, PHOENIX = (f"42424 N Anthem Creek Dr, {city}, AZ 85086" for city in ("Anthem", "Phoenix"))
ZUNI = ("4732 W Zuni Rd, 85306", "4732 W Zuni Rd, Glendale, AZ 85306", "4732 W Zuni Rd, Glendale")


def listed(*addresses: str) -> list[Home]:
    found, errors = parse_inline("; ".join(addresses))
    assert not errors
    return found


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    opened = Catalogue.open(tmp_path / "catalogue.sqlite")
    yield opened
    opened.close()


def register(catalogue: Catalogue, *addresses: str) -> list[str]:
    """The labels that a run with this list gets."""
    return [
        home.property_hash
        for home in write(catalogue, registration.register, listed(*addresses), ["zillow"], "run1").homes
    ]


def begin(collector: Collector, *addresses: str, sources: Sequence[str] = SOURCES) -> list[str]:
    """A run of its own over this list; returns the labels of its homes."""
    collector.run_id = new_run_id()
    write(collector.catalogue, runs.start, collector.run_id, "all", {}, time.time())
    found = write(collector.catalogue, registration.register, listed(*addresses), sources, collector.run_id)
    for slug in read(collector.catalogue, removal_queue.folders_to_clear):
        clear_folder(collector.catalogue, collector.files, slug)
    remove_unreferenced(collector.catalogue, collector.files)
    return [home.property_hash for home in found.homes]


def visit(collector: Collector, label: str, source: str) -> None:
    lease = collector.lease(label, source)
    assert lease is not None
    collector.collect(lease)


def known(catalogue: Catalogue) -> dict[str, str]:
    with open_galleries(catalogue) as galleries:
        return {gallery.home.property_hash: gallery.home.address for gallery in galleries}


@pytest.mark.parametrize("order", [ONE_LABEL, ONE_LABEL[::-1]])
def test_two_homes_of_one_label_in_one_list(catalogue: Catalogue, order: tuple[str, str]) -> None:
    labels = register(catalogue, *order)
    assert labels[0] == "518a022f"
    assert labels[1].startswith("518a022f")
    assert len(labels[1]) > 8
    assert known(catalogue) == dict(zip(labels, order, strict=True))


@pytest.mark.parametrize("order", [ONE_LABEL, ONE_LABEL[::-1]])
def test_two_homes_of_one_label_in_two_runs(catalogue: Catalogue, order: tuple[str, str]) -> None:
    first, second = (register(catalogue, address)[0] for address in order)
    assert first == property_hash(order[0]) == property_hash(order[1])
    assert first != second
    for _ in range(2):
        assert register(catalogue, *order[::-1]) == [second, first]
    assert read(catalogue, registration.labels, listed(*order)) == [first, second]
    assert known(catalogue) == {first: order[0], second: order[1]}


def test_pictures_of_two_homes_of_one_label_stay_apart(collector: Collector) -> None:
    (one,) = begin(collector, ONE_LABEL[0])
    visit(collector, one, "zillow")
    (other,) = begin(collector, ONE_LABEL[1])
    assert [visit.outcome for visit in read(collector.catalogue, visit_rows, [other], ["zillow"])] == ["pending"]
    with open_galleries(collector.catalogue, [other]) as galleries:
        assert [gallery.photos for gallery in galleries] == [()]


@pytest.mark.parametrize("order", [(ANTHEM, PHOENIX), (PHOENIX, ANTHEM)])
def test_postal_cities_are_no_second_home(catalogue: Catalogue, order: tuple[str, str]) -> None:
    labels = {register(catalogue, address)[0] for address in order}
    assert labels == set(register(catalogue, *order))
    assert known(catalogue) == {property_hash(order[0]): order[0]}


def test_the_order_of_rows_does_not_name_another_home(catalogue: Catalogue) -> None:
    names = {listed(*order)[0].property_hash for order in ((ANTHEM, PHOENIX), (PHOENIX, ANTHEM))}
    assert names == {property_hash(ANTHEM)}


# Without its zip or without its city a row is no match for the other on its own; the whole address joins them.
@pytest.mark.parametrize("order", list(itertools.permutations(ZUNI)))
def test_a_missing_city_or_zip_is_no_second_home(catalogue: Catalogue, order: tuple[str, ...]) -> None:
    for address in order:
        register(catalogue, address)
    homes = known(catalogue)
    assert list(homes.values()) == [ZUNI[1]]
    for address in order:
        assert register(catalogue, address) == list(homes)
        assert read(catalogue, registration.labels, listed(address)) == list(homes)


@pytest.mark.parametrize("first", ZUNI)
def test_a_home_keeps_its_label_and_folder_when_its_row_gains_a_part(catalogue: Catalogue, first: str) -> None:
    (label,) = register(catalogue, first)
    (before,) = read(catalogue, visit_rows, [label], ["zillow"])
    assert register(catalogue, ZUNI[1]) == [label]
    (after,) = read(catalogue, visit_rows, [label], ["zillow"])
    assert after.slug == before.slug
    assert after.address == ZUNI[1]


def test_a_row_without_zip_that_fits_two_known_homes_is_named(catalogue: Catalogue) -> None:
    register(catalogue, "1 W Main St, Mesa, AZ 85201", "1 W Main St, Mesa, AZ 85203")
    found = write(catalogue, registration.register, listed("1 W Main St, Mesa"), ["zillow"], "run2")
    assert found.homes == ()
    assert [error.row for error in found.errors] == [1]
    assert "it could be 1 W Main St, Mesa, AZ 8520" in found.errors[0].reason
    assert read(catalogue, registration.labels, listed("1 W Main St, Mesa")) == []


@pytest.mark.parametrize("order", list(itertools.permutations(["85201", "85203", ""])))
def test_a_known_home_without_zip_is_not_given_to_one_of_two(catalogue: Catalogue, order: tuple[str, ...]) -> None:
    (open_one,) = register(catalogue, "1 W Main St, Mesa")
    register(catalogue, "1 W Main St, Mesa, AZ 85201", "1 W Main St, Mesa, AZ 85203")
    assert len(known(catalogue)) == 3
    assert known(catalogue)[open_one] == "1 W Main St, Mesa"


def test_homes_at_similar_addresses_are_not_changed(catalogue: Catalogue) -> None:
    others = (
        "4732 W Zuni Rd Unit 5, Glendale, AZ 85306",
        "4732 W Zuni Rd, Glendale, AZ 85301",
        "4734 W Zuni Rd, 85306",
    )
    labels = register(catalogue, *others)
    register(catalogue, *ZUNI)
    assert {label: known(catalogue)[label] for label in labels} == dict(
        zip(labels, (others[0], others[1], "4734 W Zuni Rd, AZ 85306"), strict=True)
    )
    assert len(known(catalogue)) == 4


def collected_twice(collector: Collector, sources: tuple[tuple[str, ...], tuple[str, ...]]) -> list[str]:
    """One home known as two, each with listings of its own."""
    labels = []
    for address, own in zip((ZUNI[2], ZUNI[0]), sources, strict=True):
        (label,) = begin(collector, address)
        for source in own:
            visit(collector, label, source)
        labels.append(label)
    write_all(collector.catalogue, collector.files)
    return labels


@pytest.mark.parametrize(
    "sources", [(("zillow",), ("redfin",)), (("zillow", "redfin"), ("zillow",)), (("zillow",), ()), ((), ("zillow",))]
)
def test_two_homes_that_turn_out_to_be_one_become_one(
    collector: Collector, sources: tuple[tuple[str, ...], tuple[str, ...]]
) -> None:
    before = collected_twice(collector, sources)
    assert len(before) == 2
    (label,) = begin(collector, ZUNI[1])
    assert known(collector.catalogue) == {label: ZUNI[1]}
    with open_galleries(collector.catalogue, [label]) as galleries:
        (gallery,) = galleries
    assert {photo.source for photo in gallery.photos} == {*sources[0], *sources[1]}
    assert set(gallery.visits) == set(SOURCES)
    told = read(
        collector.catalogue, lambda tx: set(tx.execute(select(history.c.property_hash, history.c.source)).all())
    )
    assert {tuple(row) for row in told} == {(label, photo.source) for photo in gallery.photos}
    write_all(collector.catalogue, collector.files)
    folders = collector.files.names("homes")
    assert folders == [gallery.home.slug]


def test_a_users_picture_stays_when_homes_are_merged(collector: Collector) -> None:
    collected_twice(collector, (("zillow", "redfin"), ("zillow",)))
    gone = collector.root / "homes" / "4732-w-zuni-rd-az-85306"
    picture = next(gone.glob("img_*.png"))
    picture.unlink()
    picture.write_bytes(b"mine")
    begin(collector, ZUNI[1])
    assert [path.read_bytes() for path in gone.iterdir()] == [b"mine"]


def test_a_home_leased_by_another_run_is_left_for_a_later_run(collector: Collector) -> None:
    before = collected_twice(collector, (("zillow",), ()))
    assert collector.lease(before[1], "zillow") is not None
    begin(collector, ZUNI[1])
    assert set(known(collector.catalogue)) == set(before)


def test_an_older_catalogue_gets_the_identities_of_its_homes(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.sqlite"
    Catalogue.open(path).close()
    addresses = {"aaaaaaaa": ANTHEM, "bbbbbbbb": PHOENIX, "cccccccc": ZUNI[1], "dddddddd": "0 W Larkspur Ave, AZ 85029"}
    with contextlib.closing(sqlite3.connect(path)) as old:
        for name in ("homes_by_identity", "homes_by_street"):
            old.execute(f"DROP INDEX {name}")
        for name in ("identity", "street_key", "originals", "compared"):
            old.execute(f"ALTER TABLE homes DROP COLUMN {name}")
        for label, address in addresses.items():
            city, zip_code = address.split(",")[1].strip(), address[-5:]
            row = (label, address, label, "", city, "AZ", zip_code, "", "{}", 0, 0, "r", "r")
            old.execute(f"INSERT INTO homes VALUES ({', '.join('?' * 13)})", row)
        old.execute("UPDATE meta SET value = '4' WHERE key = 'schema_version'")
        old.commit()
    catalogue = Catalogue.open(path)
    try:
        assert set(known(catalogue)) == set(addresses)
        assert read(catalogue, registration.labels, listed(ZUNI[1], "4732 W Zuni Rd, 85306")) == ["cccccccc"]
        assert register(catalogue, PHOENIX) == ["aaaaaaaa"], "the two of one home become one when a list names it"
        assert set(known(catalogue)) == {"aaaaaaaa", "cccccccc", "dddddddd"}
    finally:
        catalogue.close()
    assert backup_path(path, 4).exists()
    assert max(migrations.STEPS) + 1 == schema.SCHEMA_VERSION


@pytest.mark.file_only
def test_a_rebuilt_catalogue_keeps_the_labels(tmp_path: Path) -> None:
    collector = Collector(tmp_path, fsync=False)
    labels = begin(collector, *ONE_LABEL, ZUNI[0])
    assert begin(collector, ZUNI[1]) == labels[2:]
    for label in labels:
        visit(collector, label, "zillow")
    write_all(collector.catalogue, collector.files)
    before = known(collector.catalogue)
    assert set(before) == set(labels)
    collector.catalogue.close()
    collector.catalogue.path.unlink()

    def unreadable(_data: bytes) -> ProcessedImage:
        raise BadPhoto("not_image")

    result = rebuild(collector.catalogue.path, collector.files, unreadable)
    assert (result.homes, result.lost) == (3, [])
    anew = Catalogue.open(collector.catalogue.path)
    try:
        assert known(anew) == before
    finally:
        anew.close()

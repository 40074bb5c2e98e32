"""A page that shows only some of its photos adds what it has, and takes nothing away; smaller copies give way."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import replace

import pytest

from phx_scraper.model.photo import Fetched, Photo
from phx_scraper.model.reasons import OFFLINE_ONLY, SMALLER_COPY
from phx_scraper.model.visit import DueVisit, VisitLease
from phx_scraper.storage.catalogue import leases, listings, saved_days
from phx_scraper.storage.catalogue import photos as photo_table
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.database import backup_path
from phx_scraper.storage.catalogue.saved_days import ListingDay
from phx_scraper.storage.files import paths
from tests.catalogue_calls import open_galleries, read, write
from tests.unit.storage.catalogue_helpers import Collector, Shown, listing, picture
from tests.unit.storage.visit_helpers import HOME, A, B, C, lease, next_run, record, states, visit

D = Shown("d", "garden")
VISIT = DueVisit(HOME, "zillow")


def record_part(
    begun: Collector, held: VisitLease, *shown: Shown, claim: int = 29, day: float = 6e9
) -> tuple[Photo, ...]:
    part = listing(held.source, shown, partial=True, claimed_photo_count=claim, url="https://zillow.example/part")
    return write(begun.catalogue, listings.record, held, part, 2e9, day)


def visit_part(begun: Collector, *shown: Shown) -> None:
    next_run(begun, f"run {len(states(begun))} {len(shown)}")
    held = lease(begun, now=7e9)
    for photo in record_part(begun, held, *shown):
        begun.fetch(photo)
    begun.finish(held)


def gallery(begun: Collector) -> list[tuple[str, str]]:
    with open_galleries(begun.catalogue, [HOME]) as galleries:
        return [(photo.key, photo.state) for photo in next(galleries).photos]


def known(begun: Collector) -> ListingDay:
    return read(begun.catalogue, saved_days.listing_days, [HOME], ["zillow"])[VISIT]


def listed_url(begun: Collector) -> str:
    with open_galleries(begun.catalogue, [HOME]) as galleries:
        return next(galleries).listings["zillow"].url


def test_a_part_takes_no_photo_from_a_whole_listing_and_adds_its_own_after_them(begun: Collector) -> None:
    visit(begun, A, B, C)
    visit_part(begun, Shown("c", "pool", 300), D)
    assert gallery(begun) == [("a", "stored"), ("b", "stored"), ("c", "stored"), ("d", "stored")]
    assert listed_url(begun) == "https://zillow.example/home"
    assert known(begun) == ListingDay(6e9, False, 6e9)


def test_a_part_that_shows_a_removed_photo_brings_it_back(begun: Collector) -> None:
    visit(begun, A, B)
    next_run(begun)
    visit(begun, A)
    assert states(begun) == {"a": "stored", "b": "removed"}
    visit_part(begun, B)
    assert states(begun) == {"a": "stored", "b": "stored"}


def test_parts_add_up_and_a_whole_listing_then_decides(begun: Collector) -> None:
    photos = record_part(begun, lease(begun, now=5e9), A, B)
    begun.fetch(photos[0])
    begun.fetch(photos[1])
    begun.finish(lease_again(begun))
    assert known(begun).partial
    visit_part(begun, C)
    assert states(begun) == {"a": "stored", "b": "stored", "c": "stored"}
    next_run(begun, "whole")
    visit(begun, B, C, D)
    assert states(begun) == {"a": "removed", "b": "stored", "c": "stored", "d": "stored"}
    assert known(begun)[1:] == (False, None)


def lease_again(begun: Collector) -> VisitLease:
    next_run(begun, "resumed")
    held = lease(begun, now=6e9)
    assert not held.needs_page
    return held


def test_a_killed_run_leaves_the_missing_photos_of_a_part(begun: Collector) -> None:
    visit(begun, A, B)
    next_run(begun)
    begun.fetch(record_part(begun, lease(begun, now=7e9), C, D)[0])
    assert [photo.key for photo in lease_again(begun).photos] == ["d"]


def test_a_saved_page_makes_a_visit_due_once(begun: Collector) -> None:
    write(begun.catalogue, saved_days.take_up, {VISIT: 5e9})
    assert known(begun) == ListingDay(5e9, False, 5e9), "a page that leads to no listing counts as taken up"
    visit(begun, A)
    assert read(begun.catalogue, leases.due, [HOME], ["zillow"], 5e9, 1e6) == []
    assert write(begun.catalogue, saved_days.take_up, {VISIT: 6e9}) == 1
    assert read(begun.catalogue, leases.due, [HOME], ["zillow"], 5e9, 1e6) == [VISIT]
    lease(begun, run="another", now=5e9)
    assert write(begun.catalogue, saved_days.take_up, {VISIT: 7e9}) == 0, "another run works on it"


def store(begun: Collector, photo: Photo, width: int, smaller: bool) -> None:
    made = picture(f"https://x/front/{width}/a")
    begun.files.write(made.image.path, made.png)
    fetched = Fetched(photo.url, 2e9, lacks=SMALLER_COPY if smaller else "")
    write(begun.catalogue, photo_table.store, photo.photo_id, made.image, fetched, 0, 2e9)


def shown(begun: Collector) -> tuple[int, bool, str]:
    with open_galleries(begun.catalogue, [HOME]) as galleries:
        photo = next(galleries).photos[0]
    assert photo.image is not None
    return photo.image.original_width, photo.smaller_copy, photo.reason


def again(begun: Collector, run: str, smaller: bool, width: int) -> None:
    next_run(begun, run)
    taken = write(begun.catalogue, leases.lease, VISIT, run, "here", 8e9, page_before=0.0)
    assert taken is not None
    for photo in taken.photos:
        store(begun, photo, width, smaller)
    begun.finish(replace(taken, holder="here"))


def test_a_smaller_copy_is_marked_and_gives_way_to_a_larger_picture_only(begun: Collector) -> None:
    held = lease(begun, now=5e9)
    store(begun, record(begun, held, A)[0], 600, smaller=True)
    begun.finish(held)
    assert shown(begun) == (600, True, SMALLER_COPY)
    rested = (["zillow"], 2e9 + 1, 1e6, 300.0)
    assert read(begun.catalogue, leases.due, [HOME], *rested) == []
    assert read(begun.catalogue, leases.due, [HOME], *rested, OFFLINE_ONLY) == [VISIT], "it need not wait"
    again(begun, "smaller still", smaller=True, width=300)
    assert shown(begun) == (600, True, SMALLER_COPY)
    again(begun, "online", smaller=False, width=2000)
    assert shown(begun) == (2000, False, "")


@pytest.mark.file_only
def test_schema_6_knows_whole_listings_from_the_site_only(begun: Collector) -> None:
    visit(begun, A)
    begun.catalogue.close()
    path = begun.root / paths.CATALOGUE
    with contextlib.closing(sqlite3.connect(path)) as connection:
        for table, column in (("visits", "saved_at"), ("listings", "partial"), ("photos", "smaller_copy")):
            connection.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        connection.execute("UPDATE meta SET value = '6'")
        connection.commit()
    begun.catalogue = Catalogue.open(path)
    assert (known(begun).partial, known(begun).saved_at) == (False, None)
    assert shown(begun) == (1000, False, "")
    assert backup_path(path, 6).exists()

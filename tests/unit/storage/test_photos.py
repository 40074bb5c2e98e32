"""A home's photos from listing to final state: what is fetched, kept, removed, fetched again, forgotten."""

from __future__ import annotations

from dataclasses import replace

import pytest

from phx_scraper.model.photo import Fetched
from phx_scraper.storage.catalogue import leases, listings, restart_visits
from phx_scraper.storage.catalogue import photos as photo_table
from phx_scraper.storage.catalogue.photo_counts import photo_totals
from phx_scraper.storage.catalogue.removal_queue import remove_unreferenced
from tests.catalogue_calls import open_galleries, read, write
from tests.unit.storage.catalogue_helpers import BROKEN, Collector, Shown, listing, picture
from tests.unit.storage.visit_helpers import HOME, A, B, C, changes, lease, next_run, record, states, visit


def test_a_listing_makes_its_photos_pending(begun: Collector) -> None:
    held = lease(begun)
    photos = record(begun, held, A, B, C)
    assert [(photo.key, photo.position, photo.state) for photo in photos] == [
        ("a", 1, "pending"), ("b", 2, "pending"), ("c", 3, "pending"),
    ]  # fmt: skip
    assert changes(begun) == {"new": 3}
    assert read(begun.catalogue, photo_totals, [HOME], "zillow").pending == 3


def test_a_key_that_is_shown_twice_is_one_photo(begun: Collector) -> None:
    photos = record(begun, lease(begun), A, B, Shown("a", "pool"))
    assert [(photo.key, photo.position) for photo in photos] == [("a", 1), ("b", 2)]


def test_a_killed_run_leaves_exactly_the_missing_photos(begun: Collector) -> None:
    photos = record(begun, lease(begun), A, B, Shown("c", BROKEN))
    begun.fetch(photos[0])
    begun.fetch(photos[2])
    next_run(begun)
    again = lease(begun, now=2e9 + 100)
    assert not again.needs_page
    assert again.listing is not None
    assert again.listing.evidence == (("address", "a", "a"),)
    assert [photo.key for photo in again.photos] == ["b"]
    assert read(begun.catalogue, photo_totals, [HOME], "zillow").found == 3
    begun.collect(again)
    assert states(begun) == {"a": "stored", "b": "stored", "c": "failed"}


def test_a_killed_refresh_is_open_again_whatever_the_visit_was(begun: Collector) -> None:
    visit(begun, A)
    next_run(begun)
    record(begun, lease(begun, now=5e9), A, B)
    next_run(begun, "run3")
    assert read(begun.catalogue, leases.due, [HOME], ["zillow"], 5e9 + 1, refresh_days=1e6) != []
    again = lease(begun, now=5e9 + 100)
    assert [photo.key for photo in again.photos] == ["b"]


def test_known_photos_keep_their_state_and_are_not_fetched_again(begun: Collector) -> None:
    visit(begun, A, B, Shown("c", BROKEN))
    next_run(begun)
    held = lease(begun)
    assert record(begun, held, B, A, Shown("c", BROKEN), Shown("d", "pool"))[0].key == "d"
    assert changes(begun) == {"unchanged": 3, "new": 1}
    assert states(begun) == {"a": "stored", "b": "stored", "c": "failed", "d": "pending"}
    with open_galleries(begun.catalogue, [HOME]) as galleries:
        assert [photo.key for photo in next(galleries).photos] == ["b", "a", "c", "d"]


def test_a_failed_photo_with_a_new_url_is_tried_again(begun: Collector) -> None:
    visit(begun, Shown("a", BROKEN))
    next_run(begun)
    assert [photo.key for photo in record(begun, lease(begun), Shown("a", "front"))] == ["a"]


def test_a_failed_photo_that_comes_back_after_its_removal_is_tried_again(begun: Collector) -> None:
    broken = Shown("a", BROKEN)
    begun.show = lambda _source: [broken, B]
    held = lease(begun, now=5e9)
    for photo in record(begun, held, broken, B):
        if photo.key == "a":
            write(begun.catalogue, photo_table.fail, photo.photo_id, "flat", 5e9)
        else:
            begun.fetch(photo)
    begun.finish(held)
    next_run(begun)
    assert record(begun, lease(begun, now=6e9), broken, B) == (), "it failed for good, and is still shown"
    write(begun.catalogue, restart_visits.requeue, [HOME], ["zillow"])
    next_run(begun, "run3")
    visit(begun, B)
    next_run(begun, "run4")
    assert [photo.key for photo in record(begun, lease(begun, now=7e9), broken, B)] == ["a"]


@pytest.mark.parametrize("outcome", ["blocked", "error", "empty", "not_found"])
def test_only_an_ok_listing_marks_photos_removed(begun: Collector, outcome: str) -> None:
    visit(begun, A, B)
    next_run(begun)
    visit(begun, A, outcome=outcome)
    assert states(begun) == {"a": "stored", "b": "stored"}


def test_a_photo_removed_before_it_was_fetched_fails_with_a_reason(begun: Collector) -> None:
    record(begun, lease(begun), A, B)
    write(begun.catalogue, restart_visits.requeue, [HOME], ["zillow"])
    next_run(begun)
    visit(begun, A)
    assert states(begun) == {"a": "stored", "b": "removed"}
    assert read(begun.catalogue, photo_totals, [HOME], "zillow").pending == 0


def test_force_fetches_all_again_and_keeps_what_cannot_be_renewed(begun: Collector) -> None:
    visit(begun, A, B, Shown("c", "front", 500))
    before = states(begun)
    write(begun.catalogue, restart_visits.requeue, [HOME], ["zillow"])
    next_run(begun)
    held = lease(begun)
    photos = record(begun, held, A, B, Shown("c", "front", 500))
    assert [photo.key for photo in photos] == ["a", "b", "c"]
    assert all(photo.raw_sha256 for photo in photos)
    remove_unreferenced(begun.catalogue, begun.files)
    assert begun.files.exists(picture("https://zillow/kitchen/1000/b").image.path)
    begun.fetch(photos[0])
    for photo in photos[1:]:
        assert write(begun.catalogue, photo_table.fail, photo.photo_id, "timeout", 5e9) is True
    begun.finish(held)
    assert states(begun) == before == {"a": "stored", "b": "stored", "c": "duplicate"}
    assert read(begun.catalogue, photo_totals, [HOME], "zillow").failed == 0
    next_run(begun, "run3")
    assert read(begun.catalogue, leases.due, [HOME], ["zillow"], 5e9, 1e6) == [], "force is spent"


def test_force_in_the_middle_of_another_runs_visit_is_not_lost(begun: Collector) -> None:
    held = lease(begun)
    photos = record(begun, held, A)
    write(begun.catalogue, restart_visits.requeue, [HOME], ["zillow"])
    begun.fetch(photos[0])
    begun.finish(held)
    next_run(begun)
    assert [photo.key for photo in record(begun, lease(begun), A)] == ["a"]


def test_only_a_pending_photo_is_made_final(begun: Collector) -> None:
    held = lease(begun)
    photo, other = record(begun, held, A, B)
    begun.fetch(photo)
    begun.fetch(other)
    begun.finish(held)
    made = picture(photo.url).image
    late = Fetched(photo.url, 5e9)
    assert write(begun.catalogue, photo_table.store, photo.photo_id, made, late, 0, 5e9) is False
    assert write(begun.catalogue, photo_table.fail, photo.photo_id, "timeout", 5e9) is False
    assert write(begun.catalogue, photo_table.store, 999, made, late, 0, 5e9) is False
    assert states(begun) == {"a": "stored", "b": "stored"}


def test_tags_are_those_that_the_page_last_gave(begun: Collector) -> None:
    (shown,) = listing("zillow", [A]).photos
    held = lease(begun)
    first = replace(listing("zillow", []), photos=(replace(shown, tags=("Kitchen", "Front")),))
    (pending,) = write(begun.catalogue, listings.record, held, first, 2e9)
    assert pending.tags == ("Kitchen", "Front")
    write(begun.catalogue, leases.release, held)
    resumed = lease(begun, now=5e9)
    assert [photo.tags for photo in resumed.photos] == [("Kitchen", "Front")]
    write(begun.catalogue, restart_visits.requeue, [HOME], ["zillow"])
    again = replace(first, photos=(replace(shown, tags=("Pool",)),))
    write(begun.catalogue, leases.release, resumed)
    (pending,) = write(begun.catalogue, listings.record, lease(begun, now=6e9), again, 6e9)
    assert pending.tags == ("Pool",)

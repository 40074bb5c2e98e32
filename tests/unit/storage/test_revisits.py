"""What a later visit does with photos that are known: asked once whether they changed, or not at all."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from phx_scraper.model.photo import Fetched, Photo
from phx_scraper.model.visit import DueVisit
from phx_scraper.storage.catalogue import listings, restart_visits, schema, transient_photos
from phx_scraper.storage.catalogue import photos as photo_table
from phx_scraper.storage.catalogue.forget_homes import forget_homes, forgettable
from phx_scraper.storage.catalogue.photo_counts import shown_totals
from phx_scraper.storage.catalogue.photo_statuses import earlier_pictures, photo_statuses
from phx_scraper.storage.catalogue.removal_queue import remove_unreferenced
from phx_scraper.storage.catalogue.revisit_tables import photo_versions
from tests.catalogue_calls import read, write
from tests.unit.storage.catalogue_helpers import Collector, Shown, listing, picture
from tests.unit.storage.visit_helpers import HOME, A, changes, end_run, lease, next_run, record, states, visit

MAY_CHANGE = Shown("a", "front", names_content=False)
OLD, NEW = picture("https://zillow/front/1000/a"), picture("https://zillow/garden/1000/a")


def rows(begun: Collector, table: Any) -> list[Any]:
    return read(begun.catalogue, lambda tx: tx.execute(select(table)).all())


@pytest.fixture
def again(begun: Collector) -> tuple[Collector, Photo]:
    """A second run, whose visit has read the page of a photo that may have changed."""
    visit(begun, MAY_CHANGE)
    next_run(begun)
    (photo,) = record(begun, lease(begun, now=5e9), MAY_CHANGE)
    return begun, photo


def test_a_photo_whose_address_tells_its_picture_is_not_asked_for(begun: Collector) -> None:
    visit(begun, A)
    next_run(begun)
    assert record(begun, lease(begun), A) == ()
    assert changes(begun) == {"unchanged": 1}


def test_another_is_asked_for_with_what_the_source_said_of_its_file(again: tuple[Collector, Photo]) -> None:
    begun, photo = again
    assert photo.check_due
    assert photo.is_open
    assert photo.fetched_url == photo.url
    assert photo.etag
    assert (photo.state, states(begun)) == ("stored", {"a": "stored"}), "it keeps its picture meanwhile"


def test_an_unchanged_one_stays_as_it_is(again: tuple[Collector, Photo]) -> None:
    begun, photo = again
    write(begun.catalogue, photo_table.confirm, photo.photo_id, 6e9)
    (row,) = rows(begun, schema.photos)
    assert (row.check_due, row.checked_at, row.etag) == (False, 6e9, photo.etag)
    assert changes(begun) == {"unchanged": 1}
    assert rows(begun, photo_versions) == []


def test_the_same_bytes_may_come_with_other_validators(again: tuple[Collector, Photo]) -> None:
    begun, photo = again
    write(begun.catalogue, photo_table.confirm, photo.photo_id, 6e9, Fetched(photo.url, 6e9, '"other"', "today"))
    (row,) = rows(begun, schema.photos)
    assert (row.etag, row.last_modified, row.state) == ('"other"', "today", "stored")


def store(begun: Collector, photo: Photo) -> None:
    """As the pipeline does where other bytes came."""
    begun.files.write(NEW.image.path, NEW.png)
    write(begun.catalogue, photo_table.store, photo.photo_id, NEW.image, Fetched(photo.url, 6e9), 0, 6e9)
    remove_unreferenced(begun.catalogue, begun.files)


def test_a_changed_one_keeps_its_earlier_picture(again: tuple[Collector, Photo]) -> None:
    begun, photo = again
    store(begun, photo)
    assert changes(begun) == {"changed": 1}
    (row,), (version,) = rows(begun, schema.photos), rows(begun, photo_versions)
    assert (row.raw_sha256, row.check_due) == (NEW.image.raw_sha256, False)
    assert (version.photo_id, version.raw_sha256, version.has_picture) == (photo.photo_id, OLD.image.raw_sha256, True)
    assert (version.run_id, version.etag, version.replaced_at) == (begun.run_id, photo.etag, 6e9)
    assert begun.files.exists(OLD.image.path)


def test_a_check_that_failed_leaves_the_picture_and_says_why(again: tuple[Collector, Photo]) -> None:
    begun, photo = again
    write(begun.catalogue, photo_table.fail, photo.photo_id, "timeout", 6e9)
    (row,) = rows(begun, schema.photos)
    assert (row.state, row.reason, row.check_due) == ("stored", "timeout", False)


def test_a_killed_run_leaves_the_check_to_the_next(again: tuple[Collector, Photo]) -> None:
    begun, _ = again
    next_run(begun, "run3")
    held = lease(begun, now=5e9 + 100)
    assert not held.needs_page
    assert [(photo.key, photo.check_due) for photo in held.photos] == [("a", True)]


def test_what_is_asked_for_anew_is_not_only_checked(begun: Collector) -> None:
    visit(begun, MAY_CHANGE)
    write(begun.catalogue, restart_visits.requeue, [HOME], ["zillow"])
    next_run(begun)
    (photo,) = record(begun, lease(begun), MAY_CHANGE)
    assert (photo.state, photo.check_due) == ("pending", False)


@pytest.mark.parametrize(("data", "due"), [(OLD.raw, []), (NEW.raw, ["a"])])
def test_bytes_that_come_with_the_page_tell_it_themselves(begun: Collector, data: bytes, due: list[str]) -> None:
    visit(begun, MAY_CHANGE)
    next_run(begun)
    found = listing("zillow", [MAY_CHANGE])
    carrying = replace(found, photos=(replace(found.photos[0], data=data),))
    shown = write(begun.catalogue, listings.record, lease(begun), carrying, 5e9)
    assert [photo.key for photo in shown] == due


def test_a_page_that_a_person_saved_has_nobody_asked(begun: Collector) -> None:
    visit(begun, MAY_CHANGE)
    next_run(begun)
    shown = write(begun.catalogue, listings.record, lease(begun), listing("zillow", [MAY_CHANGE]), 5e9, 4e9)
    assert shown == ()


def test_a_photo_that_its_listing_dropped_is_not_asked_for(again: tuple[Collector, Photo]) -> None:
    begun, _ = again
    next_run(begun, "run3")
    held = lease(begun, now=5e9 + 100)
    begun.finish(held)
    write(begun.catalogue, restart_visits.requeue_photos, [HOME], ["zillow"])
    visit(begun, Shown("b", "pool"))
    assert states(begun) == {"a": "removed", "b": "stored"}
    assert [row.check_due for row in rows(begun, schema.photos)] == [False, False]


def test_photos_that_a_listing_dropped_are_not_counted_with_it(begun: Collector) -> None:
    visit(begun, A, Shown("b", "pool"))
    next_run(begun)
    record(begun, lease(begun), A)
    assert read(begun.catalogue, shown_totals, HOME, "zillow").stored == 1
    next_run(begun, "run3")
    record(begun, lease(begun, now=5e9), *())
    assert read(begun.catalogue, shown_totals, HOME, "zillow").found == 0, "its visit is empty, and nothing is removed"


def test_forgetting_takes_earlier_pictures_along(again: tuple[Collector, Photo]) -> None:
    begun, photo = again
    store(begun, photo)
    begun.finish(leased(begun, photo))
    assert read(begun.catalogue, forgettable, [HOME], begun.files).files == 5, (
        "two pictures, two originals, one thumbnail"
    )
    end_run(begun)
    write(begun.catalogue, forget_homes, [HOME])
    remove_unreferenced(begun.catalogue, begun.files)
    assert rows(begun, photo_versions) == rows(begun, schema.images) == []
    assert not any(begun.files.exists(one.image.path) for one in (OLD, NEW))


def leased(begun: Collector, photo: Photo) -> Any:
    """The visit that a run holds, as it was handed out."""
    write(begun.catalogue, lambda tx: tx.execute(schema.visits.update().values(lease_run=None, lease_until=None)))
    next_run(begun, "run3")
    return lease(begun, now=6e9 + 100)


def statuses(begun: Collector, due_before: float = 0.0) -> dict[str, str]:
    found = read(begun.catalogue, photo_statuses, HOME, due_before)
    return {key: status for (_, key), status in found.items()}


def test_each_photo_says_what_the_last_look_found(again: tuple[Collector, Photo]) -> None:
    begun, photo = again
    assert statuses(begun) == {"a": "known"}
    store(begun, photo)
    assert statuses(begun) == {"a": "content_changed"}
    begun.finish(leased(begun, photo))
    write(begun.catalogue, restart_visits.requeue_photos, [HOME], ["zillow"])
    begun.show = lambda _source: [Shown("a", "garden"), Shown("b", "pool")]
    begun.collect(lease(begun, now=7e9))
    assert statuses(begun) == {"a": "known", "b": "new"}
    assert statuses(begun, due_before=1e11) == {"a": "stale", "b": "stale"}


def test_what_a_photo_showed_before_is_told_with_it(again: tuple[Collector, Photo]) -> None:
    begun, photo = again
    assert read(begun.catalogue, earlier_pictures, HOME) == {}
    store(begun, photo)
    ((place, [earlier]),) = read(begun.catalogue, earlier_pictures, HOME).items()
    assert place == ("zillow", "a")
    assert (earlier.path, earlier.raw_path) == (OLD.image.path, OLD.image.raw_path)
    assert (earlier.replaced_at, earlier.run_id) == (6e9, begun.run_id)


def test_a_check_that_failed_is_made_again_and_the_picture_stays_meanwhile(again: tuple[Collector, Photo]) -> None:
    begun, photo = again
    write(begun.catalogue, photo_table.fail, photo.photo_id, "timeout", 6e9)
    begun.finish(leased(begun, photo))
    write(begun.catalogue, transient_photos.reopen, DueVisit(HOME, "zillow"))
    (row,) = rows(begun, schema.photos)
    assert (row.state, row.check_due, row.reason) == ("stored", True, "")
    write(begun.catalogue, photo_table.fail, photo.photo_id, "timeout", 6e9)
    write(begun.catalogue, restart_visits.requeue_photos, [HOME], ["zillow"])
    (shown,) = record(begun, lease(begun, now=7e9), MAY_CHANGE)
    assert (shown.state, shown.check_due) == ("stored", True)

"""A photo's file: replaced, dropped, shared by homes, restored, and removed once it is unreferenced."""

from __future__ import annotations

import dataclasses

import pytest
from sqlalchemy import select

from phx_scraper.errors import StorageError
from phx_scraper.model.records import Fetched
from phx_scraper.storage.catalogue import schema
from tests.unit.storage.catalogue_helpers import Collector, Shown, homes, picture
from tests.unit.storage.visit_helpers import HOME, A, B, changes, lease, next_run, record, states, visit


def test_a_removed_photo_is_marked_and_its_file_stays(begun: Collector) -> None:
    visit(begun, A, B)
    next_run(begun)
    visit(begun, A)
    assert states(begun) == {"a": "stored", "b": "removed"}
    assert changes(begun) == {"unchanged": 1, "removed": 1}
    assert begun.files.exists(picture("https://zillow/kitchen/1000/b").image.path)
    counts = begun.catalogue.photo_counts(HOME, "zillow")
    assert (counts.found, counts.stored, counts.removed) == (1, 1, 1)
    next_run(begun, "run3")
    visit(begun, A, B)
    assert states(begun) == {"a": "stored", "b": "stored"}
    assert changes(begun) == {"unchanged": 1, "new": 1}


def test_changed_bytes_replace_the_old_picture(begun: Collector) -> None:
    visit(begun, Shown("a", "front", 1000))
    begun.catalogue.requeue([HOME], ["zillow"])
    next_run(begun)
    visit(begun, Shown("a", "garden", 1000))
    assert changes(begun) == {"changed": 1}
    assert not begun.files.exists(picture("https://zillow/front/1000/a").image.path)
    assert begun.files.exists(picture("https://zillow/garden/1000/a").image.path)


def test_another_way_of_encoding_replaces_the_old_file(begun: Collector) -> None:
    visit(begun, A)
    made = picture("https://zillow/front/1000/a")
    as_jpeg = dataclasses.replace(made.image, path=made.image.path.replace(".png", ".jpg"))
    begun.catalogue.requeue([HOME], ["zillow"])
    next_run(begun)
    held = lease(begun)
    (photo,) = record(begun, held, A)
    begun.files.write(as_jpeg.path, b"jpeg")
    assert begun.catalogue.store_photo(photo.id, as_jpeg, Fetched(photo.url, 5e9), lambda: None, 5e9)
    begun.finish(held)
    assert begun.files.exists(as_jpeg.path)
    assert not begun.files.exists(made.image.path)


def test_forget_keeps_originals_only(begun: Collector) -> None:
    visit(begun, A, B)
    visit(begun, Shown("x", "front", 500), source="redfin")
    assert states(begun, "redfin") == {"x": "duplicate"}
    begun.catalogue.forget([HOME], ["zillow"])
    assert states(begun) == {}
    assert begun.catalogue.remove_unreferenced(begun.files) == 2
    row = begun.catalogue.visits([HOME], ["zillow"])[0]
    assert (row.outcome, row.finished_at, row.attempts) == ("pending", None, 0)
    next_run(begun)
    visit(begun, B)
    assert states(begun) == {"b": "stored"}
    assert states(begun, "redfin") == {"x": "stored"}, "the copy became the only one and got its file back"
    assert begun.files.exists(picture("https://redfin/front/500/x").image.path)


def test_a_failing_file_leaves_the_photo_pending(begun: Collector) -> None:
    (photo,) = record(begun, lease(begun), A)

    def full() -> None:
        raise StorageError("no space")

    with pytest.raises(StorageError, match="no space"):
        begun.catalogue.store_photo(photo.id, picture(photo.url).image, Fetched(photo.url, 1.0), full, 1.0)
    assert states(begun) == {"a": "pending"}
    with begun.catalogue.reading() as connection:
        assert connection.execute(select(schema.images)).all() == []


def test_copies_lose_their_file_and_get_it_back(begun: Collector) -> None:
    small, large = Shown("s", "front", 500), Shown("l", "front", 2000)
    path_of_small = picture("https://zillow/front/500/s").image.path
    visit(begun, small)
    assert begun.files.exists(path_of_small)
    visit(begun, large, source="redfin")
    assert states(begun) == {"s": "duplicate"}
    assert not begun.files.exists(path_of_small)
    next_run(begun)
    visit(begun, A, source="redfin")
    assert states(begun) == {"s": "duplicate"}, "A shows the front too"
    next_run(begun, "run3")
    visit(begun, B, source="redfin")
    assert states(begun) == {"s": "stored"}
    assert begun.files.exists(path_of_small)


def test_a_copy_without_original_is_fetched_again_when_it_is_needed(begun: Collector) -> None:
    begun.keep_raw = False
    visit(begun, Shown("s", "front", 500))
    visit(begun, Shown("l", "front", 2000), source="redfin")
    next_run(begun)
    visit(begun, B, source="redfin")
    assert states(begun) == {"s": "pending"}
    assert begun.catalogue.due([HOME], ["zillow", "redfin"], 6e9, 1e6) == [(HOME, "zillow")]
    again = lease(begun)
    assert (again.needs_page, [photo.key for photo in again.photos]) == (False, ["s"])
    begun.collect(again)
    assert states(begun) == {"s": "stored"}


def test_one_file_shown_by_two_homes_outlives_the_first(collector: Collector) -> None:
    collector.begin(homes(2), ["zillow"])
    one, other = (home.property_hash for home in homes(2))
    shared = picture("https://zillow/front/1000/a").image.path
    collector.show = lambda _source: [A]
    for home in (one, other):
        held = collector.lease(home, "zillow")
        assert held is not None
        collector.collect(held)
    collector.catalogue.forget([one], ["zillow"])
    assert collector.catalogue.remove_unreferenced(collector.files) == 0
    assert collector.files.exists(shared)
    collector.catalogue.forget([other], ["zillow"])
    assert collector.catalogue.remove_unreferenced(collector.files) == 1
    assert not collector.files.exists(shared)


def test_a_file_outlives_its_other_home_while_it_is_fetched_again(collector: Collector) -> None:
    collector.begin(homes(2), ["zillow"])
    one, other = (home.property_hash for home in homes(2))
    collector.show = lambda _source: [A]
    for home in (one, other):
        held = collector.lease(home, "zillow")
        assert held is not None
        collector.collect(held)
    collector.catalogue.requeue([one], ["zillow"])
    held = collector.lease(one, "zillow")
    assert held is not None
    (photo,) = record(collector, held, A)
    collector.catalogue.forget([other], ["zillow"])
    collector.catalogue.remove_unreferenced(collector.files)
    assert collector.catalogue.fail_photo(photo.id, "timeout", 5e9)
    collector.finish(held)
    assert states(collector) == {"a": "stored"}
    assert collector.files.exists(picture("https://zillow/front/1000/a").image.path)


def test_a_queued_removal_of_a_file_in_use_is_dropped(begun: Collector) -> None:
    visit(begun, A)
    begun.catalogue.forget([HOME], ["zillow"])
    path = picture("https://zillow/front/1000/a").image.path
    begun.show = lambda _source: [A]
    held = lease(begun)
    for photo in record(begun, held, A):
        begun.fetch(photo)
    assert begun.catalogue.remove_unreferenced(begun.files) == 0
    assert begun.files.exists(path)
    with begun.catalogue.reading() as connection:
        assert connection.execute(select(schema.file_removals)).all() == []


def test_many_removals_go_in_batches(begun: Collector) -> None:
    visit(begun, *(Shown(f"k{number}", f"scene{number}") for number in range(120)))
    begun.catalogue.forget([HOME], ["zillow"])
    assert begun.catalogue.remove_unreferenced(begun.files) == 120

"""A home's photos from listing to final state: what is fetched, kept, removed, fetched again, forgotten."""

from __future__ import annotations

import dataclasses

import pytest
from sqlalchemy import select

from phx_scraper.errors import StorageError
from phx_scraper.storage import schema
from phx_scraper.storage.holder import this_holder
from phx_scraper.storage.records import Decision, Fetched, ImageRecord, PhotoImage, PhotoRow, VisitLease
from tests.unit.storage.collecting import BROKEN, Collector, Shown, decide, homes, listing, picture, usual

HOME = homes()[0].property_hash
DAY = 86400.0


@pytest.fixture
def begun(collector: Collector) -> Collector:
    collector.begin(homes(1))
    return collector


def lease(begun: Collector, source: str = "zillow", run: str | None = None, now: float = 2e9) -> VisitLease:
    taken = begun.catalogue.lease(HOME, source, run or begun.run_id, this_holder(), now)
    assert taken is not None
    return taken


def next_run(begun: Collector, name: str = "run2") -> None:
    """Time goes by: a later run may look at everything again."""
    begun.catalogue.finish_run(begun.run_id, "finished", {}, 3e9)
    begun.run_id = name
    begun.catalogue.start_run(name, "all", {}, 4e9)


def record(begun: Collector, held: VisitLease, *shown: Shown) -> tuple[PhotoRow, ...]:
    return begun.catalogue.record_listing(held, listing(held.source, shown), 2e9)


def states(begun: Collector, source: str = "zillow") -> dict[str, str]:
    with begun.catalogue.galleries([HOME]) as galleries:
        return {photo.key: photo.state for gallery in galleries for photo in gallery.photos if photo.source == source}


def changes(begun: Collector) -> dict[str, int]:
    return begun.catalogue.change_counts(begun.run_id)[HOME]["zillow"]


def visit(begun: Collector, *shown: Shown, source: str = "zillow", outcome: str = "ok") -> None:
    """One whole visit whose listing shows this."""
    begun.show = lambda _source: list(shown)
    begun.collect(lease(begun, source, now=5e9), outcome)


A, B, C = Shown("a", "front"), Shown("b", "kitchen"), Shown("c", "pool")


def test_a_listing_makes_its_photos_pending(begun: Collector) -> None:
    held = lease(begun)
    photos = record(begun, held, A, B, C)
    assert [(photo.key, photo.position, photo.state) for photo in photos] == [
        ("a", 1, "pending"), ("b", 2, "pending"), ("c", 3, "pending"),
    ]  # fmt: skip
    assert changes(begun) == {"new": 3}
    assert begun.catalogue.photo_counts(HOME, "zillow").pending == 3


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
    assert again.photo_count == 3
    begun.collect(again)
    assert states(begun) == {"a": "stored", "b": "stored", "c": "failed"}


def test_a_killed_refresh_is_open_again_whatever_the_visit_was(begun: Collector) -> None:
    visit(begun, A)
    next_run(begun)
    record(begun, lease(begun, now=5e9), A, B)
    next_run(begun, "run3")
    assert begun.catalogue.due([HOME], ["zillow"], 5e9 + 1, refresh_days=1e6) != []
    again = lease(begun, now=5e9 + 100)
    assert [photo.key for photo in again.photos] == ["b"]


def test_known_photos_keep_their_state_and_are_not_fetched_again(begun: Collector) -> None:
    visit(begun, A, B, Shown("c", BROKEN))
    next_run(begun)
    held = lease(begun)
    assert record(begun, held, B, A, Shown("c", BROKEN), Shown("d", "pool"))[0].key == "d"
    assert changes(begun) == {"unchanged": 3, "new": 1}
    assert states(begun) == {"a": "stored", "b": "stored", "c": "failed", "d": "pending"}
    with begun.catalogue.galleries([HOME]) as galleries:
        assert [photo.key for photo in next(galleries).photos] == ["b", "a", "c", "d"]


def test_a_failed_photo_with_a_new_url_is_tried_again(begun: Collector) -> None:
    visit(begun, Shown("a", BROKEN))
    next_run(begun)
    assert [photo.key for photo in record(begun, lease(begun), Shown("a", "front"))] == ["a"]


@pytest.mark.parametrize("outcome", ["blocked", "error", "empty", "not_found"])
def test_only_an_ok_listing_marks_photos_removed(begun: Collector, outcome: str) -> None:
    visit(begun, A, B)
    next_run(begun)
    visit(begun, A, outcome=outcome)
    assert states(begun) == {"a": "stored", "b": "stored"}


def test_a_photo_that_is_gone_is_marked_and_its_file_stays(begun: Collector) -> None:
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


def test_a_photo_that_goes_before_it_was_fetched_failed_by_name(begun: Collector) -> None:
    record(begun, lease(begun), A, B)
    begun.catalogue.requeue([HOME], ["zillow"])
    next_run(begun)
    visit(begun, A)
    assert states(begun) == {"a": "stored", "b": "removed"}
    assert begun.catalogue.photo_counts(HOME, "zillow").pending == 0


def test_force_fetches_all_again_and_keeps_what_cannot_be_renewed(begun: Collector) -> None:
    visit(begun, A, B, Shown("c", "front", 500))
    before = states(begun)
    begun.catalogue.requeue([HOME], ["zillow"])
    next_run(begun)
    held = lease(begun)
    photos = record(begun, held, A, B, Shown("c", "front", 500))
    assert [photo.key for photo in photos] == ["a", "b", "c"]
    assert all(photo.raw_sha256 for photo in photos)
    begun.catalogue.remove_unreferenced(begun.files)
    assert begun.files.exists(picture("https://zillow/kitchen/1000/b").image.path)
    begun.fetch(photos[0])
    for photo in photos[1:]:
        assert begun.catalogue.fail_photo(photo.id, "timeout", 5e9) is True
    begun.finish(held)
    assert states(begun) == before == {"a": "stored", "b": "stored", "c": "duplicate"}
    assert begun.catalogue.photo_counts(HOME, "zillow").failed == 0
    next_run(begun, "run3")
    assert begun.catalogue.due([HOME], ["zillow"], 5e9, 1e6) == [], "force is spent"


def test_force_in_the_middle_of_another_runs_visit_is_not_lost(begun: Collector) -> None:
    held = lease(begun)
    photos = record(begun, held, A)
    begun.catalogue.requeue([HOME], ["zillow"])
    begun.fetch(photos[0])
    begun.finish(held)
    next_run(begun)
    assert [photo.key for photo in record(begun, lease(begun), A)] == ["a"]


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


def test_forget_leaves_nothing_but_originals(begun: Collector) -> None:
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


def test_an_image_is_known_by_bytes_and_hash_version(begun: Collector) -> None:
    visit(begun, A)
    image = picture("https://zillow/front/1000/a").image
    assert begun.catalogue.known_image(image.raw_sha256, "v1") == image
    assert begun.catalogue.known_image(image.raw_sha256, "v2") is None
    assert begun.catalogue.known_image("0" * 64, "v1") is None


def test_only_a_pending_photo_is_made_final(begun: Collector) -> None:
    held = lease(begun)
    photo, other = record(begun, held, A, B)
    begun.fetch(photo)
    begun.fetch(other)
    begun.finish(held)
    made = picture(photo.url).image
    called: list[str] = []
    late = Fetched(photo.url, 5e9)
    assert begun.catalogue.store_photo(photo.id, made, late, lambda: called.append("x"), 5e9) is False
    assert begun.catalogue.fail_photo(photo.id, "timeout", 5e9) is False
    assert begun.catalogue.store_photo(999, made, late, lambda: called.append("x"), 5e9) is False
    assert called == []
    assert states(begun) == {"a": "stored", "b": "stored"}


def test_a_failing_file_leaves_the_photo_pending(begun: Collector) -> None:
    (photo,) = record(begun, lease(begun), A)

    def full() -> None:
        raise StorageError("no space")

    with pytest.raises(StorageError, match="no space"):
        begun.catalogue.store_photo(photo.id, picture(photo.url).image, Fetched(photo.url, 1.0), full, 1.0)
    assert states(begun) == {"a": "pending"}
    with begun.catalogue.reading() as connection:
        assert connection.execute(select(schema.images)).all() == []


def test_a_visit_with_pending_photos_is_not_done(begun: Collector) -> None:
    held = lease(begun)
    record(begun, held, A)
    finished = begun.catalogue.finish_visit(held, "ok", "", decide, 5e9)
    assert finished.reopened == 1
    again = lease(begun)
    assert (again.needs_page, [photo.key for photo in again.photos]) == (False, ["a"])
    assert begun.catalogue.finish_visit(again, "ok", "dry run", decide, 5e9, photos_wanted=False).reopened == 0
    assert begun.catalogue.visits([HOME], ["zillow"])[0].outcome == "ok"


def test_counts_name_failures(begun: Collector) -> None:
    visit(begun, A, Shown("b", "front", 500), Shown("c", BROKEN), Shown("d", BROKEN))
    counts = begun.catalogue.photo_counts(HOME, "zillow")
    assert (counts.found, counts.stored, counts.duplicates, counts.failed) == (4, 1, 1, 2)
    assert counts.failures == {"truncated": 2}
    assert begun.catalogue.photo_totals([HOME, "00000000"], "zillow") == counts


def test_the_rule_sees_all_sources_in_a_fixed_order(begun: Collector) -> None:
    seen: list[list[tuple[str, str]]] = []

    def watch(images: list[PhotoImage]) -> list[Decision]:
        seen.append([(image.source, image.key) for image in images])
        return decide(images)

    for source in ("redfin", "zillow"):
        held = lease(begun, source)
        for photo in record(begun, held, Shown(f"{source[0]}2", "pool", 10), Shown(f"{source[0]}1", "yard", 10)):
            begun.fetch(photo)
        begun.catalogue.finish_visit(held, "ok", "", watch, 5e9)
    assert sorted(seen[0]) == [("redfin", "r1"), ("redfin", "r2")]
    assert [key for _, key in seen[1] if key.startswith("z")] == ["z2", "z1"]
    assert len(seen[1]) == 4


UNSOUND = {
    "one left out": lambda ids: [Decision(ids[0], "stored")],
    "one twice": lambda ids: [Decision(ids[0], "stored"), Decision(ids[1], "stored"), Decision(ids[1], "stored")],
    "a stranger": lambda ids: [Decision(ids[0], "stored"), Decision(999, "stored")],
    "of itself": lambda ids: [Decision(ids[0], "stored"), Decision(ids[1], "duplicate", ids[1])],
    "of nothing": lambda ids: [Decision(ids[0], "stored"), Decision(ids[1], "duplicate")],
    "kept and a copy": lambda ids: [Decision(ids[0], "stored"), Decision(ids[1], "stored", ids[0])],
    "unknown state": lambda ids: [Decision(ids[0], "stored"), Decision(ids[1], "maybe", ids[0])],
}


@pytest.mark.parametrize("unsound", UNSOUND.values(), ids=UNSOUND.keys())
def test_unsound_decisions_change_nothing(begun: Collector, unsound) -> None:  # type: ignore[no-untyped-def]
    held = lease(begun)
    for photo in record(begun, held, A, B):
        begun.fetch(photo)
    with pytest.raises(StorageError, match="duplicate rule"):
        begun.catalogue.finish_visit(held, "ok", "", lambda images: unsound([i.photo_id for i in images]), 5e9)
    assert begun.catalogue.visits([HOME], ["zillow"])[0].outcome == "pending"


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


def test_a_noted_file_that_is_needed_again_stays(begun: Collector) -> None:
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


def test_image_records_come_back_as_they_went_in(begun: Collector) -> None:
    visit(begun, A)
    with begun.catalogue.galleries() as galleries:
        (photo,) = next(galleries).photos
    expected: ImageRecord = picture("https://zillow/front/1000/a").image
    assert photo.image == expected
    assert photo.url == "https://zillow.example/front/1000/a"


def test_usual_listings_add_up(begun: Collector) -> None:
    for source in ("zillow", "redfin", "phoenix_mls"):
        visit(begun, *usual(source), source=source)
    totals = [begun.catalogue.photo_totals([HOME], source) for source in ("zillow", "redfin", "phoenix_mls")]
    assert sum(total.stored for total in totals) == 5
    assert sum(total.duplicates for total in totals) == 4
    assert sum(total.failed for total in totals) == 3

"""A photo's file: replaced, dropped, shared by homes, restored, and removed once it is unreferenced."""

from __future__ import annotations

import dataclasses

import pytest
from scrapy.settings import Settings
from sqlalchemy import select

from phx_scraper.config.reading import read_config
from phx_scraper.errors import FilesRemoved
from phx_scraper.model.photo import Fetched
from phx_scraper.run import photo_file
from phx_scraper.storage.catalogue import leases, photos, removal_queue, removals_begun, restart_visits, schema
from phx_scraper.storage.catalogue.photo_counts import photo_totals, visit_rows
from phx_scraper.storage.catalogue.removal_queue import remove_unreferenced
from tests.catalogue_calls import read, write
from tests.unit.storage.catalogue_helpers import Collector, Shown, UnlockedOnly, homes, picture
from tests.unit.storage.visit_helpers import HOME, A, B, changes, lease, next_run, record, states, visit


def test_a_removed_photo_is_marked_and_its_file_stays(begun: Collector) -> None:
    visit(begun, A, B)
    next_run(begun)
    visit(begun, A)
    assert states(begun) == {"a": "stored", "b": "removed"}
    assert changes(begun) == {"unchanged": 1, "removed": 1}
    assert begun.files.exists(picture("https://zillow/kitchen/1000/b").image.path)
    counts = read(begun.catalogue, photo_totals, [HOME], "zillow")
    assert (counts.found, counts.stored, counts.removed) == (1, 1, 1)
    next_run(begun, "run3")
    visit(begun, A, B)
    assert states(begun) == {"a": "stored", "b": "stored"}
    assert changes(begun) == {"unchanged": 1, "new": 1}


def test_changed_bytes_take_the_place_of_the_old_picture_which_is_kept(begun: Collector) -> None:
    visit(begun, Shown("a", "front", 1000))
    write(begun.catalogue, restart_visits.requeue, [HOME], ["zillow"])
    next_run(begun)
    visit(begun, Shown("a", "garden", 1000))
    assert changes(begun) == {"changed": 1}
    assert begun.files.exists(picture("https://zillow/front/1000/a").image.path)
    assert begun.files.exists(picture("https://zillow/garden/1000/a").image.path)


def test_another_way_of_encoding_replaces_the_old_file(begun: Collector) -> None:
    visit(begun, A)
    made = picture("https://zillow/front/1000/a")
    as_jpeg = dataclasses.replace(made.image, path=made.image.path.replace(".png", ".jpg"))
    write(begun.catalogue, restart_visits.requeue, [HOME], ["zillow"])
    next_run(begun)
    held = lease(begun)
    (photo,) = record(begun, held, A)
    begun.files.write(as_jpeg.path, b"jpeg")
    assert write(begun.catalogue, photos.store, photo.photo_id, as_jpeg, Fetched(photo.url, 5e9), 0, 5e9)
    begun.finish(held)
    assert begun.files.exists(as_jpeg.path)
    assert not begun.files.exists(made.image.path)


def test_forget_keeps_originals_only(begun: Collector) -> None:
    visit(begun, A, B)
    visit(begun, Shown("x", "front", 500), source="redfin")
    assert states(begun, "redfin") == {"x": "duplicate"}
    write(begun.catalogue, restart_visits.forget, [HOME], ["zillow"])
    assert states(begun) == {}
    assert remove_unreferenced(begun.catalogue, begun.files) == 2
    row = read(begun.catalogue, visit_rows, [HOME], ["zillow"])[0]
    assert (row.outcome, row.finished_at, row.attempts) == ("pending", None, 0)
    next_run(begun)
    visit(begun, B)
    assert states(begun) == {"b": "stored"}
    assert states(begun, "redfin") == {"x": "stored"}, "the copy became the only one and got its file back"
    assert begun.files.exists(picture("https://redfin/front/500/x").image.path)


def test_a_file_that_is_being_removed_leaves_the_photo_pending(begun: Collector) -> None:
    (photo,) = record(begun, lease(begun), A)

    image = picture(photo.url).image
    write(begun.catalogue, removals_begun.begin, [image.path])
    with pytest.raises(FilesRemoved):
        write(begun.catalogue, photos.store, photo.photo_id, image, Fetched(photo.url, 1.0), 0, 1.0)
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
    assert read(begun.catalogue, leases.due, [HOME], ["zillow", "redfin"], 6e9, 1e6) == [(HOME, "zillow")]
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
    write(collector.catalogue, restart_visits.forget, [one], ["zillow"])
    assert remove_unreferenced(collector.catalogue, collector.files) == 0
    assert collector.files.exists(shared)
    write(collector.catalogue, restart_visits.forget, [other], ["zillow"])
    assert remove_unreferenced(collector.catalogue, collector.files) == 1
    assert not collector.files.exists(shared)


def test_a_file_outlives_its_other_home_while_it_is_fetched_again(collector: Collector) -> None:
    collector.begin(homes(2), ["zillow"])
    one, other = (home.property_hash for home in homes(2))
    collector.show = lambda _source: [A]
    for home in (one, other):
        held = collector.lease(home, "zillow")
        assert held is not None
        collector.collect(held)
    write(collector.catalogue, restart_visits.requeue, [one], ["zillow"])
    held = collector.lease(one, "zillow")
    assert held is not None
    (photo,) = record(collector, held, A)
    write(collector.catalogue, restart_visits.forget, [other], ["zillow"])
    remove_unreferenced(collector.catalogue, collector.files)
    assert write(collector.catalogue, photos.fail, photo.photo_id, "timeout", 5e9)
    collector.finish(held)
    assert states(collector) == {"a": "stored"}
    assert collector.files.exists(picture("https://zillow/front/1000/a").image.path)


def test_a_queued_removal_of_a_file_in_use_is_dropped(begun: Collector) -> None:
    visit(begun, A)
    write(begun.catalogue, restart_visits.forget, [HOME], ["zillow"])
    path = picture("https://zillow/front/1000/a").image.path
    begun.show = lambda _source: [A]
    held = lease(begun)
    for photo in record(begun, held, A):
        begun.fetch(photo)
    assert remove_unreferenced(begun.catalogue, begun.files) == 0
    assert begun.files.exists(path)
    with begun.catalogue.reading() as connection:
        assert connection.execute(select(schema.file_removals)).all() == []


def test_many_removals_go_in_batches(begun: Collector) -> None:
    visit(begun, *(Shown(f"k{number}", f"scene{number}") for number in range(120)))
    write(begun.catalogue, restart_visits.forget, [HOME], ["zillow"])
    assert remove_unreferenced(begun.catalogue, begun.files) == 120


@pytest.mark.parametrize("known", ["never had", "had", "file gone", "file edited"])
def test_a_file_that_goes_while_its_photo_is_stored_is_put_back_without_decoding(
    begun: Collector, known: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photo_file, "HASH_VERSION", "v1")
    (row,) = record(begun, lease(begun), Shown("a", "front", 1536))
    place = begun.root / picture(row.url).image.path
    if known != "never had":
        begun.fetch(row)
        with begun.catalogue.transaction() as tx:
            tx.exec_driver_sql("UPDATE photos SET state = 'pending'")
    if known == "file gone":
        place.unlink()
    if known == "file edited":
        place.chmod(0o644)
        place.write_bytes(b"edited")
    settings = Settings()
    settings.setmodule("phx_scraper.settings")
    settings.set("IMAGES_STORE", str(begun.root))
    decode = UnlockedOnly(begun.catalogue.place)
    fetched = photo_file.PhotoFile(picture(row.url).raw, read_config(settings), decode)
    image = fetched.process(begun.catalogue, begun.files)
    assert decode.seen == (known != "had")
    fetched.write(begun.files)
    with begun.catalogue.transaction() as tx:
        tx.exec_driver_sql("UPDATE photos SET state = 'failed'")
        removal_queue.queue(tx, [image.path])
    remove_unreferenced(begun.catalogue, begun.files)
    assert not place.exists()
    with begun.catalogue.transaction() as tx:
        tx.exec_driver_sql("UPDATE photos SET state = 'pending'")
    with pytest.raises(FilesRemoved), begun.catalogue.transaction() as tx:
        photos.store(tx, row.photo_id, image, Fetched(row.url, 1.0), fetched.since, 1.0)
    fetched.write_again(begun.catalogue, begun.files)
    with begun.catalogue.transaction() as tx:
        assert photos.store(tx, row.photo_id, image, Fetched(row.url, 1.0), fetched.since, 1.0)
    assert place.read_bytes() == picture(row.url).png

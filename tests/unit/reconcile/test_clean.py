"""What is cleaned goes with its files, is not fetched before a listing shows it again, and no check misses it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from sqlalchemy import update

from phx_scraper.errors import StorageError
from phx_scraper.reconcile.clean_plan import ORIGINAL, REMOVED
from phx_scraper.storage.catalogue import restart_visits, runs, schema
from phx_scraper.storage.catalogue.forget_homes import forget_homes
from phx_scraper.storage.catalogue.requeue import retry
from phx_scraper.storage.files.store_size import GIGABYTE
from phx_scraper.views.finish_removals import finish_removals
from tests.catalogue_calls import write
from tests.unit.reconcile.cleaning import EVERYTHING, HOME, A, B, C, Store, days_ago
from tests.unit.storage.catalogue_helpers import Shown

ONLY_REMOVED, ONLY_RAW = {REMOVED: 0.0}, {ORIGINAL: 0.0}


def test_a_removed_picture_goes_and_comes_back_when_it_is_listed_again(store: Store) -> None:
    store.crawl({"zillow": [A, B]})
    assert store.plan(ONLY_REMOVED).going == ()
    store.crawl({"zillow": [A]})
    assert store.states() == {"a": "stored", "b": "stored -"}
    plan = store.clean(ONLY_REMOVED)
    assert [(one.kind, one.files) for one in plan.going] == [(REMOVED, 2)]
    assert store.states() == {"a": "stored", "b": "failed cleaned -"}
    assert (len(store.files("processed")), len(store.files("raw"))) == (1, 1)
    store.crawl({"zillow": [A]})
    assert store.asked == []
    store.crawl({"zillow": [A, B]})
    assert (store.asked, store.states()) == (["b"], {"a": "stored", "b": "stored"})


def test_no_validators_are_left_by_which_a_server_could_say_that_nothing_has_changed(store: Store) -> None:
    store.crawl({"zillow": [A, B]})
    with store.catalogue.transaction() as tx:
        tx.execute(update(schema.photos).values(etag="x", last_modified="y"))
    store.crawl({"zillow": [A]})
    store.clean(ONLY_REMOVED)
    with store.catalogue.reading() as tx:
        rows = tx.execute(schema.photos.select().where(schema.photos.c.key == "b")).all()
    assert [(row.etag, row.last_modified) for row in rows] == [("", "")]


def test_a_picture_that_another_photo_shows_stays(store: Store) -> None:
    """The same bytes under two keys of one source, of which one is listed no more."""
    store.crawl({"zillow": [A, Shown("again", "front")]})
    store.crawl({"zillow": [A]})
    assert store.clean(ONLY_REMOVED).going == ()
    assert store.states()["a"] == "stored"


def test_a_picture_that_was_replaced_goes_and_the_new_one_stays(store: Store) -> None:
    store.crawl({"zillow": [A, B]})
    write(store.catalogue, restart_visits.requeue, [HOME], ["zillow"])
    store.crawl({"zillow": [A, Shown("b", "lawn")]})
    assert (len(store.files("processed")), len(store.files("raw"))) == (3, 3)
    plan = store.clean(ONLY_REMOVED)
    assert [(one.kind, one.files) for one in plan.going] == [(REMOVED, 2)]
    assert store.states() == {"a": "stored", "b": "stored"}
    assert (len(store.files("processed")), len(store.files("raw"))) == (2, 2)
    store.clean(ONLY_RAW)
    assert write(store.catalogue, forget_homes, [HOME]) is None
    finish_removals(store.catalogue, store.collector.files)
    assert store.files("processed") == store.files("homes") == []


def test_retry_asks_for_nothing_that_was_cleaned(store: Store) -> None:
    store.crawl({"zillow": [A, B]})
    store.crawl({"zillow": [A]})
    store.clean(ONLY_REMOVED)
    assert write(store.catalogue, retry, ["zillow"], "").photos == 0


def test_originals_go_and_pictures_stay(store: Store) -> None:
    shown = {"zillow": [A, Shown("small", "pool", 500)], "redfin": [Shown("large", "pool", 2000)]}
    store.crawl(shown)
    before = store.files("homes"), store.files("processed")
    plan = store.clean(ONLY_RAW)
    assert (len(plan.going), store.files("raw")) == (3, [])
    assert plan.freed == sum(len(f"original of {name}") for name in ("front at 1000", "pool at 500", "pool at 2000"))
    assert (store.files("homes"), store.files("processed")) == before
    store.crawl(shown)
    assert store.asked == []
    listed = json.loads((store.root / "metadata" / "image_manifest.json").read_text())["properties"]
    assert {photo["original_path"] for photos in listed.values() for photo in photos} == {None}


def test_a_copy_that_is_the_best_one_left_is_the_one_thing_that_is_fetched_for_want_of_its_original(
    store: Store,
) -> None:
    shown = {"zillow": [Shown("small", "pool", 500)], "redfin": [Shown("large", "pool", 2000), A]}
    store.crawl(shown)
    store.clean(ONLY_RAW)
    store.crawl({**shown, "redfin": [A]})
    store.crawl({**shown, "redfin": [A]}, refresh=False)
    assert store.asked == ["small"]


def test_the_original_of_a_removed_picture_counts_once(store: Store) -> None:
    store.crawl({"zillow": [A, B]})
    store.crawl({"zillow": [A]})
    plan = store.clean()
    assert sorted((one.kind, one.files) for one in plan.going) == [(ORIGINAL, 1), (REMOVED, 2)]
    assert store.files("raw") == []


def test_what_nothing_needs_goes_by_its_age(store: Store) -> None:
    store.crawl({"zillow": [A]})
    old, young = days_ago(20), days_ago(1)
    put = {
        "metadata/unread/zillow/old.html.gz": old,
        "metadata/unread/zillow/young.html.gz": young,
        "metadata/probe/20260101/zillow.html": old,
        "metadata/catalogue.sqlite.v7.bak": old,
        "metadata/catalogue.sqlite.damaged-20260101_000000": old,
        f"raw/ab/ab{'0' * 62}.jpg": old,
        "quarantine/processed/x.png": old,
    }
    for name, since in put.items():
        place(store, name, since)
    plan = store.clean(dict.fromkeys(EVERYTHING.keys() - {REMOVED, ORIGINAL}, 14.0))
    # What was set aside lies there since it was renamed, which is now.
    left = {"metadata/unread/zillow/young.html.gz", "quarantine/processed/x.png"}
    assert {one.name for one in plan.too_young} == left
    assert {name for name in put if (store.root / name).exists()} == left
    assert not (store.root / "metadata" / "probe").exists() or not any((store.root / "metadata" / "probe").iterdir())
    store.clean()
    assert not any((store.root / name).exists() for name in put)


def place(store: Store, name: str, since: float) -> Path:
    path = store.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"12345")
    os.utime(path, (since, since))
    return path


def test_no_more_goes_than_is_needed_and_the_least_loss_first(store: Store) -> None:
    store.crawl({"zillow": [A, B, C]})
    store.crawl({"zillow": [A]})
    page = place(store, "metadata/unread/zillow/page.html.gz", days_ago(1))
    size = store.plan().store_bytes
    assert store.clean(most_gb=size / GIGABYTE).going == ()
    plan = store.plan(most_gb=(size - 4) / GIGABYTE)
    assert [one.name for one in plan.going] == ["metadata/unread/zillow/page.html.gz"]
    plan = store.plan(most_gb=(size - 6) / GIGABYTE)
    assert [one.kind for one in plan.going] == ["unread", REMOVED]
    plan = store.clean(most_gb=0)
    assert [one.kind for one in plan.going] == ["unread", REMOVED, REMOVED, ORIGINAL]
    assert plan.excess == size - plan.freed
    assert not page.exists()


def test_links_and_folders_outside_are_left_alone(store: Store, tmp_path: Path) -> None:
    store.crawl({"zillow": [A]})
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "mine.html").write_text("mine")
    (store.root / "metadata" / "unread").mkdir(parents=True)
    (store.root / "metadata" / "unread" / "zillow").symlink_to(outside)
    (store.root / "metadata" / "probe").symlink_to(outside)
    assert {one.kind for one in store.clean().going} == {ORIGINAL}
    assert (outside / "mine.html").exists()


def test_refused_while_a_crawl_is_at_work(store: Store) -> None:
    store.crawl({"zillow": [A]})
    write(store.catalogue, runs.start, "another", "all", {}, days_ago(0))
    with pytest.raises(StorageError, match=r"run another.*scrapy clean again"):
        store.clean()
    assert len(store.files("raw")) == 1
    write(store.catalogue, runs.finish, "another", "finished", {}, days_ago(0))


def test_a_forgotten_home_is_named_in_no_table(store: Store) -> None:
    store.crawl({"zillow": [A, B]}, count=2)
    write(store.catalogue, restart_visits.requeue, [HOME], ["zillow"])
    store.crawl({"zillow": [A, Shown("b", "lawn")]}, count=2)
    assert HOME in everything(store)
    write(store.catalogue, forget_homes, [HOME])
    finish_removals(store.catalogue, store.collector.files)
    assert HOME not in everything(store)


def everything(store: Store) -> str:
    """Every row of every table, and the names of all files."""
    with store.catalogue.reading() as tx:
        rows = [str(row) for table in schema.metadata.sorted_tables for row in tx.execute(table.select())]
    return "\n".join([*rows, *(str(path.relative_to(store.root)) for path in store.root.rglob("*"))])

"""Thumbnails come with their pictures, go with them, and are made again where they are missing. Pictures are real."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from phx_scraper.config.reading import read_config
from phx_scraper.imaging import process
from phx_scraper.model.image import PhotoImage
from phx_scraper.model.photo import Decision, Fetched
from phx_scraper.reconcile.check import check
from phx_scraper.reconcile.make_thumbnails import ThumbnailsMade, make_missing_thumbnails, remake_thumbnails
from phx_scraper.reconcile.repair import Repairer
from phx_scraper.run.photo_file import PhotoFile
from phx_scraper.storage.catalogue import cleanable, listings, photos, runs
from phx_scraper.storage.catalogue.forget_homes import forget_homes
from phx_scraper.storage.catalogue.removal_queue import remove_unreferenced
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.folder_store import FolderStore
from tests.catalogue_calls import write
from tests.unit.imaging.pictures import encoded, room
from tests.unit.storage.catalogue_helpers import Collector, Shown, finish_visit, homes, listing

HOMES = [home.property_hash for home in homes(2)]


def first_is_kept(images: Sequence[PhotoImage]) -> list[Decision]:
    kept, *copies = sorted(images, key=lambda image: image.position)
    copied = [Decision(copy.photo_id, "duplicate", kept.photo_id, "near", 2) for copy in copies]
    return [Decision(kept.photo_id, "stored"), *copied]


def collected(root: Path) -> Collector:
    """Two homes with two photos each, of which the second is a copy of the first."""
    store = Collector(root, fsync=False)
    config = read_config({"IMAGES_STORE": root})
    store.begin(homes(2), ("zillow",))
    for seed, label in enumerate(HOMES):
        held = store.lease(label, "zillow")
        assert held is not None
        shown = listing("zillow", [Shown("a", f"{seed}"), Shown("b", f"{seed}", 500)])
        for photo in write(store.catalogue, listings.record, held, shown, time.time()):
            size = (900, 600) if photo.key == "a" else (450, 300)
            file = PhotoFile(encoded(room(seed, size), "JPEG", quality=90), config, process)
            image = file.process(store.catalogue, store.files)
            file.write(store.files)
            fetched = Fetched(photo.url, time.time())
            with store.catalogue.transaction() as tx:
                photos.store(tx, photo.photo_id, image, fetched, file.since, time.time())
        finish_visit(store.catalogue, held, "ok", "", first_is_kept, time.time())
    write(store.catalogue, runs.finish, store.run_id, "finished", {}, time.time())
    remove_unreferenced(store.catalogue, store.files)
    return store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Collector]:
    made = collected(tmp_path / "data")
    yield made
    made.catalogue.close()


def thumbnails(store: Collector) -> dict[str, bytes]:
    found = sorted((store.root / paths.THUMBNAILS).rglob("*.jpg"))
    return {path.relative_to(store.root).as_posix(): path.read_bytes() for path in found}


def clear(store: Collector) -> dict[str, bytes]:
    before = thumbnails(store)
    for path in before:
        (store.root / path).unlink()
    return before


def make(store: Collector, **options: object) -> ThumbnailsMade:
    config = read_config({"IMAGES_STORE": store.root, "PHX_IMAGE_WORKERS": 2})
    return make_missing_thumbnails(store.catalogue, store.files, config, **options)  # type: ignore[arg-type]


def problems(store: Collector) -> list[tuple[str, str]]:
    found = check(store.catalogue, FolderStore(store.root, changes=False), 1.0).problems
    return sorted((one.kind, one.subject) for one in found if one.kind not in {"stale_view", "stale_lease"})


def test_every_picture_has_one_and_so_have_copies(store: Collector) -> None:
    assert len(thumbnails(store)) == 4
    assert len(list((store.root / paths.PROCESSED).rglob("*.png"))) == 2
    assert problems(store) == []
    assert make(store) == ThumbnailsMade()


def test_lost_ones_are_made_again_the_same(store: Collector) -> None:
    before = clear(store)
    store.files.write(next(iter(before)), b"")
    assert [kind for kind, _ in problems(store)] == ["missing_thumbnail"] * 4
    assert make(store) == ThumbnailsMade(made=4)
    assert thumbnails(store) == before


def test_only_those_of_some_homes_are_made(store: Collector) -> None:
    clear(store)
    assert make(store, homes=HOMES[:1]).made == 2
    assert make(store, homes=[]) == ThumbnailsMade()
    assert make(store, homes=HOMES) == ThumbnailsMade(made=2)


def test_it_stops_when_asked_and_goes_on_later(store: Collector) -> None:
    clear(store)
    assert make(store, stopped=lambda: True) == ThumbnailsMade(is_complete=False)
    assert thumbnails(store) == {}
    assert ThumbnailsMade(1, 2, is_complete=False).sentence == (
        "thumbnails: 1 made; 2 not, for want of a picture that can be read; stopped before the last"
    )
    assert make(store) == ThumbnailsMade(made=4)


def test_damaged_pictures_leave_the_others_theirs(store: Collector) -> None:
    before = clear(store)
    kept = sorted((store.root / paths.PROCESSED).rglob("*.png"))
    kept[0].chmod(0o644)
    kept[0].write_bytes(b"no picture any more")
    assert make(store) == ThumbnailsMade(made=4), "from the original"
    assert thumbnails(store) == before
    clear(store)
    for path in (store.root / paths.RAW).rglob("*.jpg"):
        path.unlink()
    assert make(store) == ThumbnailsMade(made=1, not_made=3)


def test_a_link_in_the_way_is_not_followed(store: Collector, tmp_path: Path) -> None:
    folders = sorted({(store.root / path).parent for path in clear(store)})
    folders[0].rmdir()
    folders[0].symlink_to(tmp_path, target_is_directory=True)
    assert make(store) == ThumbnailsMade(made=3, not_made=1)
    assert list(tmp_path.glob("*.jpg")) == []


def test_those_of_a_home_that_is_forgotten_meanwhile_do_not_stay(store: Collector) -> None:
    clear(store)

    def forget() -> bool:
        write(store.catalogue, forget_homes, HOMES[:1])
        return False

    assert make(store, stopped=forget).made == 4
    remove_unreferenced(store.catalogue, store.files)
    assert len(thumbnails(store)) == 2
    assert problems(store) == []


def test_a_check_names_damaged_and_stray_ones_and_a_repair_makes_them_good(store: Collector) -> None:
    before = thumbnails(store)
    cut, empty, *_ = before
    for path, data in ((cut, before[cut][:-9]), (empty, b"")):
        (store.root / path).chmod(0o644)
        (store.root / path).write_bytes(data)
    stray = paths.thumbnail("ab" * 32)
    store.files.write(stray, b"stray")
    report = check(store.catalogue, FolderStore(store.root, changes=False), 1.0)
    assert problems(store) == [("missing_thumbnail", cut), ("missing_thumbnail", empty), ("orphan", stray)]
    assert report.accuracy == 1.0, "nothing is lost with a thumbnail"
    config = read_config({"IMAGES_STORE": store.root})
    done = list(Repairer(store.catalogue, store.files, process).repair(report.problems))
    done += remake_thumbnails(store.catalogue, store.files, config, report.problems)
    assert done[-1] == "thumbnails: 2 made"
    assert thumbnails(store) == before
    assert problems(store) == []


def test_cleaning_originals_leaves_them_and_forgetting_their_homes_takes_them(store: Collector) -> None:
    with store.catalogue.transaction() as tx:
        cleanable.drop_originals(tx, [row.raw_sha256 for row in cleanable.originals(tx)])
    remove_unreferenced(store.catalogue, store.files)
    assert len(thumbnails(store)) == 4
    write(store.catalogue, forget_homes, HOMES)
    remove_unreferenced(store.catalogue, store.files)
    assert list((store.root / paths.THUMBNAILS).rglob("*")) == []


def test_a_store_of_before_gets_its_thumbnails(store: Collector) -> None:
    shutil.rmtree(store.root / paths.THUMBNAILS)
    assert make(store).made == 4

"""A home's folder: what a person opens shows what the catalogue says, at every moment."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from phx_scraper.errors import StorageError
from phx_scraper.model.image import PhotoImage
from phx_scraper.model.photo import Decision
from phx_scraper.sources import source_priority
from phx_scraper.storage.catalogue import gallery, listings, restart_visits
from phx_scraper.storage.catalogue.gallery import mark_viewed
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.disk import Disk
from phx_scraper.storage.files.folder_store import FolderStore
from phx_scraper.views import write_all, write_home
from tests.catalogue_calls import read, write
from tests.unit.storage.catalogue_helpers import SOURCES, Collector, Shown, finish_visit, homes, listing, picture

HOME = homes()[0]
FOLDER = paths.home_folder(HOME.slug)
A, B, C = Shown("a", "front"), Shown("b", "kitchen"), Shown("c", "pool")


def visit(collector: Collector, *shown: Shown, source: str = "zillow", outcome: str = "ok") -> None:
    collector.show = lambda _source: list(shown)
    write(collector.catalogue, restart_visits.requeue, [HOME.property_hash], [source])
    held = collector.lease(HOME.property_hash, source)
    assert held is not None
    collector.collect(held, outcome)


def names(collector: Collector) -> list[str]:
    return collector.files.names(FOLDER)


def scenes(collector: Collector) -> list[str]:
    """What the pictures show, in the order of their names."""
    pictures = [name for name in names(collector) if paths.is_home_picture(name)]
    return [collector.files.read(f"{FOLDER}/{name}").decode().split()[1] for name in pictures]


def manifest(collector: Collector) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(collector.files.read(f"{FOLDER}/images_manifest.json"))
    return found


@pytest.fixture
def begun(collector: Collector) -> Collector:
    collector.begin([HOME])
    return collector


def test_pictures_are_links_in_gallery_order(begun: Collector) -> None:
    visit(begun, B, A, C)
    assert names(begun) == ["images_manifest.json", "img_001.png", "img_002.png", "img_003.png"]
    assert scenes(begun) == ["kitchen", "front", "pool"]
    assert begun.files.is_same(picture("https://zillow/kitchen/1000/b").image.path, f"{FOLDER}/img_001.png")
    shown = manifest(begun)["images"]
    assert [(image["file"], image["image_id"]) for image in shown] == [
        ("img_001.png", "686067a4_z_b"),
        ("img_002.png", "686067a4_z_a"),
        ("img_003.png", "686067a4_z_c"),
    ]


def test_numbers_have_no_gaps_and_old_pictures_go(begun: Collector) -> None:
    visit(begun, A, B, C)
    visit(begun, A, C)
    assert scenes(begun) == ["front", "pool"]
    assert names(begun) == ["images_manifest.json", "img_001.png", "img_002.png"]
    assert [entry["status"] for entry in manifest(begun)["not_shown"]] == ["removed"]


def test_only_kept_pictures_are_shown_and_the_others_named(begun: Collector) -> None:
    visit(begun, A, Shown("small", "front", 500), Shown("x", "broken"), B)
    assert scenes(begun) == ["front", "kitchen"]
    others = manifest(begun)["not_shown"]
    assert [(entry["image_id"], entry["status"]) for entry in others] == [
        ("686067a4_z_small", "duplicate"),
        ("686067a4_z_x", "failed"),
    ]
    assert manifest(begun)["sources"]["zillow"]["photos"] == {"duplicate": 1, "failed": 1, "stored": 2}


def test_other_files_of_the_person_stay(begun: Collector) -> None:
    visit(begun, A, B)
    begun.files.replace(f"{FOLDER}/notes.txt", [b"mine"])
    visit(begun, A)
    assert names(begun) == ["images_manifest.json", "img_001.png", "notes.txt"]


def test_a_home_that_was_not_visited_has_no_folder(begun: Collector) -> None:
    write_home(begun.catalogue, begun.files, HOME.property_hash)
    write_home(begun.catalogue, begun.files, "00000000")
    assert begun.files.names("homes") == []


def test_a_home_without_pictures_says_why(begun: Collector) -> None:
    visit(begun, outcome="empty")
    assert names(begun) == ["images_manifest.json"]
    assert manifest(begun)["images"] == []
    assert manifest(begun)["sources"]["zillow"]["outcome"] == "empty"
    assert manifest(begun)["sources"]["redfin"]["outcome"] == "pending"


def test_a_forgotten_home_loses_its_folder(begun: Collector) -> None:
    visit(begun, A)
    write(begun.catalogue, restart_visits.forget, [HOME.property_hash], SOURCES)
    write_all(begun.catalogue, begun.files)
    assert begun.files.names("homes") == []


def test_stale_views_of_a_killed_run_are_updated(begun: Collector) -> None:
    assert read(begun.catalogue, gallery.stale_homes) == []
    held = begun.lease(HOME.property_hash, "zillow")
    assert held is not None
    begun.show = lambda _source: [A]
    finish_visit(begun.catalogue, held, "empty", "", lambda images: [], 1.0)
    assert read(begun.catalogue, gallery.stale_homes) == [HOME.property_hash]
    write_all(begun.catalogue, begun.files)
    assert names(begun) == ["images_manifest.json"]
    assert read(begun.catalogue, gallery.stale_homes) == []


def test_a_missing_picture_is_named_not_shown(begun: Collector) -> None:
    visit(begun, A, B)
    begun.files.remove(picture("https://zillow/front/1000/a").image.path)
    write_home(begun.catalogue, begun.files, HOME.property_hash)
    assert scenes(begun) == ["kitchen"]
    assert [entry["image_id"] for entry in manifest(begun)["missing_files"]] == ["686067a4_z_a"]


def test_sources_follow_each_other_in_the_gallery(begun: Collector) -> None:
    visit(begun, Shown("r", "garden"), source="redfin")
    visit(begun, A, B)
    by_priority = sorted([(source_priority("zillow"), ["front", "kitchen"]), (source_priority("redfin"), ["garden"])])
    assert scenes(begun) == [scene for _, shown in by_priority for scene in shown]


class StopsAt(Disk):
    """Dies, as far as the folder can tell, at the n-th rename, link or removal."""

    def __init__(self) -> None:
        self.left = 10**9

    def _count(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise OSError(5, "killed here")

    def rename(self, source: Path, target: Path) -> None:
        self._count()
        super().rename(source, target)

    def unlink(self, path: Path) -> None:
        self._count()
        super().unlink(path)


def test_a_list_is_never_wrong_wherever_writing_is_interrupted(collector: Collector) -> None:
    collector.begin([HOME])
    visit(collector, A, B, C)
    for stops_at in range(1, 20):
        visit(collector, A, B, C)
        disk = StopsAt()
        broken = FolderStore(collector.root, fsync=False, disk=disk)
        held = change_order_without_view(collector)
        disk.left = stops_at
        try:
            write_home(collector.catalogue, broken, held)
        except StorageError:
            assert_list_is_right(collector)
            assert read(collector.catalogue, gallery.stale_homes) == [HOME.property_hash]
        else:
            break
        write_all(collector.catalogue, collector.files)
        assert scenes(collector) == ["pool", "front"]
    assert stops_at > 4


def change_order_without_view(collector: Collector) -> str:
    """The catalogue now says pool, front; the folder still shows front, kitchen, pool."""
    folder = {name: collector.files.read(f"{FOLDER}/{name}") for name in names(collector)}
    visit(collector, C, A)
    for name, data in folder.items():
        collector.files.replace(f"{FOLDER}/{name}", [data])
    write(collector.catalogue, mark_viewed, HOME.property_hash)
    write(collector.catalogue, restart_visits.forget, [HOME.property_hash], ["redfin"])
    return HOME.property_hash


def assert_list_is_right(collector: Collector) -> None:
    if "images_manifest.json" not in names(collector):
        return
    for image in manifest(collector)["images"]:
        data = collector.files.read(f"{FOLDER}/{image['file']}")
        assert hashlib.sha256(data).hexdigest() == image["content_hash"]


def test_pictures_that_may_be_copies_name_one_another_with_what_was_measured(begun: Collector) -> None:
    visit(begun, A, B, C)

    def unsure(images: Sequence[PhotoImage]) -> list[Decision]:
        first, *rest = images
        doubt = Decision(rest[0].photo_id, "stored", maybe=((first.photo_id, {"phash": 12, "cover": 0.98}),))
        return [Decision(first.photo_id, "stored"), doubt, *(Decision(each.photo_id, "stored") for each in rest[1:])]

    write(begun.catalogue, restart_visits.requeue, [HOME.property_hash], ["zillow"])
    held = begun.lease(HOME.property_hash, "zillow")
    assert held is not None
    for photo in write(begun.catalogue, listings.record, held, listing("zillow", [A, B, C]), 5e9):
        begun.fetch(photo)
    finish_visit(begun.catalogue, held, "ok", "", unsure, 5e9)
    write_home(begun.catalogue, begun.files, HOME.property_hash)
    front, kitchen, pool = manifest(begun)["images"]
    measures = {"phash": 12, "cover": 0.98}
    assert front["maybe_duplicates"] == [{"image_id": kitchen["image_id"], "measures": measures}]
    assert kitchen["maybe_duplicates"] == [{"image_id": front["image_id"], "measures": measures}]
    assert "maybe_duplicates" not in pool

"""What a person put or changed in a home's folder is never lost, and never gets into the store; what was deleted comes
back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from phx_scraper.errors import StorageError
from phx_scraper.reconcile.check import check
from phx_scraper.run.restore_homes import restore_homes
from phx_scraper.storage.catalogue import leases
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.folder_store import FolderStore
from phx_scraper.views import write_home
from phx_scraper.views.stale_views import renew_views, stale_views
from tests.catalogue_calls import open_galleries, read
from tests.unit.storage.catalogue_helpers import Collector, Shown, homes, picture, process
from tests.unit.views.begun_home import FOLDER, HASHES, HOME, A, B, C, begun_home, visit


@pytest.fixture(params=["links", "copies"])
def begun(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Collector]:
    yield from begun_home(tmp_path, has_links=request.param == "links")


def tend(collector: Collector) -> None:
    restore_homes(collector.catalogue, collector.files, HASHES, process, lambda: False)


def folder(collector: Collector) -> dict[str, bytes]:
    found = {name: collector.files.read(f"{FOLDER}/{name}") for name in collector.files.names(FOLDER)}
    found.pop("images_manifest.json", None)
    return found


def png(shown: Shown) -> bytes:
    return picture(f"https://zillow/{shown.scene}/{shown.width}/{shown.key}").png


def stored(collector: Collector, shown: Shown) -> str:
    return picture(f"https://zillow/{shown.scene}/{shown.width}/{shown.key}").image.path


def in_place(collector: Collector, path: str, data: bytes) -> None:
    """As an editor does that overwrites, after its user made the file writable."""
    place = collector.files.path(path)
    place.chmod(0o644)
    place.write_bytes(data)


def replaced(collector: Collector, path: str, data: bytes) -> None:
    """As an editor does that writes a new file and renames it."""
    place = collector.files.path(path)
    place.with_name("new").write_bytes(data)
    place.with_name("new").rename(place)


def assert_whole(collector: Collector) -> None:
    """The store holds what its catalogue says, and the folders show it."""
    assert check(collector.catalogue, FolderStore(collector.root, changes=False), 1.0).problems == []
    with open_galleries(collector.catalogue) as galleries:
        assert [gallery.home.address for gallery in galleries]
    assert [path for path, _ in stale_views(collector.catalogue, collector.files) if path.startswith("homes/")] == []


def test_pictures_and_originals_are_read_only(begun: Collector) -> None:
    for name in (paths.PROCESSED, paths.RAW, paths.HOMES):
        for path in (begun.root / name).rglob("*.*g"):
            assert path.stat().st_mode & 0o222 == 0, path
    assert begun.files.path(f"{FOLDER}/images_manifest.json").stat().st_mode & 0o200


@pytest.mark.parametrize("edit", [in_place, replaced], ids=["in-place", "replaced"])
@pytest.mark.parametrize("data", [b"edited by a person", b"longer " * 1000])
def test_an_edited_picture_is_set_aside_and_the_store_is_whole(begun: Collector, edit: object, data: bytes) -> None:
    edit(begun, f"{FOLDER}/img_001.png", data)  # type: ignore[operator]
    tend(begun)
    assert folder(begun) == {"img_001.edited-by-you.png": data, "img_001.png": png(A), "img_002.png": png(B)}
    assert begun.files.read(stored(begun, A)) == png(A)
    assert_whole(begun)


def test_an_edit_of_equal_size_is_noticed_too(begun: Collector) -> None:
    data = bytes(reversed(png(A)))
    in_place(begun, f"{FOLDER}/img_001.png", data)
    tend(begun)
    assert folder(begun)["img_001.edited-by-you.png"] == data
    assert_whole(begun)


def test_every_edit_gets_a_name_of_its_own(begun: Collector) -> None:
    for data in (b"first", b"second", b"third"):
        in_place(begun, f"{FOLDER}/img_001.png", data)
        tend(begun)
    kept = {name: data for name, data in folder(begun).items() if "edited" in name}
    assert kept == {
        "img_001.edited-by-you.png": b"first",
        "img_001.edited-by-you-2.png": b"second",
        "img_001.edited-by-you-3.png": b"third",
    }
    assert_whole(begun)


def test_a_visit_keeps_an_edit_too(begun: Collector) -> None:
    replaced(begun, f"{FOLDER}/img_002.png", b"edited")
    visit(begun, B, A)
    assert folder(begun) == {"img_002.edited-by-you.png": b"edited", "img_001.png": png(B), "img_002.png": png(A)}


def test_an_edit_survives_the_removal_of_its_picture(begun: Collector) -> None:
    replaced(begun, f"{FOLDER}/img_002.png", b"edited")
    visit(begun, A)
    assert folder(begun) == {"img_002.edited-by-you.png": b"edited", "img_001.png": png(A)}


def test_a_picture_in_two_homes_is_repaired_in_both(tmp_path: Path) -> None:
    made = Collector(tmp_path, fsync=False)
    two = homes(2)
    made.begin(two)
    made.show = lambda _source: [A]
    for home in two:
        held = made.lease(home.property_hash, "zillow")
        assert held is not None
        made.collect(held)
    other = paths.home_folder(two[1].slug)
    in_place(made, f"{FOLDER}/img_001.png", b"edited")
    restore_homes(made.catalogue, made.files, [home.property_hash for home in two], process, lambda: False)
    assert folder(made) == {"img_001.edited-by-you.png": b"edited", "img_001.png": png(A)}
    assert made.files.read(f"{other}/img_001.png") == png(A)
    assert_whole(made)
    made.catalogue.close()


def test_foreign_files_stay_where_they_are(begun: Collector) -> None:
    for name in ("img_099.png", "notes.txt", "img_1.png", ".hidden"):
        begun.files.path(f"{FOLDER}/{name}").write_bytes(b"mine")
    tend(begun)
    visit(begun, A)
    renew_views(begun.catalogue, begun.files)
    mine = {name for name, data in folder(begun).items() if data == b"mine"}
    assert mine == {"img_099.png", "notes.txt", "img_1.png", ".hidden"}
    assert_whole(begun)


def test_a_foreign_file_that_stands_in_the_way_is_set_aside_by_name(begun: Collector) -> None:
    begun.files.path(f"{FOLDER}/img_003.png").write_bytes(b"mine")
    visit(begun, A, B, C)
    assert folder(begun) == {
        "img_001.png": png(A), "img_002.png": png(B), "img_003.png": png(C), "img_003.yours.png": b"mine",
    }  # fmt: skip


def test_a_folder_of_no_known_home_belongs_to_the_user(begun: Collector) -> None:
    mine = begun.root / "homes" / "holiday"
    mine.mkdir()
    (mine / "img_001.png").write_bytes(b"mine")
    assert check(begun.catalogue, FolderStore(begun.root, changes=False), 1.0).problems == []


def test_deleted_views_are_restored(begun: Collector) -> None:
    whole = folder(begun)
    begun.files.path(f"{FOLDER}/img_001.png").unlink()
    tend(begun)
    assert folder(begun) == whole
    begun.files.path(f"{FOLDER}/images_manifest.json").unlink()
    tend(begun)
    assert begun.files.exists(f"{FOLDER}/images_manifest.json")
    shutil.rmtree(begun.root / FOLDER)
    tend(begun)
    assert folder(begun) == whole
    shutil.rmtree(begun.root / "homes")
    tend(begun)
    assert folder(begun) == whole
    assert_whole(begun)


def test_deleted_pictures_of_the_store_are_restored_from_the_views(begun: Collector) -> None:
    shutil.rmtree(begun.root / "raw")
    shutil.rmtree(begun.root / "processed")
    tend(begun)
    assert begun.files.read(stored(begun, A)) == png(A)
    assert [one.kind for one in check(begun.catalogue, FolderStore(begun.root, changes=False), 1.0).problems] == [
        "missing_original"
    ] * 2


def test_deleted_pictures_of_the_store_are_restored_from_the_originals(begun: Collector) -> None:
    shutil.rmtree(begun.root / "homes")
    shutil.rmtree(begun.root / "processed")
    tend(begun)
    assert folder(begun) == {"img_001.png": png(A), "img_002.png": png(B)}
    assert_whole(begun)


def test_pictures_without_any_file_left_are_requested_again(begun: Collector) -> None:
    for name in ("homes", "processed", "raw"):
        shutil.rmtree(begun.root / name)
    tend(begun)
    with begun.catalogue.reading() as connection:
        states = connection.exec_driver_sql("SELECT state, count(*) FROM photos GROUP BY state").all()
    assert [tuple(row) for row in states] == [("pending", 2)]
    assert read(begun.catalogue, leases.due, HASHES, ["zillow"], 6e9, 1e6) == [(HOME.property_hash, "zillow")]
    held = begun.lease(HOME.property_hash, "zillow")
    assert held is not None
    assert not held.needs_page
    begun.collect(held)
    assert folder(begun) == {"img_001.png": png(A), "img_002.png": png(B)}
    assert_whole(begun)


def test_a_stop_ends_the_restoring_of_homes(begun: Collector) -> None:
    shutil.rmtree(begun.root / "homes")
    shutil.rmtree(begun.root / "processed")
    restore_homes(begun.catalogue, begun.files, HASHES, process, lambda: True)
    assert begun.files.names("homes") == begun.files.names("processed") == []


def test_a_copied_store_is_checked_once(begun: Collector, tmp_path: Path) -> None:
    begun.catalogue.close()
    copy = tmp_path / "copy"
    shutil.copytree(begun.root, copy, copy_function=shutil.copy)
    made = Collector(copy, fsync=False, disk=begun.disk)
    tend(made)
    assert folder(made) == {"img_001.png": png(A), "img_002.png": png(B)}
    before = made.files.path(f"{FOLDER}/images_manifest.json").stat().st_mtime_ns
    tend(made)
    assert made.files.path(f"{FOLDER}/images_manifest.json").stat().st_mtime_ns == before
    assert_whole(made)
    made.catalogue.close()


def test_unchanged_files_are_neither_read_nor_written(begun: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(_files: FolderStore, _path: str) -> str:
        raise AssertionError("bytes were read")

    monkeypatch.setattr(FolderStore, "digest", read)
    before = modified(begun.root)
    tend(begun)
    assert modified(begun.root) == before


def modified(root: Path) -> dict[str, int]:
    """When each file and folder of the views and the store was changed last."""
    folders = (paths.HOMES, paths.PROCESSED, paths.RAW)
    return {str(path): path.stat().st_mtime_ns for name in folders for path in (root / name).rglob("*")}


def test_files_of_an_earlier_version_become_read_only(begun: Collector) -> None:
    place = begun.files.path(stored(begun, A))
    place.chmod(0o644)
    tend(begun)
    assert place.stat().st_mode & 0o222 == 0


def test_a_list_that_is_hostile_does_no_harm(begun: Collector) -> None:
    begun.files.replace(f"{FOLDER}/images_manifest.json", [b'{"images": [5, {"file": []}, {"file": "img_001.png"}]}'])
    replaced(begun, f"{FOLDER}/img_001.png", b"edited")
    write_home(begun.catalogue, begun.files, HOME.property_hash)
    assert sorted(folder(begun)) == ["img_001.edited-by-you.png", "img_001.png", "img_002.png"]


def test_the_store_is_never_written_through_a_view(begun: Collector) -> None:
    """A new file store object, as the next run has: nothing depends on what one process remembers."""
    replaced(begun, f"{FOLDER}/img_001.png", b"edited")
    files = FolderStore(begun.root, fsync=False)
    restore_homes(begun.catalogue, files, HASHES, process, lambda: False)
    assert files.read(stored(begun, A)) == png(A)


def test_a_file_in_place_of_a_homes_folder_is_reported_and_stays(begun: Collector) -> None:
    place = begun.files.path(FOLDER)
    shutil.rmtree(place)
    place.write_text("mine", encoding="utf-8")
    with pytest.raises(StorageError, match=f"{place.name} is a file where a folder should be: move it away"):
        tend(begun)
    assert place.read_text(encoding="utf-8") == "mine"

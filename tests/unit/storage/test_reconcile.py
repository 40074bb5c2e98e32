"""Every kind of damage is reported, and nothing else; repairs lose nothing."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from phx_scraper.errors import BadPhoto, CatalogueError
from phx_scraper.imaging import ProcessedImage
from phx_scraper.reconcile.check import Problem, check
from phx_scraper.reconcile.rebuild import rebuild
from phx_scraper.reconcile.repair import QUARANTINE, Repairer
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.folder_store import FolderStore
from phx_scraper.views.stale_views import renew_views, stale_views
from tests.snapshot import differences, snapshot
from tests.unit.storage.catalogue_helpers import Collector, UnlockedOnly, homes

HOMES = 2


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Collector]:
    Collector(tmp_path, fsync=False).run(homes(HOMES))
    made = Collector(tmp_path, fsync=False)
    yield made
    made.catalogue.close()


def problems(store: Collector, read: float = 1.0) -> list[Problem]:
    return check(store.catalogue, FolderStore(store.root, changes=False), read).problems


def kinds(store: Collector) -> dict[str, int]:
    return check(store.catalogue, FolderStore(store.root, changes=False), 1.0).counts


def repair(store: Collector) -> list[str]:
    found = problems(store)
    done = list(Repairer(store.catalogue, store.files, UnlockedOnly(store.catalogue.place)).repair(found))
    renew_views(store.catalogue, store.files)
    return done


def pictures(store: Collector, folder: str) -> list[Path]:
    return sorted(path for path in (store.root / folder).rglob("*") if path.is_file())


def spoil(path: Path) -> None:
    """Change a byte, in a file of its own: other names of the same file stay as they are."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.unlink()
    path.write_bytes(data)


def everything(store: Collector) -> list[bytes]:
    return sorted(path.read_bytes() for folder in ("processed", "raw", QUARANTINE) for path in pictures(store, folder))


def test_an_unchanged_store_is_clean(store: Collector) -> None:
    report = check(store.catalogue, FolderStore(store.root, changes=False), 1.0)
    assert report.problems == []
    assert list(stale_views(store.catalogue, store.files)) == []
    assert report.checked["read"] == report.checked["files"] > 10
    # One photo in four is broken, as planted; all else is perfect.
    assert (report.accuracy, report.consistency, report.completeness) == (1.0, 1.0, 0.75)
    assert report.score == pytest.approx(0.40 + 0.35 * 0.75 + 0.25)


def test_bit_rot_is_listed_exactly(store: Collector) -> None:
    rotten = pictures(store, "processed")[::3] + pictures(store, "raw")[::4]
    for path in rotten:
        spoil(path)
    assert problems(store, read=0.0) == []
    found = problems(store)
    assert {one.kind for one in found} == {"hash_mismatch"}
    assert {store.root / one.subject for one in found} == set(rotten)


def test_a_sample_reads_some_files_and_stops_at_the_time_limit(store: Collector) -> None:
    assert (
        0
        < check(store.catalogue, FolderStore(store.root, changes=False), 0.5).checked["read"]
        < check(store.catalogue, FolderStore(store.root, changes=False)).checked["files"]
    )
    assert check(store.catalogue, FolderStore(store.root, changes=False), 1.0, seconds=0.0).checked["read"] == 0


def test_every_kind_of_problem_is_distinguished(store: Collector) -> None:
    processed, raw = pictures(store, "processed"), pictures(store, "raw")
    processed[0].unlink()
    raw[0].unlink()
    raw[1].chmod(0o644)
    raw[1].write_bytes(b"longer than it was, by far, and of other words")
    (store.root / "processed" / "stray.png").write_bytes(b"stray")
    (store.root / "homes" / "nobody-lives-here").mkdir()
    for name in ("img_001.png", "images_manifest.json", "holiday.png"):
        (store.root / "homes" / "nobody-lives-here" / name).write_bytes(b"stray")
    (store.root / "raw" / "link").symlink_to(raw[2])
    dead = store.root / paths.TEMPORARY / f"{store.files._owner.rsplit('%3A', 2)[0]}%3A999999%3A1~x.tmp"
    dead.write_bytes(b"half")
    assert kinds(store) == {
        "missing_picture": 1, "missing_original": 1, "wrong_size": 1, "orphan": 3, "temporary": 1, "unsafe": 1,
    }  # fmt: skip


def test_inconsistent_rows_and_leases_of_dead_processes_are_reported(store: Collector) -> None:
    home = homes(HOMES)[0].property_hash
    with store.catalogue._database.write() as connection:
        connection.exec_driver_sql(
            "UPDATE photos SET state = 'pending' WHERE id = (SELECT min(id) FROM photos WHERE state = 'stored')"
        )
        connection.exec_driver_sql(
            "UPDATE photos SET duplicate_of = NULL WHERE id = (SELECT max(id) FROM photos WHERE state = 'duplicate')"
        )
        connection.exec_driver_sql(
            "UPDATE visits SET lease_run = 'gone', lease_holder = 'elsewhere:1:1', lease_until = 5"
            f" WHERE property_hash = '{home}' AND source = 'redfin'"
        )
    found = kinds(store)
    assert found["wrong_row"] >= 2
    assert found["stale_lease"] == 1
    repair(store)
    Collector(store.root, fsync=False).run(homes(HOMES))
    assert kinds(store) == {}


@pytest.mark.parametrize("folder", ["processed", "raw"])
@pytest.mark.parametrize("damage", ["gone", "rotten", "renamed"])
def test_repair_and_the_next_run_restore_the_original_state(store: Collector, folder: str, damage: str) -> None:
    plain = snapshot(store.catalogue, store.files)
    for path in pictures(store, folder)[::2]:
        if damage == "gone":
            path.unlink()
        elif damage == "rotten":
            spoil(path)
        else:
            path.rename(path.with_name(f"misnamed-{path.name[:5]}"))
    before = everything(store)
    assert repair(store)
    for data in set(before):
        assert data in everything(store), "a repair lost a file"
    Collector(store.root, fsync=False).run(homes(HOMES))
    assert problems(store) == []
    left = [line for line in differences(plain, snapshot(store.catalogue, store.files)) if QUARANTINE not in line]
    assert left == []


def test_without_originals_pictures_are_asked_for_again(tmp_path: Path) -> None:
    Collector(tmp_path, fsync=False, keep_raw=False).run(homes(1))
    store = Collector(tmp_path, fsync=False, keep_raw=False)
    plain = snapshot(store.catalogue, store.files)
    pictures(store, "processed")[0].unlink()
    assert "asked for again" in repair(store)[0]
    fetched: list[str] = []
    Collector(tmp_path, fsync=False, keep_raw=False, log=fetched.append).run(homes(1))
    assert differences(plain, snapshot(store.catalogue, store.files)) == []
    assert 1 <= len(fetched) <= 3
    assert not any(line.startswith("page") for line in fetched)
    store.catalogue.close()


def test_wrong_views_are_reported_and_rewritten(store: Collector) -> None:
    folder = next((store.root / "homes").iterdir())
    (folder / "img_001.png").unlink()
    (folder / "img_099.png").write_bytes(b"not ours")
    manifest = store.root / "metadata" / "image_manifest.json"
    manifest.write_text("{", encoding="utf-8")
    wrong = {path for path, _ in stale_views(store.catalogue, store.files)}
    assert wrong == {f"homes/{folder.name}/img_001.png", "metadata/image_manifest.json"}
    renew_views(store.catalogue, store.files)
    assert list(stale_views(store.catalogue, store.files)) == []
    assert (folder / "img_099.png").read_bytes() == b"not ours"


def test_recent_files_of_a_running_run_are_not_touched(store: Collector) -> None:
    (store.root / "raw" / "just-written").write_bytes(b"young")
    assert kinds(store) == {"orphan": 1}
    with store.catalogue._database.write() as connection:
        connection.exec_driver_sql(
            f"UPDATE visits SET lease_run = 'r', lease_holder = 'a:1:1', lease_until = {time.time() + 60}"
        )
    assert kinds(store) == {}


@pytest.mark.file_only
def test_an_intact_catalogue_is_never_rebuilt(store: Collector) -> None:
    before = store.catalogue.path.read_bytes()
    with pytest.raises(CatalogueError, match="healthy"):
        rebuild(store.catalogue.path, store.files, lambda data: pytest.fail("nothing is to be read"))
    assert store.catalogue.path.read_bytes() == before


@pytest.mark.file_only
def test_hostile_views_affect_their_home_only(tmp_path: Path) -> None:
    Collector(tmp_path, fsync=False).run(homes(HOMES))
    store = Collector(tmp_path, fsync=False)
    store.catalogue.close()
    store.catalogue.path.unlink()
    folder = next((tmp_path / "homes").iterdir())
    told = json.loads((folder / "images_manifest.json").read_text(encoding="utf-8"))
    told["images"] = [{"image_id": 5, "original_path": "../../etc/passwd"}]
    (folder / "images_manifest.json").write_text(json.dumps(told), encoding="utf-8")

    def unreadable(_data: bytes) -> ProcessedImage:
        raise BadPhoto("not_image")

    result = rebuild(store.catalogue.path, store.files, unreadable)
    assert (result.homes, len(result.lost)) == (1, 1)

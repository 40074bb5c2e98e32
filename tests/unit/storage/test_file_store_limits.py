"""The file store where the system refuses, in its own words; permissions; folders that come and go meanwhile."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from phx_scraper.errors import StorageError
from phx_scraper.storage.files import paths, temp_files
from phx_scraper.storage.files.disk import Disk
from phx_scraper.storage.files.folder_store import FolderStore
from phx_scraper.storage.files.store import FileFacts
from tests.unit.storage.failing_disk import FailingDisk

PATH = paths.processed("cd" * 32)
# Every part is short enough, the whole is longer than the system takes.
LONG = "/".join(["x" * 200] * 30)


@pytest.fixture
def files(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "store")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize(
    ("doing", "call"),
    [
        ("read", lambda files: files.read(LONG)),
        ("write", lambda files: files.write(LONG, b"x")),
        ("write", lambda files: files.replace(LONG, [b"x"])),
        ("remove", lambda files: files.remove(LONG)),
        ("link", lambda files: files.link(PATH, LONG)),
        ("move", lambda files: files.move(LONG, PATH)),
        ("list", lambda files: files.names(LONG)),
    ],
)
def test_what_could_not_be_done_with_which_file_and_why(
    files: FolderStore, doing: str, call: Callable[[FolderStore], object]
) -> None:
    files.write(PATH, b"picture")
    with pytest.raises(StorageError) as problem:
        call(files)
    assert str(problem.value) == f"Cannot {doing} {files.root / LONG}: File name too long."
    assert files.names(paths.TEMPORARY) == []
    assert files.read(PATH) == b"picture"


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError) as problem:
        FolderStore(tmp_path / LONG)
    assert str(problem.value) == f"Cannot prepare the data folder {tmp_path / LONG}: File name too long."
    with pytest.raises(StorageError) as problem:
        FolderStore(tmp_path / "file")
    assert str(problem.value) == f"{tmp_path / 'file'} is a file where a folder should be: move it away."


def test_what_is_only_read_is_not_prepared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    FolderStore(tmp_path / "store", changes=False)
    assert not (tmp_path / "store").exists()
    monkeypatch.chdir(tmp_path)
    assert FolderStore("store").root == tmp_path / "store"
    assert (tmp_path / "store" / paths.TEMPORARY).is_dir()


def test_pictures_are_read_only_and_views_are_not(files: FolderStore) -> None:
    before = os.umask(0o022)
    try:
        files.write(PATH, b"picture")
        files.replace("metadata/x.json", [b"x"])
    finally:
        os.umask(before)
    assert mode(files.path(PATH)) == 0o444
    assert mode(files.path("metadata/x.json")) == 0o644


def test_a_copy_in_place_of_a_link_is_read_only_too(tmp_path: Path) -> None:
    class Linkless(Disk):
        def link(self, source: Path, target: Path) -> None:
            raise PermissionError

    files = FolderStore(tmp_path, disk=Linkless())
    files.write(PATH, b"picture")
    files.link(PATH, "homes/a/img_001.png")
    assert mode(files.path("homes/a/img_001.png")) == 0o444


def looked_at(files: FolderStore) -> FileFacts:
    found = files.look("x.png")
    assert found is not None
    return found


@pytest.mark.parametrize(("found", "after"), [(0o644, 0o444), (0o777, 0o555), (0o444, 0o444), (0o420, 0o400)])
def test_protection_takes_away_writing_alone(files: FolderStore, found: int, after: int) -> None:
    files.replace("x.png", [b"x"])
    files.path("x.png").chmod(found)
    files.protect("x.png", looked_at(files))
    assert mode(files.path("x.png")) == after


def test_protection_goes_by_what_was_found_and_never_fails(files: FolderStore) -> None:
    files.replace("x.png", [b"x"])
    writable = looked_at(files)
    files.path("x.png").chmod(0o444)
    read_only = looked_at(files)
    files.path("x.png").chmod(0o644)
    files.protect("x.png", read_only)
    assert mode(files.path("x.png")) == 0o644
    files.remove("x.png")
    files.protect("x.png", writable)
    assert not files.exists("x.png")


def test_a_name_that_is_there_is_forced_to_disk_again(tmp_path: Path) -> None:
    FolderStore(tmp_path).write(PATH, b"picture")
    disk = FailingDisk(0, 0)
    assert not FolderStore(tmp_path, disk=disk).write(PATH, b"picture")
    assert disk.calls == ["fsync"], "whoever renamed it may have died before"


def test_every_folder_that_is_made_is_forced_to_disk_with_its_name(tmp_path: Path) -> None:
    class Noting(Disk):
        def fsync(self, descriptor: int) -> None:
            forced.append(Path(f"/proc/self/fd/{descriptor}").readlink())

    forced: list[Path] = []
    files = FolderStore(tmp_path / "store", disk=Noting())
    assert forced == [tmp_path, tmp_path / "store"]
    forced.clear()
    files.write(PATH, b"picture")
    assert forced[0].parent == files.root / paths.TEMPORARY
    assert forced[1:] == [files.root, files.root / "processed", files.path(PATH).parent]


def test_a_folder_that_somebody_else_makes_first_is_used(tmp_path: Path) -> None:
    class Crowded(Disk):
        def fsync(self, descriptor: int) -> None:
            if (tmp_path / "store" / "processed").is_dir():
                (tmp_path / "store" / PATH).parent.mkdir(exist_ok=True)

    files = FolderStore(tmp_path / "store", disk=Crowded())
    files.write(PATH, b"picture")
    assert files.read(PATH) == b"picture"


@pytest.mark.parametrize(("times", "worked"), [(4, True), (5, False)])
def test_a_folder_that_keeps_vanishing_is_made_five_times(tmp_path: Path, times: int, worked: bool) -> None:
    class Vanishing(Disk):
        def rename(self, source: Path, target: Path) -> None:
            tries.append(target)
            if len(tries) <= times:
                target.parent.rmdir()
            super().rename(source, target)

    tries: list[Path] = []
    files = FolderStore(tmp_path, disk=Vanishing())
    if worked:
        files.write(PATH, b"picture")
    else:
        with pytest.raises(StorageError, match="No such file"):
            files.write(PATH, b"picture")
    assert len(tries) == 5
    assert files.exists(PATH) is worked
    assert files.names(paths.TEMPORARY) == []


def test_a_file_that_is_gone_is_not_renamed_again_and_again(tmp_path: Path) -> None:
    class Counting(Disk):
        def rename(self, source: Path, target: Path) -> None:
            tries.append(source)
            super().rename(source, target)

    tries: list[Path] = []
    files = FolderStore(tmp_path, disk=Counting())
    with pytest.raises(StorageError, match=r"Cannot move .*raw/x\.bin: No such file"):
        files.move("raw/x.bin", "raw/y.bin")
    assert len(tries) == 1


def test_a_move_takes_the_place_of_what_was_there(files: FolderStore) -> None:
    files.replace("a/x.json", [b"new"])
    files.replace("b/y.json", [b"old"])
    files.move("a/x.json", "b/y.json")
    assert (files.names("a"), files.read("b/y.json")) == ([], b"new")


def test_a_folder_that_goes_with_its_file_needs_no_forcing(tmp_path: Path) -> None:
    class Removing(Disk):
        def rename(self, source: Path, target: Path) -> None:
            super().rename(source, target)
            shutil.rmtree(target.parent)

    files = FolderStore(tmp_path, disk=Removing())
    assert files.write(PATH, b"picture")
    assert not files.exists(PATH)


def test_a_file_in_the_making_tells_who_makes_it(tmp_path: Path) -> None:
    class Noting(Disk):
        def rename(self, source: Path, target: Path) -> None:
            names.append(source.name)
            super().rename(source, target)

    names: list[str] = []
    files = FolderStore(tmp_path, disk=Noting())
    for number in range(2):
        files.write(f"raw/{number}.bin", b"x")
    assert {name.partition("~")[0] for name in names} == {temp_files.owner()}
    assert len(set(names)) == 2


def test_only_one_file_has_two_names(files: FolderStore) -> None:
    files.write("a.png", b"x")
    files.write("b.png", b"x")
    files.link("a.png", "c.png")
    assert files.is_same("a.png", "c.png")
    assert not files.is_same("a.png", "b.png")
    assert not files.is_same("a.png", "gone.png")
    assert files.names(".tmp") == []
    assert files.names("nowhere") == []

"""The file store: files are complete or absent, whatever call fails, with concurrent writers too."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from phx_scraper.errors import DiskFull, StorageError, UnsafePath
from phx_scraper.storage.files import paths, temp_files
from phx_scraper.storage.files.disk import Disk
from phx_scraper.storage.files.folder_store import FolderStore
from phx_scraper.storage.process_identity import this_holder
from tests.unit.storage.failing_disk import FailingDisk

PATH = paths.processed("cd" * 32)


def everything(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


@pytest.fixture
def files(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "store")


def test_a_file_is_written_once(files: FolderStore) -> None:
    assert files.write(PATH, b"picture")
    assert not files.write(PATH, b"picture")
    assert files.read(PATH) == b"picture"
    assert everything(files.root) == {PATH}


def test_an_incomplete_file_is_replaced(files: FolderStore) -> None:
    files.path(PATH).parent.mkdir(parents=True)
    files.path(PATH).write_bytes(b"pict")
    assert files.write(PATH, b"picture")
    assert files.read(PATH) == b"picture"


def test_replace_and_remove(files: FolderStore) -> None:
    files.replace("metadata/x.json", [b"old"])
    files.replace("metadata/x.json", iter([b"n", b"ew"]))
    assert files.read("metadata/x.json") == b"new"
    assert files.remove("metadata/x.json") is True
    assert files.remove("metadata/x.json") is False
    assert files.names("metadata") == []
    assert files.remove_folder("metadata") is True
    assert files.names("metadata") == []


def test_a_folder_that_holds_something_stays(files: FolderStore) -> None:
    files.replace("metadata/x.json", [b"x"])
    assert files.remove_folder("metadata") is False
    assert files.exists("metadata/x.json")


def test_bytes_are_synced_before_the_rename(tmp_path: Path) -> None:
    disk = FailingDisk(0, 0)
    FolderStore(tmp_path, disk=disk).write("x.json", b"x")
    assert disk.calls[-4:] == ["write", "fsync", "rename", "fsync"]


def test_fsync_can_be_left_out_in_tests(tmp_path: Path) -> None:
    disk = FailingDisk(0, 0)
    FolderStore(tmp_path, fsync=False, disk=disk).write("x.json", b"x")
    assert disk.calls == ["write", "rename"]


def failures(tmp_path: Path, number: int) -> Iterable[tuple[FailingDisk, FolderStore, Exception | None]]:
    """Write, replace and link with the n-th call failing, for n = 1, 2, 3 … until nothing fails."""
    for fails_at in range(1, 50):
        root = tmp_path / str(fails_at)
        FolderStore(root).write("home/old.png", b"old")
        files = FolderStore(root, disk=(disk := FailingDisk(fails_at, number)))
        problem: Exception | None = None
        try:
            files.write(PATH, b"picture" * 100)
            files.replace("metadata/x.json", [b"one", b"two"])
            files.link(PATH, "home/new.png")
            files.remove("home/old.png")
        except StorageError as error:
            problem = error
        if len(disk.calls) < fails_at:
            return
        # A link that fails is a copy.
        assert (problem is None) == (disk.calls[fails_at - 1] == "link")
        yield disk, files, problem
    raise AssertionError("it never stopped failing")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EFBIG])
def test_whichever_call_fails_files_are_whole_or_absent(tmp_path: Path, number: int) -> None:
    whole = {
        PATH: b"picture" * 100,
        "home/new.png": b"picture" * 100,
        "metadata/x.json": b"onetwo",
        "home/old.png": b"old",
    }
    seen = 0
    for disk, files, problem in failures(tmp_path, number):
        assert everything(files.root) <= set(whole), f"a stump after {disk.calls}"
        assert all(files.read(path) == whole[path] for path in everything(files.root))
        if problem is not None:
            seen += 1
            assert isinstance(problem, DiskFull) is (number != errno.EIO)
            assert str(files.root) in str(problem)
            assert "\n" not in str(problem)
    assert seen >= 8


def test_a_real_size_limit_leaves_no_incomplete_file(tmp_path: Path) -> None:
    script = (
        "import resource, signal, sys\n"
        "from phx_scraper.errors import DiskFull\n"
        "from phx_scraper.storage.files.folder_store import FolderStore\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "files = FolderStore(sys.argv[1])\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try:\n"
        "    files.write('raw/x.bin', bytes(5000))\n"
        "except DiskFull as error:\n"
        "    sys.exit(7)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path / "store")], check=False)
    assert done.returncode == 7
    assert everything(tmp_path / "store") == set()


def test_links_show_the_same_file(files: FolderStore) -> None:
    files.write(PATH, b"picture")
    assert files.link(PATH, "homes/a/img_001.png") is True
    assert files.link(PATH, "homes/a/img_001.png") is False
    assert files.is_same(PATH, "homes/a/img_001.png")
    files.replace("other.png", [b"other"])
    assert files.link("other.png", "homes/a/img_001.png") is True
    assert files.read("homes/a/img_001.png") == b"other"
    assert everything(files.root) == {PATH, "other.png", "homes/a/img_001.png"}


HOW_LINKS_FAIL = (
    *(errno.EPERM, errno.EXDEV, errno.EMLINK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EACCES),
    *(errno.EIO, errno.EINVAL, errno.ENOTTY, errno.EBADF, errno.EREMOTEIO),
)


@pytest.mark.parametrize("number", HOW_LINKS_FAIL, ids=errno.errorcode.get)
def test_however_a_link_fails_a_copy_is_made(tmp_path: Path, number: int) -> None:
    class Linkless(Disk):
        def link(self, source: Path, target: Path) -> None:
            raise OSError(number, "no links here")

    files = FolderStore(tmp_path, disk=Linkless())
    files.write(PATH, b"picture")
    assert files.link(PATH, "homes/a/img_001.png") is True
    assert files.read("homes/a/img_001.png") == b"picture"
    assert not files.is_same(PATH, "homes/a/img_001.png")


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC])
def test_a_real_disk_error_fails_the_copy_too(tmp_path: Path, number: int) -> None:
    class Failing(Disk):
        def link(self, source: Path, target: Path) -> None:
            raise OSError(number, os.strerror(number))

        def write(self, descriptor: int, chunks: Iterable[bytes]) -> None:
            raise OSError(number, os.strerror(number))

    FolderStore(tmp_path).write(PATH, b"picture")
    files = FolderStore(tmp_path, disk=Failing())
    with pytest.raises(StorageError, match=os.strerror(number)) as problem:
        files.link(PATH, "homes/a/img_001.png")
    assert isinstance(problem.value, DiskFull) is (number == errno.ENOSPC)
    assert everything(tmp_path) == {PATH}


def test_a_link_to_nothing_is_a_sentence(files: FolderStore) -> None:
    with pytest.raises(StorageError, match="No such file"):
        files.link(PATH, "homes/a/img_001.png")
    assert everything(files.root) == set()


def test_threads_may_write_the_same_and_different_files(files: FolderStore) -> None:
    def write(number: int) -> bool:
        return files.write(f"raw/{number % 7:02x}/{number % 20}.bin", str(number % 20).encode() * 1000)

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(write, range(200)))
    assert done.count(True) >= 20
    assert all(files.read(path) == Path(path).stem.encode() * 1000 for path in everything(files.root))
    assert files.names(paths.TEMPORARY) == []


def test_a_folder_that_vanishes_while_a_file_is_written_is_made_again(tmp_path: Path) -> None:
    class Vanishing(Disk):
        def rename(self, source: Path, target: Path) -> None:
            if not vanished:
                vanished.append(target.parent)
                target.parent.rmdir()
            super().rename(source, target)

    vanished: list[Path] = []
    files = FolderStore(tmp_path, disk=Vanishing())
    files.write(PATH, b"picture")
    assert vanished
    assert files.read(PATH) == b"picture"


def test_a_folder_in_place_of_a_file_is_a_sentence(files: FolderStore) -> None:
    files.path(PATH).mkdir(parents=True)
    with pytest.raises(StorageError, match="folder where a file should be"):
        files.write(PATH, b"picture")


def test_a_file_in_place_of_a_folder_is_a_sentence(files: FolderStore) -> None:
    files.path("processed").write_bytes(b"")
    with pytest.raises(StorageError, match="processed"):
        files.write(PATH, b"picture")


@pytest.mark.parametrize("path", ["../x", "/x", "processed/../../x"])
def test_no_method_leaves_the_root(files: FolderStore, path: str) -> None:
    files.write(PATH, b"picture")
    for call in (
        lambda: files.write(path, b"x"),
        lambda: files.replace(path, [b"x"]),
        lambda: files.read(path),
        lambda: files.exists(path),
        lambda: files.remove(path),
        lambda: files.link(PATH, path),
        lambda: files.names(path),
    ):
        with pytest.raises(UnsafePath):
            call()


def test_a_data_folder_that_is_a_file_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(b"")
    with pytest.raises(StorageError, match="data"):
        FolderStore(tmp_path / "data")


def test_temporary_files_of_dead_processes_are_removed_at_once_others_after_a_day(tmp_path: Path) -> None:
    files = FolderStore(tmp_path)
    folder = tmp_path / paths.TEMPORARY
    gone = subprocess.run(
        [sys.executable, "-c", "from phx_scraper.storage.files import temp_files as t; print(t.name(t.owner()))"],
        check=True, capture_output=True, text=True,
    ).stdout.strip()  # fmt: skip
    mine, foreign, old = temp_files.name(temp_files.owner()), "other%3A1%3A1~c.tmp", "other%3A1%3A1~d.tmp"
    for name in (gone, mine, foreign, old, "note.txt"):
        (folder / name).write_bytes(b"half")
    day_ago = time.time() - 25 * 3600
    os.utime(folder / old, (day_ago, day_ago))
    FolderStore(tmp_path)
    assert files.names(paths.TEMPORARY) == sorted([mine, foreign, "note.txt"])


def test_a_holder_is_named_by_host_pid_and_start() -> None:
    assert len(this_holder().split(":")) == 3
    assert this_holder().split(":")[1] == str(os.getpid())

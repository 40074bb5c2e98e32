"""What the folder tells about its files without giving anybody a path to open."""

from __future__ import annotations

from pathlib import Path

import pytest

from phx_scraper.errors import DiskFull, StorageError, UnsafePath
from phx_scraper.extensions.resource_usage import check_free_space
from phx_scraper.storage.files.file_stats import sha256
from phx_scraper.storage.files.folder_store import FolderStore
from phx_scraper.storage.files.store import Entry

PATH = "raw/aa/a.jpg"


@pytest.fixture
def files(tmp_path: Path) -> FolderStore:
    made = FolderStore(tmp_path / "store", fsync=False)
    made.write(PATH, b"picture")
    return made


def test_facts_are_those_of_the_file(files: FolderStore) -> None:
    found, status = files.find(PATH), files.path(PATH).stat()
    assert found is not None
    assert (found.size, found.modified_ns, found.changed_ns) == (7, status.st_mtime_ns, status.st_ctime_ns)
    assert files.look(PATH) == found
    assert not found.is_writable
    files.replace("metadata/a.json", [b"{}"])
    view = files.find("metadata/a.json")
    assert view is not None
    assert view.is_writable


def test_only_a_regular_file_is_found(files: FolderStore) -> None:
    for path in ("raw/aa/b.jpg", "raw/aa", f"{PATH}/below"):
        assert files.find(path) is None
        assert not files.exists(path)
    assert files.is_free("raw/aa/b.jpg")
    assert not files.is_free("raw/aa")
    assert files.look("raw/aa/b.jpg") is None


def test_links_are_named_and_not_followed(files: FolderStore, tmp_path: Path) -> None:
    (tmp_path / "else").mkdir()
    (tmp_path / "else" / "b.jpg").write_bytes(b"b")
    files.path("raw/zz").symlink_to(tmp_path / "else")
    assert list(files.walk("raw")) == [Entry("raw/zz", is_link=True), Entry(PATH)]
    assert list(files.walk("nowhere")) == []
    for call in (files.find, files.digest, files.place_of, files.is_free):
        with pytest.raises(UnsafePath):
            call("raw/zz/b.jpg")


def test_bytes_are_read_whole_by_their_end_or_as_a_hash(files: FolderStore) -> None:
    assert files.digest(PATH) == sha256(b"picture")
    assert [files.end_of(PATH, most) for most in (4, 7, 100)] == [b"ture", b"picture", b"picture"]
    for call in (files.digest, files.read, lambda path: files.end_of(path, 4)):
        with pytest.raises(StorageError, match="Cannot read"):
            call("raw/aa/b.jpg")


def test_a_file_of_this_machine_has_a_path_only_inside(files: FolderStore, tmp_path: Path) -> None:
    assert files.path_of(files.path(PATH)) == PATH
    assert files.path_of(tmp_path / "a.jpg") is None
    assert files.place_of(PATH) == str(tmp_path / "store" / PATH)


def test_too_little_room_is_a_sentence_and_room_is_none(files: FolderStore) -> None:
    check_free_space(files, 0)
    with pytest.raises(DiskFull, match=f"MB are free at {files.place}, less than PHX_MIN_FREE_DISK_MB=1000000000"):
        check_free_space(files, 10**9)

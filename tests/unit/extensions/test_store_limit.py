"""The size of a store is measured when it may have become too large, and not with every look at it."""

from __future__ import annotations

from pathlib import Path

import pytest

from phx_scraper.errors import DiskFull
from phx_scraper.extensions import store_limit
from phx_scraper.extensions.store_limit import StoreLimit
from phx_scraper.storage.files.folder_store import FolderStore
from phx_scraper.storage.files.store_size import GIGABYTE, store_bytes

MEGABYTE_IN_GB = 2**20 / GIGABYTE


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    sizes: list[int] = []

    def measure(store: FolderStore) -> int:
        sizes.append(store_bytes(store.root))
        return sizes[-1]

    monkeypatch.setattr(FolderStore, "size", measure)
    monkeypatch.setattr(store_limit, "SHORTEST_SHARE", 0.0)
    return sizes


def files(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "data", fsync=False)


def test_a_file_counts_once_however_many_names_it_has(tmp_path: Path) -> None:
    store = files(tmp_path)
    store.write("processed/aa/one.png", b"x" * 1000)
    store.link("processed/aa/one.png", "homes/here/img_001.png")
    store.replace("metadata/a.json", [b"12345"])
    (tmp_path / "elsewhere").write_bytes(b"x" * 5000)
    (store.root / "link").symlink_to(tmp_path / "elsewhere")
    (store.root / "folder").symlink_to(tmp_path)
    links = sum(path.lstat().st_size for path in (store.root / "link", store.root / "folder"))
    assert store_bytes(store.root) == 1005 + links
    assert store_bytes(tmp_path / "nowhere") == 0


def test_it_is_measured_when_what_was_written_may_fill_it(tmp_path: Path, measured: list[int]) -> None:
    store = files(tmp_path)
    limit = StoreLimit(store, MEGABYTE_IN_GB)
    for number in range(9):
        store.write(f"raw/aa/{number}.jpg", bytes(100_000))
        limit.check()
    assert measured == [100_000]
    store.remove("raw/aa/0.jpg")
    store.replace("metadata/a.json", [bytes(200_000)])
    limit.check()
    assert measured == [100_000, 1_000_000]
    store.write("raw/aa/last.jpg", bytes(100_000))
    with pytest.raises(DiskFull, match="PHX_MAX_STORE_GB"):
        limit.check()


def test_what_other_processes_write_is_noticed(
    tmp_path: Path, measured: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_limit, "MEASURED_AGAIN_SECONDS", 0.0)
    monkeypatch.setattr(store_limit, "MEASURED_AGAIN_SHARE", 0.0)
    limit = StoreLimit(files(tmp_path), MEGABYTE_IN_GB)
    limit.check()
    files(tmp_path).write("raw/aa/theirs.jpg", bytes(2**20 + 1))
    with pytest.raises(DiskFull, match="scrapy clean"):
        limit.check()


def test_no_bound_costs_nothing(tmp_path: Path, measured: list[int]) -> None:
    store = files(tmp_path)
    store.write("raw/aa/a.jpg", bytes(2**20))
    StoreLimit(store, 0.0).check()
    assert measured == []

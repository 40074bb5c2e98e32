"""The calls that change files, and the instants around them at which a test may kill the process."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from phx_scraper.storage import crash_points
from phx_scraper.storage.files.disk import Disk


@pytest.fixture
def hits(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    seen: list[str] = []
    monkeypatch.setattr(crash_points, "hit", seen.append)
    return seen


def test_every_crash_point_of_files_lies_around_its_call(tmp_path: Path, hits: list[str]) -> None:
    disk, file = Disk(), tmp_path / "a"
    with file.open("wb") as stream:
        disk.write(stream.fileno(), iter([b"pic", b"", b"ture"]))
        disk.fsync(stream.fileno())
    disk.rename(file, tmp_path / "b")
    assert (tmp_path / "b").read_bytes() == b"picture"
    disk.unlink(tmp_path / "b")
    steps = {"write", "fsync", "rename", "unlink"}
    assert hits == [name for name in crash_points.POINTS if name.split(".")[0] in steps]


def test_before_means_before_and_after_means_after(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there: dict[str, tuple[int, bool]] = {}

    def hit(name: str) -> None:
        there[name] = file.stat().st_size if file.exists() else -1, (tmp_path / "b").exists()

    monkeypatch.setattr(crash_points, "hit", hit)
    file = tmp_path / "a"
    with file.open("wb") as stream:
        Disk().write(stream.fileno(), [b"picture"])
    Disk().rename(file, tmp_path / "b")
    Disk().unlink(tmp_path / "b")
    assert there == {
        "write.before": (0, False),
        "write.after": (7, False),
        "rename.before": (7, False),
        "rename.after": (-1, True),
        "unlink.before": (-1, True),
        "unlink.after": (-1, False),
    }


def test_what_the_system_takes_in_pieces_is_written_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    with (tmp_path / "a").open("wb") as stream:
        monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, bytes(data[:3])))
        Disk().write(stream.fileno(), [b"0123456789", b"abc"])
        monkeypatch.undo()
    assert (tmp_path / "a").read_bytes() == b"0123456789abc"


def test_fsync_reaches_the_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forced: list[int] = []
    monkeypatch.setattr(os, "fsync", forced.append)
    Disk().fsync(7)
    assert forced == [7]


def test_links_and_unlinks(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    Disk().link(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b").samefile(tmp_path / "a")
    Disk().unlink(tmp_path / "a")
    assert [path.name for path in tmp_path.iterdir()] == ["b"]

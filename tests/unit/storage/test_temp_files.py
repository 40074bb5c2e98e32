"""Names of files being written, and which of them are leftovers."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote, unquote

import pytest

from phx_scraper.storage.files import temp_files
from phx_scraper.storage.files.disk import Disk
from phx_scraper.storage.process_identity import this_holder

FOREIGN = "other%3A1%3A1~c.tmp"


@pytest.fixture(scope="module")
def dead() -> str:
    """The name of a file that a process was writing which has ended."""
    script = "from phx_scraper.storage.files import temp_files as t; print(t.name(t.owner()))"
    return subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout.strip()


def made(folder: Path, name: str, hours_ago: float = 0.0) -> Path:
    path = folder / name
    path.write_bytes(b"half")
    moment = time.time() - hours_ago * 3600
    os.utime(path, (moment, moment))
    return path


def test_a_name_tells_its_process_and_is_used_once() -> None:
    owner = temp_files.owner()
    assert unquote(owner) == this_holder()
    assert "/" not in owner
    names = {temp_files.name(owner) for _ in range(50)}
    assert len(names) == 50
    assert all(name.startswith(f"{owner}~") and name.endswith(".tmp") for name in names)


@pytest.mark.parametrize(("hours", "leftover"), [(0, False), (23.9, False), (24.1, True)])
def test_a_file_of_a_stranger_is_left_over_after_a_day(tmp_path: Path, hours: float, leftover: bool) -> None:
    assert temp_files.is_leftover(made(tmp_path, FOREIGN, hours)) is leftover
    assert temp_files.is_leftover(made(tmp_path, temp_files.name(temp_files.owner()), hours)) is leftover


def test_a_file_of_the_dead_is_left_over_at_once_and_one_that_is_gone_never(tmp_path: Path, dead: str) -> None:
    assert temp_files.is_leftover(made(tmp_path, dead))
    assert not temp_files.is_leftover(tmp_path / FOREIGN)


def test_a_host_may_have_the_mark_in_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "my~host")
    host, pid, start = this_holder().split(":")
    gone = quote(f"{host}:{pid}:{int(start) - 1}", safe="")
    assert temp_files.is_leftover(made(tmp_path, temp_files.name(gone)))
    assert not temp_files.is_leftover(made(tmp_path, temp_files.name(temp_files.owner())))


def test_sweeping_removes_leftovers_alone_and_counts_them(tmp_path: Path, dead: str) -> None:
    for name, hours in ((dead, 0), (FOREIGN, 0), ("old~x.tmp", 25), ("note.txt", 25)):
        made(tmp_path, name, hours)
    assert temp_files.remove_leftovers(tmp_path, Disk()) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["note.txt", FOREIGN]
    assert temp_files.remove_leftovers(tmp_path, Disk()) == 0


def test_what_another_process_sweeps_first_is_not_counted(tmp_path: Path) -> None:
    class Late(Disk):
        def unlink(self, path: Path) -> None:
            if path.name.startswith("a"):
                path.unlink()
            super().unlink(path)

    for name in ("a~1.tmp", "b~2.tmp"):
        made(tmp_path, name, 25)
    assert temp_files.remove_leftovers(tmp_path, Late()) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_leftover_that_cannot_be_removed_is_told(tmp_path: Path) -> None:
    class Refusing(Disk):
        def unlink(self, path: Path) -> None:
            raise PermissionError

    made(tmp_path, "old~x.tmp", 25)
    with pytest.raises(PermissionError):
        temp_files.remove_leftovers(tmp_path, Refusing())

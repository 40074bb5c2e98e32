"""A mount of the tests does not outlive them, whoever kills them."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.faults.mounts import CannotMount, mounted
from tests.integration.crawls import REPOSITORY

TMPFS = 'mount -t tmpfs tmpfs "$1"'
HOLDS = f"""
import sys
from pathlib import Path
from tests.faults.mounts import mounted

with mounted({TMPFS!r}, Path(sys.argv[1])):
    print("mounted", flush=True)
    sys.stdin.read()
"""


def mount_or_skip(folder: Path) -> None:
    try:
        with mounted(TMPFS, folder):
            assert folder.is_mount()
    except CannotMount as why:
        pytest.skip(f"nothing can be mounted here: {why}")
    assert not folder.is_mount()


def test_it_ends_with_a_process_that_is_killed(tmp_path: Path) -> None:
    mount_or_skip(tmp_path)
    line = [sys.executable, "-c", HOLDS, str(tmp_path)]
    with subprocess.Popen(line, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "mounted\n"
        assert tmp_path.is_mount()
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    until = time.monotonic() + 60
    while tmp_path.is_mount() and time.monotonic() < until:
        time.sleep(0.05)
    assert not tmp_path.is_mount()


def test_what_cannot_be_mounted_is_said(tmp_path: Path) -> None:
    with pytest.raises(CannotMount, match=r"\S"), mounted('mount -t nothing nothing "$1"', tmp_path):
        pass
    assert not tmp_path.is_mount()

"""What a run may use up: meeting a bound stops it in a sentence, with exit code 3, and the next run goes on."""

from __future__ import annotations

import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from phx_scraper.replica import Options, Replica, running, truth
from tests.integration.crawls import EXAMPLE_HOMES, assert_agrees_with_truth, crawl, outcomes, requests, rows

HOME = "15230 N 37th Way, Phoenix, AZ 85032"
SMALL_DISK = "8m"


def test_too_little_free_space_stops_before_anything_is_asked(tmp_path: Path, options: Options) -> None:
    with running(options) as replica:
        result = crawl("zillow", tmp_path, replica.url, {"PHX_MIN_FREE_DISK_MB": 10**9}, address=HOME)
        assert requests(replica) == 0
    assert result.code == 3
    assert "PHX_MIN_FREE_DISK_MB" in result.output
    assert len(result.output.strip().splitlines()) == 1


def test_the_memory_bound_stops_cleanly_and_the_next_run_goes_on(tmp_path: Path, replica: Replica) -> None:
    result = crawl("zillow", tmp_path, replica.url, {"PHX_MAX_MEMORY_MB": 10}, addresses=EXAMPLE_HOMES, limit=3)
    assert result.code == 3, result.output
    assert "PHX_MAX_MEMORY_MB" in result.output
    assert "Traceback" not in result.output
    assert "pending" in outcomes(tmp_path).values()
    again = crawl("zillow", tmp_path, replica.url, addresses=EXAMPLE_HOMES, limit=3)
    assert again.code in {0, 1}
    assert "pending" not in outcomes(tmp_path).values()


@pytest.fixture
def silent() -> Iterator[str]:
    """A server that accepts and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        held: list[socket.socket] = []

        def accept() -> None:
            while True:
                try:
                    held.append(listening.accept()[0])
                except OSError:
                    return

        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)
        for connection in held:
            connection.close()


def test_a_standstill_is_noticed(silent: str, tmp_path: Path) -> None:
    began = time.monotonic()
    result = crawl("zillow", tmp_path, silent, {"PHX_STALL_SECONDS": 2, "DOWNLOAD_TIMEOUT": 120}, address=HOME)
    assert time.monotonic() - began < 30
    assert result.code == 3, result.output
    assert "PHX_STALL_SECONDS" in result.output
    assert "Traceback" not in result.output
    assert outcomes(tmp_path) == {(HOME, "zillow"): "pending"}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "small"
    folder.mkdir()
    if shutil.which("mount") is None:
        pytest.skip("there is no mount command to make a small disk with")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a small disk cannot be mounted here: that takes root")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_stops_cleanly_and_the_crawl_completes_after_space_is_freed(
    small_disk: Path, options: Options
) -> None:
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(5 * 2**20))
    settings = {"PHX_MIN_FREE_DISK_MB": 0}
    store = small_disk / "data"
    with running(options) as replica:
        full = crawl("zillow", store, replica.url, settings, addresses=EXAMPLE_HOMES, limit=4)
        assert full.code == 3, full.output
        assert "No space left" in full.output
        assert "Traceback" not in full.output
        ballast.unlink()
        subprocess.run(["mount", "-o", "remount,size=400m", str(small_disk)], check=True)
        again = crawl("zillow", store, replica.url, settings, addresses=EXAMPLE_HOMES, limit=4)
    assert again.code in {0, 1}, again.output
    facts = truth(EXAMPLE_HOMES, options)
    homes = {home for home, _ in outcomes(store)}
    assert_agrees_with_truth(store, {"homes": {home: facts["homes"][home] for home in homes}})
    assert rows(store, "SELECT count(*) FROM photos WHERE reason = 'storage'") == [(0,)]
    assert not list((store / ".tmp").iterdir())

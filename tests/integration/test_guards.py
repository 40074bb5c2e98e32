"""Resource limits: reaching one stops the run with a sentence and exit code 3, and the next run resumes."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from phx_scraper.replica import Options, Replica, running
from tests.integration.crawls import EXAMPLE_HOMES, crawl, outcomes, requests, scrapy

HOME = "15230 N 37th Way, Phoenix, AZ 85032"


def test_too_little_free_space_stops_before_anything_is_asked(tmp_path: Path, options: Options) -> None:
    with running(options) as replica:
        result = crawl("zillow", tmp_path, replica.url, {"PHX_MIN_FREE_DISK_MB": 10**9}, address=HOME)
        assert requests(replica) == 0
    assert result.code == 3
    assert "PHX_MIN_FREE_DISK_MB" in result.output
    assert len(result.output.strip().splitlines()) == 1


def test_the_memory_limit_stops_cleanly_and_the_next_run_resumes(tmp_path: Path, replica: Replica) -> None:
    result = crawl("zillow", tmp_path, replica.url, {"PHX_MAX_MEMORY_MB": 10}, addresses=EXAMPLE_HOMES, limit=3)
    assert result.code == 3, result.output
    assert "PHX_MAX_MEMORY_MB" in result.output
    assert "Traceback" not in result.output
    assert "pending" in outcomes(tmp_path).values()
    again = crawl("zillow", tmp_path, replica.url, addresses=EXAMPLE_HOMES, limit=3)
    assert again.code in {0, 1}
    assert "pending" not in outcomes(tmp_path).values()


def test_the_size_of_the_store_stops_cleanly_and_room_lets_it_go_on(tmp_path: Path, replica: Replica) -> None:
    small = {"PHX_MAX_STORE_GB": 0.0006}
    result = crawl("zillow", tmp_path, replica.url, small, addresses=EXAMPLE_HOMES, limit=3)
    assert (result.code, "PHX_MAX_STORE_GB=0.0006" in result.output) == (3, True), result.output
    assert "pending" in outcomes(tmp_path).values()
    replica.reset()
    refused = crawl("zillow", tmp_path, replica.url, small, addresses=EXAMPLE_HOMES, limit=3)
    assert (refused.code, requests(replica)) == (3, 0)
    assert len(refused.output.strip().splitlines()) == 1, refused.output
    checked = scrapy("reconcile", tmp_path, "--read-data")
    assert checked.code == 0, checked.output
    again = crawl("zillow", tmp_path, replica.url, addresses=EXAMPLE_HOMES, limit=3)
    assert again.code in {0, 1}
    assert "pending" not in outcomes(tmp_path).values()


@pytest.fixture
def silent() -> Iterator[str]:
    """A server that accepts connections and never responds."""
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


def test_a_stall_ends_the_run(silent: str, tmp_path: Path) -> None:
    began = time.monotonic()
    result = crawl("zillow", tmp_path, silent, {"PHX_STALL_SECONDS": 2, "DOWNLOAD_TIMEOUT": 120}, address=HOME)
    assert time.monotonic() - began < 100, "it was the 120 that one answer is waited for"
    assert result.code == 3, result.output
    assert "PHX_STALL_SECONDS" in result.output
    assert "Traceback" not in result.output
    assert outcomes(tmp_path) == {(HOME, "zillow"): "pending"}


def test_a_pause_on_purpose_is_no_stall(tmp_path: Path) -> None:
    pauses = {"PHX_DELAY_SCALE": 1, "PHX_MIN_DELAY": 6, "PHX_MAX_DELAY": 6, "PHX_MAX_HOME_DELAY": 6}
    with running(Options(photos=(1, 1), width=384, kinds=frozenset())) as replica:
        # More than an answer takes on a busy machine.
        result = crawl("zillow", tmp_path, replica.url, {**pauses, "PHX_STALL_SECONDS": 4}, address=HOME)
    assert result.code == 0, result.output

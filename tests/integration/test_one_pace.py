"""Several crawls at one source: it is asked no faster than by one, and together they open one breaker."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from phx_scraper.replica import Options, Replica, running
from phx_scraper.sources import SOURCES
from tests.integration.crawls import rows, start
from tests.integration.test_breaker import HOMES
from tests.redis_server import WHY_NOT, RedisServer, redis_program

SOURCE = "phoenix_mls"
CRAWLS = 3
PAUSE = 0.25
SAME = {"PHX_DELAY_SCALE": PAUSE, "PHX_MIN_DELAY": 1, "PHX_MAX_DELAY": 1, "PHX_MAX_HOME_DELAY": 1}
NEAR = 0.5
"""The share of that time which all must take: the first ones may be late on their way. Apart they take a third."""


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    if redis_program() is None:
        pytest.skip(WHY_NOT)
    server = RedisServer(tmp_path_factory.mktemp("r"))
    yield server
    server.kill()


def crawls(source: str, replica: Replica, store: Path, settings: Mapping[str, Any]) -> str:
    """Several at once, to their end; what they print."""
    begun = [start(source, store, replica.url, settings, address=HOMES) for _ in range(CRAWLS)]
    return "".join(ended(process) for process in begun)


def ended(process: subprocess.Popen[bytes]) -> str:
    return process.communicate(timeout=300)[0].decode()


def test_they_share_the_pace_of_pages_and_that_of_photos(tmp_path: Path, redis: RedisServer) -> None:
    with running(Options(photos=(1, 2), width=384, kinds=frozenset())) as replica:
        printed = crawls(SOURCE, replica, tmp_path, {**SAME, "PHX_REDIS_URL": redis.url})
        times = replica.times()
    assert "Traceback" not in printed
    assert rows(tmp_path, "SELECT DISTINCT outcome FROM visits") == [("ok",)]
    assert len(rows(tmp_path, "SELECT DISTINCT run_id FROM visits")) > 1, "one did it all"
    for hosts in (SOURCES[SOURCE].page_hosts, SOURCES[SOURCE].photo_hosts):
        came = sorted(at for host in hosts for at in times.get(host, []))
        assert len(came) >= 12
        assert came[-1] - came[0] >= (len(came) - 1) * PAUSE * NEAR


def test_they_open_one_breaker_after_the_refusals_that_one_would_count(tmp_path: Path) -> None:
    settings = {"PHX_CONCURRENT_HOMES": 1, "PHX_BREAKER_COOLDOWN": 3600, "PHX_BREAKER_FAILURES": 6}
    with running(Options(only=("blocked",))) as replica:
        printed = crawls("zillow", replica, tmp_path, settings)
    assert "Traceback" not in printed
    blocked = rows(tmp_path, "SELECT count(*) FROM visits WHERE outcome = 'blocked'")[0][0]
    # Each of the others may have one under way when it opens.
    assert 6 <= blocked <= 6 + CRAWLS - 1
    assert rows(tmp_path, "SELECT page_failures, opened_at IS NOT NULL FROM breakers") == [(6, 1)]

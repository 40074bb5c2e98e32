"""RQ's worker where Redis is away: it waits, or as long as it was told."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.redis_server import WHY_NOT, RedisServer, redis_program

if TYPE_CHECKING:
    from phx_scraper.service.safe_worker import SafeWorker

pytestmark = pytest.mark.skipif(redis_program() is None, reason=WHY_NOT)


@pytest.mark.parametrize("patience", [None, 60.0])
def test_a_redis_that_stays_away_is_waited_for_as_long_as_is_said(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, patience: float | None
) -> None:
    from phx_scraper.service.redis_errors import RedisAway, unavailable
    from phx_scraper.service.redis_queue import RedisQueue
    from phx_scraper.service.safe_worker import SafeWorker
    from phx_scraper.service.stale_entries import StaleEntries

    folder: Path = tmp_path_factory.mktemp("r")
    redis = RedisServer(folder)
    queue = RedisQueue(redis.url)
    stale = StaleEntries(folder / "catalogue.sqlite", queue)
    worker = SafeWorker(queue, lambda: None, stale, patience)
    worker.heartbeat()
    redis.kill()
    monkeypatch.setattr(worker, "_heard", worker._heard - 61)
    if patience is None:
        worker.heartbeat()
        return
    with pytest.raises(RedisAway, match="not reached for 60 s") as away:
        worker.heartbeat()
    assert unavailable(queue.url, away.value).may_come_back


@pytest.fixture
def idle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SafeWorker]:
    """A worker with nothing to do, of a Redis that was asked before whether it is there."""
    from phx_scraper.service.redis_queue import RedisQueue
    from phx_scraper.service.safe_worker import SafeWorker
    from phx_scraper.service.stale_entries import StaleEntries

    folder: Path = tmp_path_factory.mktemp("r")
    redis = RedisServer(folder)
    queue = RedisQueue(redis.url)
    queue.check()
    yield SafeWorker(queue, lambda: None, StaleEntries(folder / "catalogue.sqlite", queue))
    redis.kill()


def test_an_idle_worker_listens_for_longer_than_redis_lets_it_wait(idle: SafeWorker) -> None:
    """Else each wait ends as a Redis that is away does, with pauses of up to a minute in which nothing is heard."""
    made = idle.connection.connection_pool.get_connection()
    assert made.socket_timeout > idle.dequeue_timeout


def test_a_worker_with_nothing_to_do_loses_no_redis(idle: SafeWorker, caplog: pytest.LogCaptureFixture) -> None:
    assert idle.dequeue_job_and_maintain_ttl(idle.dequeue_timeout, max_idle_time=idle.dequeue_timeout + 1) is None
    assert [record.message for record in caplog.records if record.levelno >= logging.WARNING] == []


@pytest.mark.parametrize("kind", ["set", "hset"])
def test_whoever_can_write_to_redis_stops_no_worker(idle: SafeWorker, kind: str) -> None:
    """RQ has workers pause where this key is there."""
    from rq.suspension import WORKERS_SUSPENDED

    if kind == "set":
        idle.connection.set(WORKERS_SUSPENDED, 1)
    else:
        idle.connection.hset(WORKERS_SUSPENDED, "x", 1)
    idle.check_for_suspension(burst=False)
    assert idle.get_state() != "suspended"

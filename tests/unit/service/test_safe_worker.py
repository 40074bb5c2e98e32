"""RQ's worker where Redis is away: it waits, or as long as it was told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.redis_server import WHY_NOT, RedisServer, redis_program

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

"""What stands in the queue of a real Redis, after workers were told of slices."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from phx_scraper.storage.catalogue.job_slices import Ticket
from tests.redis_server import WHY_NOT, RedisServer, redis_program

pytestmark = pytest.mark.skipif(redis_program() is None, reason=WHY_NOT)


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    folder: Path = tmp_path_factory.mktemp("redis")
    server = RedisServer(folder)
    yield server
    server.kill()


@pytest.fixture
def queue(redis: RedisServer):  # type: ignore[no-untyped-def]
    from phx_scraper.service.redis_queue import RedisQueue

    redis.wipe()
    return RedisQueue(redis.url)


def tickets(number: int) -> list[Ticket]:
    return [Ticket("a1", slice_number, 0, "normal") for slice_number in range(1, number + 1)]


@pytest.mark.parametrize("number", [1, 200])
def test_workers_are_told_once_of_a_slice(queue, number: int) -> None:  # type: ignore[no-untyped-def]
    queue.put(tickets(number))
    queue.put(tickets(number))
    assert queue.queues["normal"].get_job_ids() == [f"phx-a1-{one}-0" for one in range(1, number + 1)]


@pytest.mark.parametrize("number", [1, 200])
def test_a_slice_that_fell_out_of_the_queue_comes_back(queue, number: int) -> None:  # type: ignore[no-untyped-def]
    """A worker died in the moment that it took it."""
    queue.put(tickets(number))
    queue.connection.lrem(queue.queues["normal"].key, 1, "phx-a1-1-0")
    queue.put(tickets(number))
    assert sorted(queue.queues["normal"].get_job_ids()) == sorted(f"phx-a1-{one}-0" for one in range(1, number + 1))


def test_telling_of_a_new_job_does_not_read_all_that_waits(queue) -> None:  # type: ignore[no-untyped-def]
    queue.put(tickets(200))
    queue.connection.config_resetstat()
    queue.put([Ticket("b2", 1, 0, "normal")])
    assert "cmdstat_lrange" not in queue.connection.info("commandstats")


def test_two_that_tell_of_an_ended_entry_at_once(queue, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    """As two requests that have one job tried again, or a request and a worker's sweep."""
    from rq.job import JobStatus

    from phx_scraper.service.queue_entries import EntryJob

    queue.put(tickets(1))
    found = queue.queues["normal"].fetch_job("phx-a1-1-0")
    found.set_status(JobStatus.FINISHED)
    queue.connection.delete(queue.queues["normal"].key)
    delete = EntryJob.delete

    def overtaken(entry, *words, **named):  # type: ignore[no-untyped-def]
        monkeypatch.setattr(EntryJob, "delete", delete)
        delete(entry, *words, **named)
        queue.put(tickets(1))

    monkeypatch.setattr(EntryJob, "delete", overtaken)
    queue.put(tickets(1))
    assert queue.queues["normal"].get_job_ids() == ["phx-a1-1-0"]

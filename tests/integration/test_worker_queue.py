"""Workers and what stands in their queue: entries that nobody wants any more, names that are no text, a full Redis."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from phx_scraper.replica import Options, Replica, running
from tests.integration.worker_runs import PATIENCE, Workplace, slices
from tests.redis_server import WHY_NOT, RedisServer, redis_program

pytestmark = pytest.mark.skipif(redis_program() is None, reason=WHY_NOT)

HOMES = ("4732 W Davis Rd, Glendale, AZ 85306", "4560 E Sunrise Dr, Phoenix, AZ 85044")
QUICK = ("--sources", "phoenix_mls")


@pytest.fixture(scope="module")
def replica() -> Iterator[Replica]:
    with running(Options(photos=(1, 2), width=384, kinds=frozenset())) as server:
        yield server


@pytest.fixture
def place(tmp_path_factory: pytest.TempPathFactory, replica: Replica) -> Iterator[Workplace]:
    folder = tmp_path_factory.mktemp("w")
    redis = RedisServer(folder)
    made = Workplace(folder, redis, replica)
    yield made
    made.end()
    redis.kill()


def test_entries_of_cancelled_jobs_go_without_a_process_for_each(place: Workplace) -> None:
    cancelled = [place.submit(HOMES, "--slice", "1", *QUICK) for _ in range(2)]
    for job_id in cancelled:
        assert place.scrapy("jobs", "cancel", job_id).code == 0
    wanted = place.submit(HOMES[:1], *QUICK)
    assert place.redis.client().llen("rq:queue:phx-normal") == 5
    assert place.worker("--burst").wait(PATIENCE) == 0, place.logs()
    assert slices(place.job(wanted)) == [("finished", 1)]
    # Each process that is made for an entry leaves its result there for a minute.
    assert [key for key in place.redis.client().keys("rq:job:*") if wanted.encode() not in key] == []


def test_names_that_are_no_text_are_passed_over(place: Workplace) -> None:
    client = place.redis.client()
    client.rpush("rq:queue:phx-high", b"\xff\xfe", b"no entry")
    job_id = place.submit(HOMES[:1], "--priority", "high", *QUICK)
    client.rpush("rq:queue:phx-normal", "wrong-kind", "half")
    client.set("rq:job:wrong-kind", "text")
    client.hset("rq:job:half", "created_at", b"\xff")
    assert place.worker("--burst").wait(PATIENCE) == 0, place.logs()
    assert slices(place.job(job_id)) == [("finished", 1)]
    assert place.logs().count("of the queue cannot be read") == 3
    assert "Traceback" not in place.logs()


def test_a_full_redis_is_an_exit_code_and_a_sentence(place: Workplace) -> None:
    place.redis.client().config_set("maxmemory", "1")
    assert place.worker("--burst").wait(PATIENCE) == 4, place.logs()
    assert f"scrapy worker: Redis at {place.redis.url} is full" in place.logs()
    assert "Traceback" not in place.logs()
    path = place.folder / "homes.csv"
    path.write_text(f'full_address\n"{HOMES[0]}"\n', encoding="utf-8")
    done = place.scrapy("jobs", "submit", str(path), *QUICK)
    assert done.code == 0
    assert f"the job is accepted, but workers could not be told: Redis at {place.redis.url} is full" in done.output
    assert "away" not in done.output


def test_a_worker_begins_once_a_full_redis_has_room(place: Workplace) -> None:
    client = place.redis.client()
    client.config_set("maxmemory", "1")
    job_id = place.submit(HOMES[:1], *QUICK)
    place.worker()
    place.when(lambda: place.logs().count("is full"), lambda number: number >= 1)
    client.config_set("maxmemory", "0")
    assert slices(place.until(job_id, "finished")) == [("finished", 1)]
    assert "Traceback" not in place.logs()


def test_one_that_may_do_nothing_there_is_wrong_use(place: Workplace) -> None:
    place.redis.client().execute_command("ACL", "SETUSER", "default", "-hset")
    assert place.worker("--burst").wait(PATIENCE) == 2, place.logs()
    assert "scrapy worker: Redis at" in place.logs()
    assert "Traceback" not in place.logs()


def test_a_job_that_a_sweep_ends_has_its_report_written(place: Workplace) -> None:
    place.own["PHX_REPORT"] = "1"
    first = place.submit(HOMES[:1], *QUICK)
    assert place.worker("--burst").wait(PATIENCE) == 0
    index = place.store / "report" / "index.html"
    assert place.rows(f"SELECT state FROM jobs WHERE job_id = '{first}'") == [("finished",)]
    index.unlink()
    job_id = place.submit(HOMES[1:], *QUICK)
    ended = "SET state = 'running', attempts = 3, worker = 'elsewhere/1/1:7:1', lease_until = 1"
    place.change(f"UPDATE job_slices {ended} WHERE job_id = '{job_id}'")
    place.worker()
    assert place.until(job_id, "set_aside")["reason"] == "its worker died or was not heard of any more"
    place.when(index.exists, bool)

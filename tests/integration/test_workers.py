"""Workers with a real Redis: whatever is killed, paused, lost or cancelled, each job ends by name and no work twice."""

from __future__ import annotations

import json
import select
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from phx_scraper.replica import Options, Replica, running
from phx_scraper.storage.catalogue.postgresql import SILENT_SECONDS
from tests.catalogue_places import KINDS
from tests.integration.worker_runs import (
    PATIENCE,
    Workplace,
    command_line,
    crawl_of,
    descendants,
    is_running,
    kill,
    slices,
)
from tests.redis_server import WHY_NOT, RedisServer, redis_program

pytestmark = pytest.mark.skipif(redis_program() is None, reason=WHY_NOT)

HOMES = (
    "4732 W Davis Rd, Glendale, AZ 85306",
    "4560 E Sunrise Dr, Phoenix, AZ 85044",
    "1010 N 37th St, Phoenix, AZ 85008",
)
QUICK = ("--sources", "phoenix_mls")


@pytest.fixture(scope="module")
def replica() -> Iterator[Replica]:
    """Two of its sources answer at once, zillow takes its time: a crawl of it is caught at work."""
    slow = (("zillow", 3000.0),)
    with running(Options(photos=(1, 2), width=384, kinds=frozenset(), slow=slow)) as server:
        yield server


FILE, SERVER = KINDS
on_both = pytest.mark.parametrize("place", KINDS, indirect=True)
on_server = pytest.mark.parametrize("place", [SERVER], indirect=True)


@pytest.fixture
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, replica: Replica
) -> Iterator[Workplace]:
    """With the catalogue in a file, unless a test asks for a server."""
    is_on_server = getattr(request, "param", FILE) == SERVER
    server = request.getfixturevalue("postgresql_server") if is_on_server else None
    folder = tmp_path_factory.mktemp("w")
    redis = RedisServer(folder)
    made = Workplace(folder, redis, replica, server)
    yield made
    made.end()
    redis.kill()


def caught(place: Workplace, *homes: str) -> tuple[str, int]:
    """A job of a slow source that a worker is at work on: its id, and the process of the crawl."""
    job_id = place.submit(homes or HOMES[:1], "--sources", "zillow")
    worker = place.worker()
    pid = place.when(lambda: crawl_of(worker), lambda found: found is not None)
    place.when(lambda: place.rows("SELECT run_id FROM job_slices"), lambda found: found[0][0] != "")
    return job_id, pid


@on_both
def test_two_workers_share_a_job_and_each_home_is_visited_once(place: Workplace) -> None:
    job_id = place.submit(HOMES, "--slice", "1", *QUICK)
    workers = [place.worker("--burst") for _ in range(2)]
    job = place.until(job_id, "finished")
    assert [worker.wait(PATIENCE) for worker in workers] == [0, 0]
    assert slices(job) == [("finished", 1)] * 3
    assert (job["completed_properties"], job["outcomes"]) == (3, {"phoenix_mls": {"ok": 3}})
    assert all(home["property_hash"] for home in job["homes"])
    assert place.rows("SELECT count(*), count(DISTINCT property_hash) FROM visit_history") == [(3, 3)]
    assert list(place.folder.glob("phx-worker-*")) == []


@on_both
def test_a_killed_worker_takes_its_crawl_with_it_and_another_goes_on(place: Workplace) -> None:
    job_id, crawl = caught(place)
    with_it = descendants(place.workers[0].pid)
    kill(place.workers[0].pid)
    place.when(lambda: [pid for pid in with_it if is_running(pid)], lambda left: left == [])
    place.worker()
    job = place.until(job_id, "finished")
    assert slices(job) == [("finished", 2)]
    assert not is_running(crawl)


def test_a_home_that_kills_its_crawl_is_set_aside_alone(place: Workplace) -> None:
    job_id, _ = caught(place, *HOMES[:2])
    killed: list[int] = []

    def kills_of_the_first() -> int:
        pid = crawl_of(place.workers[0])
        if pid is not None and pid not in killed and HOMES[0] in list_of(pid):
            killed.append(pid)
            kill(pid)
        return len(killed)

    place.when(kills_of_the_first, lambda number: number == 3)
    job = place.until(job_id, "set_aside")
    assert slices(job) == [("set_aside", 3), ("finished", 3)]
    assert [home["outcomes"].get("zillow", {}).get("outcome") for home in job["homes"]][1] == "ok"
    assert job["reason"] == "the crawl was ended by signal 9"
    assert place.scrapy("jobs", "show", job_id).code == 1
    assert place.scrapy("jobs", "retry", job_id).code == 0
    assert slices(place.until(job_id, "queued", "running"))[0][1] <= 1


def list_of(crawl: int) -> str:
    """The homes that a crawl was given."""
    path = command_line(crawl).partition(b"addresses=")[2].partition(b"\0")[0]
    try:
        return Path(path.decode()).read_text(encoding="utf-8")
    except OSError:
        return ""


@on_server
def test_a_catalogue_that_goes_away_and_comes_back_costs_no_try(place: Workplace) -> None:
    assert place.server
    place.own["PHX_REPORT"] = "1"
    job_id, _ = caught(place)
    place.server.stop()
    try:
        place.when(lambda: place.logs().count("does not answer"), lambda number: number >= 1)
    finally:
        place.server.start()
    assert slices(place.until(job_id, "finished")) == [("finished", 1)]
    assert "Traceback" not in place.logs()
    # The job's own report, once it is over.
    index = place.store / "report" / "index.html"
    place.when(lambda: descendants(place.workers[0].pid), lambda left: left == [])
    assert HOMES[0].partition(",")[0] in index.read_text(encoding="utf-8"), place.logs()


@on_server
def test_a_worker_may_leave_while_the_catalogue_is_away(place: Workplace) -> None:
    assert place.server
    _, crawl = caught(place)
    place.server.stop()
    try:
        place.when(lambda: place.logs().count("does not answer"), lambda number: number >= 1)
        for _ in range(2):
            kill(place.workers[0].pid, signal.SIGTERM)
            select.select([], [], [], 0.7)
        assert place.workers[0].wait(60) == 0, place.logs()  # of the 90 that it would wait for it
    finally:
        place.server.start()
    assert not is_running(crawl)
    assert "Traceback" not in place.logs()


@on_server
def test_a_worker_may_leave_while_the_catalogue_says_nothing(place: Workplace) -> None:
    """A server whose disk hangs: it is there, and takes what it is sent."""
    assert place.server
    _, crawl = caught(place)
    with place.server.silent():
        for _ in range(2):
            kill(place.workers[0].pid, signal.SIGTERM)
            select.select([], [], [], 0.7)
        assert place.workers[0].wait(3 * SILENT_SECONDS) == 0, place.logs()
    assert not is_running(crawl)
    assert "Traceback" not in place.logs()


@on_both
def test_cancelling_a_running_job_leaves_no_process(place: Workplace) -> None:
    job_id, crawl = caught(place)
    assert place.scrapy("jobs", "cancel", job_id).code == 0
    place.when(lambda: place.rows("SELECT state FROM jobs"), lambda found: found == [("cancelled",)])
    place.when(lambda: descendants(place.workers[0].pid), lambda left: left == [])
    assert not is_running(crawl)
    assert slices(place.job(job_id)) == [("cancelled", 1)]


@pytest.mark.parametrize("signals", [1, 2])
def test_a_worker_that_is_asked_to_leave_gives_its_homes_back(place: Workplace, signals: int) -> None:
    job_id, crawl = caught(place)
    worker = place.workers[0]
    for number in range(signals):
        if number:
            select.select([], [], [], 0.7)  # as a person or a supervisor asks twice
        kill(worker.pid, signal.SIGTERM)
    assert worker.wait(PATIENCE) == 0, place.logs()
    told = place.logs()
    assert "takes slices of jobs from unix://" in told
    assert f"Job {job_id}, slice 1 begins, try 1." in told
    assert "The worker leaves: it was asked to." in told
    assert not is_running(crawl)
    assert place.rows("SELECT state, attempts, worker FROM job_slices") == [("queued", 0, "")]


def test_redis_may_be_killed_and_wiped(place: Workplace) -> None:
    job_id, _ = caught(place)
    place.redis.kill()
    second = place.submit(HOMES[1:], *QUICK)
    place.until(job_id, "finished")
    place.redis.start()
    place.redis.wipe()
    assert slices(place.until(second, "finished")) == [("finished", 1)]
    assert place.workers[0].poll() is None, "the worker stays"
    assert "Traceback" not in place.logs()


def test_a_foreign_function_in_redis_is_not_run(place: Workplace) -> None:
    from rq import Queue
    from rq.serializers import JSONSerializer

    marks = [place.folder / name for name in ("plain", "callback")]
    queue = Queue("phx-normal", connection=place.redis.client(), serializer=JSONSerializer)
    queue.enqueue_call("os.mkdir", args=[str(marks[0])], timeout=-1)
    carry_out = "phx_scraper.service.carry_out.carry_out"
    entry = queue.create_job(carry_out, args=["nobody", 1, 0], timeout=-1)
    entry._success_callback_name = "os.mkdir"
    queue.enqueue_job(entry)
    assert place.worker("--burst").wait(PATIENCE) == 0
    assert [mark.exists() for mark in marks] == [False, False]
    assert queue.get_job_ids() == []
    assert "an entry of the queue names 'os.mkdir', which workers do not run" in place.logs()
    assert "Traceback" not in place.logs()


def test_what_no_crawl_takes_ends_the_job_with_its_sentence_and_is_not_tried_again(place: Workplace) -> None:
    place.own["MARICOPA_ASSESSOR_TOKEN"] = ""
    job_id = place.submit(HOMES[:1], "--sources", "maricopa_assessor")
    assert place.worker("--burst").wait(PATIENCE) == 0
    job = place.until(job_id, "failed")
    assert slices(job) == [("failed", 1)]
    assert job["reason"].startswith("no source is left to ask: maricopa_assessor is skipped")


def test_other_columns_of_a_list_are_kept_and_never_read_as_the_address(place: Workplace) -> None:
    rows = (
        ("4732 W Davis Rd,Glendale,85306,Glendale,85306", HOMES[0]),
        ("4560 E Sunrise Dr,Phoenix,85044,Tempe,85048", HOMES[1]),
        ("1010 N 37th St,Phoenix,85008,,", HOMES[2]),
    )
    path = place.folder / "county.csv"
    path.write_text("street,city,zip,municipality,zip5\n" + "".join(f"{row}\n" for row, _ in rows), encoding="utf-8")
    submitted = place.scrapy("jobs", "submit", str(path), "--json", "--slice", "2", *QUICK)
    job_id = json.JSONDecoder().raw_decode(submitted.output)[0]["job_id"]
    assert place.worker("--burst").wait(PATIENCE) == 0
    job = place.until(job_id, "finished", "failed", "set_aside")
    assert (job["state"], job["reason"], job["outcomes"]) == ("finished", "", {"phoenix_mls": {"ok": 3}})
    taken = [place.rows(f"SELECT extras FROM homes WHERE property_hash = '{h['property_hash']}'") for h in job["homes"]]
    other = [row.split(",")[3:] for row, _ in rows]
    assert [json.loads(found[0][0]) for found in taken] == [{"municipality": a, "zip5": b} for a, b in other]
    assert {row[0] for row in place.rows("SELECT address FROM job_homes")} == {home["address"] for home in job["homes"]}

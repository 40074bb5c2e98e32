"""kill -9 of the API in the midst of a submission: sent again under its name, it is one job; and streams go on."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from phx_scraper.replica import Options, running
from tests.api_server import HAS_API, JOBS
from tests.api_server import WHY_NOT as WITHOUT_API
from tests.integration.api_process import HOST, ApiProcess, Follower
from tests.integration.worker_runs import PATIENCE, Workplace
from tests.redis_server import WHY_NOT, RedisServer, redis_program

pytestmark = [
    pytest.mark.skipif(redis_program() is None, reason=WHY_NOT),
    pytest.mark.skipif(not HAS_API, reason=WITHOUT_API),
]

HOME = "4732 W Davis Rd, Glendale, AZ 85306"
BODY = {"addresses": [HOME], "sources": ["phoenix_mls"]}
ALL = "SELECT job_id FROM jobs"


@pytest.fixture
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiProcess]:
    folder = tmp_path_factory.mktemp("w")
    with running(Options(photos=(1, 2), width=384, kinds=frozenset())) as replica:
        place = Workplace(folder, RedisServer(folder), replica)
        made = ApiProcess(place)
        yield made
        made.end()
        place.end()
        place.redis.kill()


def half_sent(api: ApiProcess, name: str) -> socket.socket:
    """A submission of which the end is still to come."""
    body = json.dumps(BODY).encode()
    head = f"POST {JOBS} HTTP/1.1\r\nHost: {HOST}\r\nX-API-Key: {api.key}\r\nIdempotency-Key: {name}\r\n"
    connection = socket.create_connection((HOST, api.port), timeout=60)
    told = f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    connection.sendall(told + body[:20])
    return connection


def test_a_submission_repeated_across_a_kill_is_one_job(api: ApiProcess) -> None:
    with half_sent(api, "cut"):
        api.kill()
    api.start()
    assert api.place.rows(ALL) == []
    first = api.submit(BODY, "cut")
    # Killed as soon as its row is there, whether or not it has answered by then.
    answers: list[Any] = []
    asking = threading.Thread(target=lambda: answers.append(answer_or_none(api, "made")))
    asking.start()
    api.place.when(lambda: api.place.rows(ALL), lambda found: len(found) == 2)
    api.kill()
    asking.join()
    api.start()
    second = api.submit(BODY, "made")
    assert sorted(api.place.rows(ALL)) == sorted([(first,), (second,)])
    assert answers in ([None], [second])
    # Under its name there is nothing else.
    status, problem = api.ask("POST", JOBS, {**BODY, "sources": ["redfin"]}, {"Idempotency-Key": "made"})
    assert (status, len(api.place.rows(ALL))) == (422, 2), problem


def answer_or_none(api: ApiProcess, name: str) -> str | None:
    """None where it was killed before the answer was here."""
    try:
        return str(api.ask("POST", JOBS, BODY, {"Idempotency-Key": name})[1]["job_id"])
    except (OSError, http.client.HTTPException):
        return None


def test_a_job_is_followed_to_its_end_across_a_kill(api: ApiProcess) -> None:
    job_id = api.submit(BODY)
    follower = Follower(api, job_id)
    follower.start()
    api.place.when(lambda: follower.events, bool)
    api.kill()
    worker = api.place.worker("--burst")
    assert worker.wait(PATIENCE) == 0
    api.start()
    api.place.when(lambda: follower.events[-1][1], lambda name: name == "end")
    follower.end()
    assert follower.cuts > 0
    told = [(name, job["status"], job["completed_properties"]) for _, name, job in follower.events]
    assert told[0] == ("progress", "queued", 0)
    assert told[-1] == ("end", "finished", 1)
    assert "Traceback" not in api.log()

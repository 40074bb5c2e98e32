"""Progress as it comes: each change once, an end by name, and no stream that outlives its reason."""

from __future__ import annotations

import contextlib
import http.client
import json
import select
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from phx_scraper.api import event_routes, streams
from phx_scraper.service import api_keys
from phx_scraper.service.api_keys import NewKey
from phx_scraper.storage.catalogue import job_slices
from phx_scraper.storage.catalogue.job_slices import Ticket
from tests.api_server import JOBS, Api
from tests.catalogue_calls import write

HOME = "4732 W Davis Rd, Glendale, AZ 85306"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_routes, "SECONDS_BETWEEN", 0.05)


@pytest.fixture(autouse=True)
def none_is_open(api: Api) -> None:
    """Those of the test before count until the API has noticed that their clients are gone."""
    until = time.monotonic() + 120
    while api.context.streams._open.total():
        assert time.monotonic() < until
        select.select([], [], [], 0.01)


@contextmanager
def following(api: Api, job_id: str, key: str | None = None) -> Iterator[Iterator[tuple[str, Any]]]:
    """The events of a job, each as its name and what it says."""
    connection = http.client.HTTPConnection("127.0.0.1", api.port, timeout=300)
    connection.request("GET", f"{JOBS}/{job_id}/events", headers={"X-API-Key": key or api.key})
    answer = connection.getresponse()
    assert (answer.status, answer.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
    assert answer.headers["cache-control"] == "no-store"
    yield events(answer)
    connection.close()


def events(answer: http.client.HTTPResponse) -> Iterator[tuple[str, Any]]:
    name = ""
    for line in answer:
        word, _, told = line.decode().rstrip("\n").partition(": ")
        if word == "event":
            name = told
        if word == "data":
            yield name, json.loads(told)


def test_each_change_is_told_up_to_the_end(api: Api) -> None:
    job_id = api.submit(HOME)
    with following(api, job_id) as found:
        name, job = next(found)
        assert (name, job["status"], job["completed_properties"]) == ("progress", "queued", 0)
        held = write(api.catalogue, job_slices.take, Ticket(job_id, 1, 0), "w", 1.0)
        assert held is not None
        assert next(found)[1]["status"] == "running"
        write(api.catalogue, job_slices.end, held, "finished", "", 0, 2.0)
        told = list(found)
        assert told[-1][0] == "end"
        assert told[-1][1]["status"] == "finished"
    with following(api, job_id) as found:
        assert [(name, job["status"]) for name, job in found] == [("end", "finished")]


def test_a_stream_ends_with_its_job_and_with_its_key(api: Api) -> None:
    key_id, key = api.new_key(NewKey("short"))
    job_id = api.submit(HOME, key=key)
    with following(api, job_id, key) as found:
        next(found)
        api_keys.revoke(api.catalogue, key_id)
        assert list(found) == []
    with following(api, job_id) as found:
        next(found)
        api.ask("POST", f"{JOBS}/{job_id}/cancel")
        assert [name for name, _ in found] == ["end"]


def test_all_streams_of_a_revoked_key_end(api: Api) -> None:
    key_id, key = api.new_key(NewKey("short"))
    job_id = api.submit(HOME, key=key)
    with contextlib.ExitStack() as stack:
        found = [stack.enter_context(following(api, job_id, key)) for _ in range(10)]
        for one in found:
            next(one)
        api_keys.revoke(api.catalogue, key_id)
        assert [list(one) for one in found] == [[]] * 10
    assert api.context.streams.checked.get(key_id) is None
    api.ask("POST", f"{JOBS}/{job_id}/cancel")


def test_a_key_opens_so_many_streams_and_no_more(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "MOST_OF_KEY", 1)
    job_id = api.submit(HOME)
    with following(api, job_id) as found:
        next(found)
        answer = api.ask("GET", f"{JOBS}/{job_id}/events")
        assert (answer.status, answer.headers["retry-after"]) == (429, "30")
        assert "1 streams of this key are open" in answer.detail
        _, other = api.new_key(NewKey("other", ["admin"]))
        with following(api, job_id, other) as more:
            assert next(more)[0] == "progress"
    api.ask("POST", f"{JOBS}/{job_id}/cancel")


def test_a_client_that_says_nothing_more_is_told_that_it_goes_on(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_routes, "SECONDS_OF_SILENCE", 0.1)
    job_id = api.submit(HOME)
    with api.connect() as connection:
        connection.sendall(f"GET {JOBS}/{job_id}/events HTTP/1.1\r\nHost: x\r\nX-API-Key: {api.key}\r\n\r\n".encode())
        found = b""
        while b": still here" not in found:
            found += connection.recv(4096)
    assert found.count(b"event: progress") == 1


def test_the_clock_alone_is_no_change(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_routes, "SECONDS_OF_SILENCE", 0.3)
    job_id = api.submit(HOME)
    held = write(api.catalogue, job_slices.take, Ticket(job_id, 1, 0), "w", time.time())
    assert held is not None
    with api.connect() as connection:
        connection.sendall(f"GET {JOBS}/{job_id}/events HTTP/1.1\r\nHost: x\r\nX-API-Key: {api.key}\r\n\r\n".encode())
        found = b""
        while b": still here" not in found:
            found += connection.recv(4096)
    assert (found.count(b"event: progress"), found.count(b'"status":"running"')) == (1, 1)
    write(api.catalogue, job_slices.end, held, "finished", "", 0, time.time())


def test_streams_that_come_at_once_are_counted_too(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "MOST_OF_KEY", 1)
    key_id, key = api.new_key(NewKey("many"))
    job_id = api.submit(HOME, key=key)
    asked = f"GET {JOBS}/{job_id}/events HTTP/1.1\r\nHost: x\r\nX-API-Key: {key}\r\n\r\n".encode()
    with contextlib.ExitStack() as stack:
        found = [stack.enter_context(api.connect()) for _ in range(20)]
        for one in found:
            one.sendall(asked)
        assert sorted(one.recv(12)[-3:] for one in found) == [b"200"] + [b"429"] * 19
        api_keys.revoke(api.catalogue, key_id)


def test_hundreds_of_idle_streams_leave_others_served(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "MOST", 60)
    monkeypatch.setattr(streams, "MOST_OF_KEY", 25)
    keys = [api.new_key(NewKey(f"many {number}", ["admin"])) for number in range(4)]
    job_id = api.submit(HOME)
    with contextlib.ExitStack() as stack:
        statuses = []
        for number in range(300):
            one = stack.enter_context(api.connect())
            key = keys[number % len(keys)][1]
            one.sendall(f"GET {JOBS}/{job_id}/events HTTP/1.1\r\nHost: x\r\nX-API-Key: {key}\r\n\r\n".encode())
            statuses.append(one.recv(12)[-3:])
        assert statuses == [b"200"] * 60 + [b"429"] * 240
        assert api.ask("GET", f"{JOBS}/{job_id}").status == 200
        assert api.submit(HOME)
        assert api.ask("GET", f"{JOBS}/{job_id}/events").status == 429
        for key_id, _ in keys:
            api_keys.revoke(api.catalogue, key_id)
    api.ask("POST", f"{JOBS}/{job_id}/cancel")

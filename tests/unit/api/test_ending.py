"""The API is stopped in the midst of requests, or has more connections than it serves: each is told so."""

from __future__ import annotations

import contextlib
import json
import resource
import select
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api_server import HAS_API, JOBS, WHY_NOT, Answer, Api, running_api

pytestmark = pytest.mark.skipif(not HAS_API, reason=WHY_NOT)
HEALTH = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"


def answer_of(connection: socket.socket) -> Answer:
    """All that comes until the API closes the connection."""
    text = b""
    with contextlib.suppress(ConnectionResetError):
        while some := connection.recv(65536):
            text += some
    head, _, body = text.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    return Answer(int(first.split()[1]), headers, body)


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    from phx_scraper.api import serve

    monkeypatch.setattr(serve, "SECONDS_TO_END", 0.3)
    with running_api(tmp_path) as server:
        yield server


@pytest.mark.parametrize(("kind", "part"), [("application/json", "{"), ("multipart/form-data; boundary=x", "--x\r\n")])
def test_a_body_that_does_not_come_before_the_end(own: Api, kind: str, part: str) -> None:
    head = f"POST {JOBS} HTTP/1.1\r\nHost: x\r\nX-API-Key: {own.key}\r\nContent-Type: {kind}\r\nContent-Length: 99\r\n"
    with own.connect() as connection:
        connection.sendall(f"{head}\r\n{part}".encode())
        own.ask("GET", "/health")
        own.stop_soon()
        answer = answer_of(connection)
    assert (answer.status, answer.headers["retry-after"], answer.headers["connection"]) == (503, "5", "close")
    assert answer.detail.startswith("the API was stopped before this was answered")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_connections_beyond_those_that_are_served(own: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    from phx_scraper.api import connection_limit
    from phx_scraper.api.http_protocol import TimedProtocol

    monkeypatch.setattr(TimedProtocol, "most_connections", 3)
    monkeypatch.setattr(connection_limit, "MOST_TOLD", 2)
    with contextlib.ExitStack() as stack:
        found = []
        for _ in range(6):
            found.append(stack.enter_context(own.connect()))
            with contextlib.suppress(ConnectionResetError):
                found[-1].sendall(HEALTH)
                if len(found) <= 3:
                    assert found[-1].recv(12) == b"HTTP/1.1 200"
        told = [answer_of(one) for one in found[3:5]]
        assert [(one.status, one.headers["retry-after"]) for one in told] == [(503, "5")] * 2
        assert "more connections are open" in told[0].detail
    while own.server.server_state.connections:
        select.select([], [], [], 0.02)
    assert own.ask("GET", "/health").status == 200


def test_of_far_more_connections_nothing_is_read(own: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    from phx_scraper.api import connection_limit
    from phx_scraper.api.http_protocol import TimedProtocol

    monkeypatch.setattr(TimedProtocol, "most_connections", 1)
    monkeypatch.setattr(connection_limit, "MOST_TOLD", 1)
    with own.connect() as first, own.connect() as second:
        first.sendall(HEALTH)
        assert first.recv(12) == b"HTTP/1.1 200"
        with own.connect() as third, contextlib.suppress(ConnectionResetError):
            assert third.recv(12) == b""
        second.sendall(HEALTH)
        assert answer_of(second).status == 503


@pytest.mark.parametrize(
    ("soft", "hard", "most", "asked"),
    [(1024, 4096, 2000, 2400), (1024, 1024, 624, None), (9000, 9000, 2000, None), (100, 100, 1, None)],
)
def test_files_that_may_be_open_are_enough(
    monkeypatch: pytest.MonkeyPatch, soft: int, hard: int, most: int, asked: int | None
) -> None:
    from phx_scraper.api import connection_limit

    known = [(soft, hard)]
    monkeypatch.setattr(resource, "getrlimit", lambda _which: known[-1])
    monkeypatch.setattr(resource, "setrlimit", lambda _which, limits: known.append(limits))
    assert connection_limit.allowed() == most
    assert known[-1][0] == (asked or soft)


@pytest.mark.parametrize("sent", [b"\x16\x03\x01 hello\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 2**20])
def test_what_is_no_request(own: Api, sent: bytes) -> None:
    with own.connect() as connection:
        with contextlib.suppress(OSError):
            connection.sendall(sent)
        answer = answer_of(connection)
    assert answer.status == 400
    assert json.loads(answer.body)["request_id"] == answer.headers["x-request-id"]
    assert "no request of HTTP/1.1" in answer.detail

"""What may be done at a path: HEAD wherever GET is answered, and of anything else what could be done instead."""

from __future__ import annotations

import http.client

import pytest

from tests.api_server import JOBS, Api

HOME = "4732 W Davis Rd, Glendale, AZ 85306"
VARYING = {"x-request-id", "date"}


@pytest.mark.parametrize(
    "path",
    [
        *("/health", "/ready", "/metrics", "/docs", "/openapi.json", "/login", "/", "/operations", "/gallery", JOBS),
        *("/operations/static/operations.css", "/api/properties", "/nothing", f"{JOBS}/{'0' * 16}", "/api/images/x"),
    ],
)
def test_head_is_get_without_its_body(api: Api, path: str) -> None:
    head, found = api.ask("HEAD", path), api.ask("GET", path)
    assert (head.status, head.body) == (found.status, b"")
    headers = [{name: one.headers[name] for name in one.headers if name not in VARYING} for one in (head, found)]
    if path == "/metrics":
        # Its figures grow while they are asked for.
        headers = [{**one, "content-length": ""} for one in headers]
    assert headers[0] == headers[1]


def test_head_of_one_job_and_its_tag(api: Api) -> None:
    place = f"{JOBS}/{api.submit(HOME)}"
    tag = api.ask("GET", place).headers["etag"]
    assert api.ask("HEAD", place).headers["etag"] == tag
    assert api.ask("HEAD", place, headers={"If-None-Match": tag}).status == 304
    assert api.ask("HEAD", place, key="").status == 401


def test_head_of_a_stream_is_over_at_once_and_counts_as_none(api: Api) -> None:
    job_id = api.submit(HOME)
    connection = http.client.HTTPConnection("127.0.0.1", api.port, timeout=60)
    for _ in range(30):
        connection.request("HEAD", f"{JOBS}/{job_id}/events", headers={"X-API-Key": api.key})
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (200, b"")
    assert connection.sock is not None
    connection.close()


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        (JOBS, "GET, HEAD, POST"),
        (f"{JOBS}/{'0' * 16}", "DELETE, GET, HEAD"),
        (f"{JOBS}/{'0' * 16}/cancel", "POST"),
        ("/api/properties", "GET, HEAD"),
        ("/openapi.json", "GET, HEAD"),
        ("/docs", "GET, HEAD"),
        ("/login", "GET, HEAD, POST"),
        ("/logout", "POST"),
        ("/operations", "GET, HEAD"),
        ("/gallery/report/index.html", "GET, HEAD"),
    ],
)
def test_what_is_not_done_here_says_what_is(api: Api, path: str, allowed: str) -> None:
    for method in ("PUT", "PATCH", "OPTIONS", "TRACE", "BREW"):
        answer = api.ask(method, path)
        assert (answer.status, answer.headers["allow"]) == (405, allowed), method
        assert answer.detail


def test_head_of_what_is_only_done_by_post(api: Api) -> None:
    answer = api.ask("HEAD", f"{JOBS}/{'0' * 16}/cancel")
    assert (answer.status, answer.headers["allow"], answer.body) == (405, "POST", b"")

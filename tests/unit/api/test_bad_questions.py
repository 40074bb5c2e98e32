"""Questions that cannot be asked, and requests that are none: each has its status and its sentence."""

from __future__ import annotations

import logging
import re
import socket

import pytest

from phx_scraper.service.api_keys import NewKey
from phx_scraper.service.job_limits import Limits
from tests.api_server import JOBS, Api

HOME = "4732 W Davis Rd, Glendale, AZ 85306"
GOOD = {"addresses": [HOME]}
JSON = {"Content-Type": "application/json"}

NUMBER = "it must be a whole number from 1 to 1,000$"
SKIP = "a whole number from 0 to 100,000,000$"
QUERIES: list[tuple[str, str, str]] = [
    (JOBS, "limit=0", f"^query.limit is too small: {NUMBER}"),
    (JOBS, "limit=1001", f"^query.limit is too large: {NUMBER}"),
    (JOBS, "limit=x", "^query.limit must be a whole number from 1 to 1,000$"),
    (JOBS, "limit=", "^query.limit must be a whole number"),
    (JOBS, "limit=1&limit=x", "^query.limit must be a whole number"),
    (JOBS, "offset=-1", f"^query.offset is too small: it must be {SKIP}"),
    (JOBS, f"offset={10**30}", f"^query.offset .*{SKIP}"),
    (JOBS, f"offset={'9' * 5000}", f"^query.offset must be {SKIP}"),
    (JOBS, "status=done", "^query.status.0 must be queued, running, cancelling, cancelled, finished, failed or set"),
    (JOBS, "status=queued&status=&limit=0", r"^query.status.1 must be queued.* \(1 more in errors\)$"),
    (JOBS, "statuss=failed", "^query.statuss is not known: write status, limit or offset$"),
    (f"{JOBS}/{'0' * 16}", "limit=0", f"^query.limit is too small: {NUMBER}"),
    (f"{JOBS}/{'0' * 16}", "after=1", "^query.after is not known: write limit or offset$"),
    (f"{JOBS}/{'0' * 16}/events", "limit=1", "^query.limit is not known: nothing can be given here$"),
    ("/api/properties", "after=x", "^query.after must be a text of at most 64 characters, of the form"),
    ("/api/properties", f"after={'a' * 65}", "^query.after is too long: it must be a text of at most 64"),
    ("/api/properties", f"address={'a' * 1001}", "^query.address is too long: .*at most 1,000 characters$"),
    ("/api/properties", "offset=0", "^query.offset is not known: write limit, after or address$"),
    ("/api/properties/0/images", "limit=x", "^query.limit must be a whole number"),
    (f"/api/images/{'0' * 64}", "size=1", "^query.size is not known: nothing can be given here$"),
    (JOBS, "&".join(f"{'n' * 500}{number}=1" for number in range(30)), r"^query.n{94} is not known.* \(29 more in err"),
]


@pytest.mark.parametrize(("path", "query", "sentence"), QUERIES)
def test_questions_that_cannot_be_asked(api: Api, path: str, query: str, sentence: str) -> None:
    answer = api.ask("GET", f"{path}?{query}")
    assert answer.status == 422, answer
    assert re.search(sentence, answer.detail), answer.detail
    assert len(answer.body) < 8000
    first = answer.json["errors"][0]
    assert answer.detail.startswith(f"{first['at']} {first['what']}")


def test_a_job_is_not_handed_in_by_the_query(api: Api) -> None:
    answer = api.ask("POST", f"{JOBS}?force=true", GOOD)
    assert (answer.status, answer.detail) == (422, "query.force is not known: nothing can be given here")
    assert api.ask("GET", f"{JOBS}?statuss=failed", key="").status == 401


def test_what_there_is_not(api: Api) -> None:
    assert api.ask("GET", "/nothing").status == 404
    assert api.ask("GET", f"{JOBS}/").status == 404
    answer = api.ask("PUT", JOBS)
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD, POST")
    assert api.ask("OPTIONS", JOBS, headers={"Origin": "https://evil.example"}).status == 405


def test_every_answer_keeps_browsers_from_guessing(api: Api) -> None:
    for answer in (
        api.ask("GET", "/health"),
        api.ask("GET", "/nothing"),
        api.ask("GET", JOBS),
        api.ask("GET", JOBS, key=""),
    ):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "access-control-allow-origin" not in answer.headers
        assert "server" not in answer.headers


@pytest.mark.parametrize(("sent", "is_kept"), [("abc-1", True), ("a b", False), ("x" * 65, False), ("<x>", False)])
def test_a_request_has_an_id(api: Api, sent: str, is_kept: bool) -> None:
    found = api.ask("GET", "/nothing", headers={"X-Request-ID": sent})
    assert (found.headers["x-request-id"] == sent) == is_kept
    assert found.detail


def test_a_broken_request_line(api: Api) -> None:
    with api.connect() as connection:
        connection.sendall(b"\x16\x03\x01 hello\r\n\r\n")
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(4096).startswith(b"HTTP/1.1 400")


def test_who_deletes_a_job_has_made_it(api: Api) -> None:
    _, key = api.new_key(NewKey("two", limits=Limits(None, 2, None)))
    for _ in range(2):
        job_id = api.submit(HOME, key=key)
        assert api.ask("POST", f"{JOBS}/{job_id}/cancel", key=key).status == 202
        assert api.ask("DELETE", f"{JOBS}/{job_id}", key=key).status == 204
    answer = api.ask("POST", JOBS, GOOD, key=key)
    assert (answer.status, "2 jobs were made" in answer.detail) == (429, True)


def test_a_job_tried_again_is_open_again(api: Api) -> None:
    _, key = api.new_key(NewKey("one", limits=Limits(None, None, 1)))
    first = api.submit(HOME, key=key)
    api.ask("POST", f"{JOBS}/{first}/cancel", key=key)
    second = api.submit(HOME, key=key)
    answer = api.ask("POST", f"{JOBS}/{first}/retry", key=key)
    assert (answer.status, "1 other jobs have not ended" in answer.detail) == (429, True)
    assert ("retry refused", first, 429) in api.audit()
    assert api.ask("GET", f"{JOBS}/{first}", key=key).json["status"] == "cancelled"
    api.ask("POST", f"{JOBS}/{second}/cancel", key=key)
    assert api.ask("POST", f"{JOBS}/{first}/retry", key=key).status == 202


@pytest.mark.parametrize(
    ("path", "kind", "part"),
    [
        (JOBS, "application/json", "{"),
        (JOBS, "multipart/form-data; boundary=x", "--x\r\n"),
        ("/login", "application/x-www-form-urlencoded", "key="),
    ],
)
def test_a_client_that_leaves_in_the_midst_of_a_body_is_no_mistake_of_the_program(
    api: Api, caplog: pytest.LogCaptureFixture, path: str, kind: str, part: str
) -> None:
    caplog.set_level(logging.INFO)
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nX-API-Key: {api.key}\r\nContent-Type: {kind}\r\nContent-Length: 99\r\n"
    with api.connect() as connection:
        connection.sendall(f"{head}\r\n{part}".encode())
    while not (found := [record for record in caplog.records if f"POST {path} " in record.getMessage()]):
        assert api.ask("GET", "/health").status == 200
    assert [(record.levelname, record.getMessage()) for record in found] == [("INFO", f"POST {path} 400")]
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []

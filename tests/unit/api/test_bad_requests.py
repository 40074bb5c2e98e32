"""Each kind of bad input has its status and its sentence; a key tells nothing of what it may not see."""

from __future__ import annotations

import contextlib
import json
import re
import socket
from dataclasses import replace
from typing import Any

import pytest

from phx_scraper.service.api_keys import NewKey
from phx_scraper.service.job_limits import Limits
from tests.api_server import JOBS, Api, form

HOME = "4732 W Davis Rd, Glendale, AZ 85306"
GOOD = {"addresses": [HOME]}
JSON = {"Content-Type": "application/json"}

BODIES: list[tuple[str, Any, int, str]] = [
    ("empty", b"", 400, "the body is no JSON: it is empty"),
    ("cut", b'{"addresses": ["1 Ma', 400, "the body is no JSON"),
    ("no JSON", b"<a/>", 400, "the body is no JSON"),
    ("deep", b"[" * 50_000, 400, "the body is no JSON: it is nested too deeply"),
    ("deep object", b'{"a":' * 50_000, 400, "the body is no JSON: it is nested too deeply"),
    ("half a character", b'{"addresses": ["\\ud800"]}', 400, "the body is no JSON"),
    ("no UTF-8", b'{"addresses": ["\xff"]}', 400, "the body is no JSON"),
    ("a list", [], 422, "^the body must be an object with the fields addresses, sources, options$"),
    ("null", None, 400, "the body is no JSON"),
    ("nothing in it", {}, 422, "^addresses is missing: it must be a list of 1 to 100,000 entries"),
    ("no address", {"addresses": []}, 422, "^addresses is too short: it must be a list of 1 to 100,000"),
    ("a number for a list", {"addresses": 5}, 422, "^addresses must be a list of 1 to 100,000 entries"),
    (
        "a number for an address",
        {"addresses": [5]},
        422,
        "^addresses.0 must be a text of at most 1,000 .*, or an object",
    ),
    ("an object of other names", {"addresses": [{"strasse": "1 Main St"}]}, 422, "strasse is not known: write street"),
    (
        "an address of 10 kB",
        {"addresses": ["1 Main St " * 1000]},
        422,
        "addresses.0 is too long: .*at most 1,000 characters",
    ),
    ("no readable address", {"addresses": ["junk", "\0"]}, 422, "the list names no home"),
    ("only script", {"addresses": ["<script>alert(1)</script>"]}, 422, "the list names no home"),
    ("an unknown source", {**GOOD, "sources": ["zilow"]}, 422, "^sources.0 must be zillow, redfin, "),
    ("an unknown name", {**GOOD, "sourcs": []}, 422, "^sourcs is not known: write addresses, sources or options$"),
    ("an unknown name that is a form's", {**GOOD, "text": 1}, 422, "^text is not known: write addresses, sources or"),
    ("such a name in an address", {"addresses": [{"parts": "x"}]}, 422, "^addresses.0.parts is not known: write"),
    ("a name of nothing", {**GOOD, "options": {"": 1}}, 422, "^options.'' is not known: write force, "),
    (
        "an unknown option",
        {**GOOD, "options": {"proxy": "x"}},
        422,
        "^options.proxy is not known: write force, refresh_days, ",
    ),
    ("a text for a flag", {**GOOD, "options": {"force": "yes"}}, 422, "^options.force must be true or false$"),
    (
        "no number of days",
        b'{"addresses": ["x"], "options": {"refresh_days": NaN}}',
        422,
        "refresh_days must be a number from 0",
    ),
    (
        "negative days",
        {**GOOD, "options": {"refresh_days": -1}},
        422,
        "refresh_days is too small: it must be a number from 0 to less",
    ),
    (
        "slices of nothing",
        {**GOOD, "options": {"slice_homes": 0}},
        422,
        "^options.slice_homes is too small: .* from 1 to 1,000$",
    ),
    (
        "an unknown priority",
        {**GOOD, "options": {"priority": "now"}},
        422,
        "^options.priority must be high, normal or low$",
    ),
    *(
        (f"{value!r} for {name}", {**GOOD, "options": {name: value}}, 422, rf"^options\.{name} must be {kind}")
        for name, kind, values in (
            ("refresh_days", "a number", (True, "1")),
            ("slice_homes", "a whole number", (True, "1", 1.5)),
            ("force", "true or false", (1, "true")),
        )
        for value in values
    ),
    ("many unknown names", {f"n{number}": 1 for number in range(21)}, 422, "more than 20 names"),
    ("many names of one", {"addresses": [{f"n{number}": 1 for number in range(21)}]}, 422, "more than 20 names"),
    ("many values", b'{"addresses": [' + b"1," * 2_000_001 + b"1]}", 413, "more values"),
    ("all of them wrong", {"addresses": [5] * 1000}, 422, r"^addresses.0 must be a text[^(]*$"),
    (
        "100,001 rows",
        {"addresses": ["1 Main St"] * 100_001},
        422,
        "^addresses is too long: it must be a list of 1 to 100,000",
    ),
]


@pytest.mark.parametrize(("body", "status", "sentence"), [row[1:] for row in BODIES], ids=[row[0] for row in BODIES])
def test_a_body_that_names_no_job(api: Api, body: Any, status: int, sentence: str) -> None:
    sent = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    answer = api.ask("POST", JOBS, sent, JSON)
    assert answer.status == status, answer
    assert re.search(sentence, answer.detail), answer.detail


FORMS: list[tuple[str, Any, int, str]] = [
    ("no file", {"sources": "zillow"}, 422, "the form has no file"),
    ("a text for a file", {"file": "full_address"}, 422, "the form has no file"),
    ("an unknown part", {"file": ("a.csv", b"x"), "force": "1"}, 422, "the form has a part 'force'"),
    ("an empty file", {"file": ("a.csv", b"")}, 422, "is empty"),
    ("no list", {"file": ("a.csv", b"a,b\n1,2\n")}, 422, "no address column"),
    ("only a header", {"file": ("a.csv", b"full_address\n")}, 422, "no rows"),
    ("bytes", {"file": ("a.csv", bytes(range(256)))}, 422, "."),
    (
        "an unknown source",
        {"file": ("a.csv", b"full_address\n"), "sources": "zilow"},
        422,
        "^sources.0 must be zillow, ",
    ),
    (
        "options that are no JSON",
        {"file": ("a.csv", b"x"), "options": "{"},
        400,
        "^the part options is no JSON: it ends",
    ),
    ("an unknown option", {"file": ("a.csv", b"x"), "options": '{"forc": true}'}, 422, "^options.forc is not known: "),
    ("options of another kind", {"file": ("a.csv", b"x"), "options": "5"}, 422, "^options must be an object with"),
]


@pytest.mark.parametrize(("parts", "status", "sentence"), [row[1:] for row in FORMS], ids=[row[0] for row in FORMS])
def test_a_form_that_names_no_job(api: Api, parts: Any, status: int, sentence: str) -> None:
    body, headers = form(parts)
    answer = api.ask("POST", JOBS, body, headers)
    assert answer.status == status, answer
    assert re.search(sentence, answer.detail), answer.detail


@pytest.mark.slow
def test_a_file_of_too_many_rows(api: Api) -> None:
    body, headers = form({"file": ("a.csv", b"full_address\n" + b"1 Main St\n" * 100_001)})
    answer = api.ask("POST", JOBS, body, headers)
    assert (answer.status, "100,000 rows" in answer.detail) == (422, True)


@pytest.mark.parametrize("kind", ["", "text/plain", "application/x-www-form-urlencoded", "application/jsonp"])
def test_another_kind_of_body(api: Api, kind: str) -> None:
    answer = api.ask("POST", JOBS, b"x", {"Content-Type": kind} if kind else {})
    assert answer.status == 415
    assert "send application/json" in answer.detail


@pytest.mark.parametrize("header", ["multipart/form-data", "multipart/form-data; boundary=x"])
def test_a_form_that_is_none(api: Api, header: str) -> None:
    assert api.ask("POST", JOBS, b"--y\r\nx", {"Content-Type": header}).status == 400


@pytest.mark.parametrize("length", ["33554433", "9" * 30, "-1", "x"])
def test_a_body_that_says_that_it_is_too_large(api: Api, length: str) -> None:
    with api.connect() as connection:
        connection.sendall(f"POST {JOBS} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n".encode())
        assert connection.recv(4096).split()[1] in {b"413", b"400"}


def test_a_body_that_grows_too_large_without_saying_so(api: Api) -> None:
    with api.connect() as connection:
        head = f"POST {JOBS} HTTP/1.1\r\nHost: x\r\nX-API-Key: {api.key}\r\nContent-Type: application/json\r\n"
        connection.sendall(head.encode() + b"Transfer-Encoding: chunked\r\n\r\n")
        chunk = b"100000\r\n" + b" " * 2**20 + b"\r\n"
        answer = b""
        try:
            for _ in range(40):
                connection.sendall(chunk)
        except (BrokenPipeError, ConnectionResetError):
            pass
        try:
            answer = connection.recv(4096)
        except ConnectionResetError:
            pytest.skip("the answer was lost with the connection, as TCP may")
        assert answer.split()[1] == b"413"


def test_a_head_that_is_too_large(api: Api) -> None:
    with api.connect() as connection:
        connection.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n" + b"X-A: " + b"a" * 2**20 + b"\r\n\r\n")
        assert connection.recv(4096).split()[1] == b"400"


def test_whoever_does_not_finish_a_head_is_left(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    from phx_scraper.api.http_protocol import TimedProtocol

    monkeypatch.setattr(TimedProtocol, "head_seconds", 1.5)
    with api.connect() as silent, api.connect() as slow:
        with contextlib.suppress(ConnectionError):
            slow.sendall(b"GET /health HTTP/1.1\r\nHo")
        assert is_left(silent)
        assert is_left(slow)
    # The first request is no part of the question, and has all the time that a busy machine takes to send it.
    monkeypatch.setattr(TimedProtocol, "head_seconds", 60.0)
    with api.connect() as again:
        again.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        answer = b""
        while not answer.endswith(b'{"status":"ok"}'):
            some = again.recv(4096)
            assert some, answer
            answer += some
        monkeypatch.setattr(TimedProtocol, "head_seconds", 1.5)
        again.sendall(b"GET /hea")
        assert is_left(again)


def is_left(connection: socket.socket) -> bool:
    """Whether the API closes it; a part of a head that came too late is answered by a reset."""
    try:
        return connection.recv(10) == b""
    except ConnectionResetError:
        return True


@pytest.mark.parametrize(
    "job_id", ["0" * 16, "x", "..%2f..%2fetc", "%00", "a" * 5000, "%F0%9F%8F%A0", "'; DROP TABLE jobs"]
)
@pytest.mark.parametrize(
    ("method", "path"), [("GET", ""), ("DELETE", ""), ("POST", "/cancel"), ("POST", "/retry"), ("GET", "/events")]
)
def test_a_job_that_there_is_not(api: Api, job_id: str, method: str, path: str) -> None:
    answer = api.ask(method, f"{JOBS}/{job_id.replace(' ', '%20')}{path}")
    assert answer.status == 404
    assert "there is" in answer.detail


def test_a_job_of_another_key_is_as_unknown_as_none(api: Api) -> None:
    job_id = api.submit(HOME)
    _, other = api.new_key(NewKey("other"))
    unknown = replace(api.ask("GET", f"{JOBS}/{'0' * 16}", key=other), headers={})
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/cancel"), ("POST", "/retry"), ("GET", "/events")):
        answer = api.ask(method, f"{JOBS}/{job_id}{path}", key=other)
        assert (answer.status, answer.detail) == (404, unknown.json["detail"])
    assert api.ask("GET", JOBS, key=other).json["jobs"] == []
    assert api.ask("GET", f"{JOBS}/{job_id}").status == 200


def test_what_has_ended_and_what_has_not(api: Api) -> None:
    job_id = api.submit(HOME)
    place = f"{JOBS}/{job_id}"
    assert api.ask("POST", f"{place}/retry").status == 409
    assert api.ask("DELETE", place).status == 409
    assert api.ask("POST", f"{place}/cancel").json["status"] == "cancelled"
    assert api.ask("POST", f"{place}/cancel").json["status"] == "cancelled"
    assert api.ask("POST", f"{place}/retry").json["status"] == "queued"
    api.ask("POST", f"{place}/cancel")
    assert api.ask("DELETE", place).status == 204
    assert api.ask("DELETE", place).status == 404


def test_the_same_request_again(api: Api) -> None:
    name = {"Idempotency-Key": "monday"}
    first = api.ask("POST", JOBS, GOOD, name)
    assert api.ask("POST", JOBS, GOOD, name).json == first.json
    other = api.ask("POST", JOBS, {**GOOD, "sources": ["redfin"]}, name)
    assert other.status == 422
    assert f"made the job {first.json['job_id']}" in other.detail
    for bad in ("a b", "a" * 201, "é"):
        assert api.ask("POST", JOBS, GOOD, {"Idempotency-Key": bad.encode("latin-1").decode("latin-1")}).status == 422


def test_more_than_a_key_may_ask_for(api: Api) -> None:
    _, small = api.new_key(NewKey("small", limits=Limits(homes_a_job=2, jobs_a_day=3, open_jobs=1)))
    many = {"addresses": [f"{number} W Davis Rd, Glendale, AZ 85306" for number in (1, 2, 3)]}
    assert "2 are allowed: split the list" in api.ask("POST", JOBS, many, key=small).detail
    assert api.ask("POST", JOBS, many, key=small).status == 413
    first = api.submit(HOME, key=small)
    answer = api.ask("POST", JOBS, GOOD, key=small)
    assert (answer.status, answer.headers["retry-after"]) == (429, "60")
    assert "1 jobs have not ended" in answer.detail
    assert api.ask("POST", f"{JOBS}/{first}/cancel", key=small).status == 202
    assert api.submit(HOME, key=small)
    assert ("submit refused", "", 429) in api.audit()

"""Forms that are read before anybody is known, and those of the pages: small, of a known charset, and in time."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Mapping

import pytest

from tests.api_browser import FORM, HTML, Browser
from tests.api_server import JOBS, Answer, Api, form

FORM_KIND = FORM["Content-Type"]
MULTIPART = "multipart/form-data; boundary=b"
SMALL = 16 * 1024
PLACES = ("/login", "/logout", "/operations/0123456789abcdef")


def send_head(connection: socket.socket, path: str, headers: Mapping[str, str]) -> None:
    """Send the head of a request, and nothing of its body."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in {"Host": "x", **headers}.items())
    connection.sendall(f"POST {path} HTTP/1.1\r\n{lines}\r\n".encode())


def all_of(connection: socket.socket) -> bytes:
    """All that comes until the API closes the connection."""
    text = b""
    with contextlib.suppress(ConnectionResetError):
        while some := connection.recv(65536):
            text += some
    return text


def answer_of(text: bytes) -> Answer:
    """The only answer of a connection."""
    assert text.count(b"HTTP/1.1 ") == 1, text
    head, _, body = text.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    return Answer(int(first.split()[1]), headers, body)


@pytest.mark.parametrize("path", [*PLACES, f"{JOBS}/0123456789abcdef/cancel", "/nothing"])
def test_a_body_that_says_that_it_is_no_small_one_is_not_received(api: Api, path: str) -> None:
    with api.connect() as connection:
        send_head(connection, path, {"Content-Type": FORM_KIND, "Content-Length": str(SMALL + 1)})
        answer = answer_of(all_of(connection))
    assert (answer.status, answer.headers["connection"]) == (413, "close")
    assert answer.detail == "the body has more than 16 KiB: what is sent here has some hundred bytes"


@pytest.mark.parametrize("path", PLACES)
def test_one_that_does_not_say_so_is_not_received_further(api: Api, path: str) -> None:
    cookie = Browser(api).cookie
    with api.connect() as connection:
        send_head(connection, path, {"Content-Type": FORM_KIND, "Transfer-Encoding": "chunked", "Cookie": cookie})
        connection.sendall(b"%x\r\n" % (SMALL + 1) + b"&" * (SMALL + 1) + b"\r\n")
        answer = answer_of(all_of(connection))
    assert (answer.status, "more than 16 KiB" in answer.detail) == (413, True)


def test_a_list_of_homes_may_be_larger(api: Api) -> None:
    body, headers = form({"file": ("a.csv", b"full_address\n4732 W Davis Rd, Glendale, AZ 85306\n" + b"\n" * SMALL)})
    assert api.ask("POST", JOBS, body, headers).status == 202


@pytest.mark.parametrize("path", PLACES[1:])
def test_nothing_is_received_of_whoever_has_not_signed_in(api: Api, path: str) -> None:
    with api.connect() as connection:
        send_head(connection, path, {"Content-Type": FORM_KIND, "Content-Length": "99"})
        assert connection.recv(12) == b"HTTP/1.1 303"


def test_a_form_of_many_fields(api: Api) -> None:
    answer = api.ask("POST", "/login", b"a=1&" * 5, FORM, key="")
    assert (answer.status, answer.detail) == (
        400,
        "the form cannot be read: Too many fields. Maximum number of fields is 4.",
    )


def test_a_file_where_there_is_none(api: Api) -> None:
    body, headers = form({"key": ("key.txt", b"x")})
    assert api.ask("POST", "/login", body, headers, key="").detail.startswith("the form cannot be read: Too many files")


def test_a_key_that_is_too_long(api: Api) -> None:
    answer = api.ask("POST", "/login", b"key=" + b"x" * 1001, {**FORM, **HTML}, key="")
    assert answer.status == 422
    assert "body.key is too long: it must be a text of at most 1,000 characters" in answer.body.decode()


@pytest.mark.parametrize(
    "charset", ["undefined", "punycode", "rot13", "klingon", "x" * 5000, "\xff", '"idna"', "utf-7"]
)
@pytest.mark.parametrize(
    ("path", "kind"),
    [*((path, MULTIPART) for path in (JOBS, *PLACES)), *((path, FORM_KIND) for path in PLACES)],
)
def test_a_charset_that_no_form_has(api: Api, path: str, kind: str, charset: str) -> None:
    body = b'--b\r\nContent-Disposition: form-data; name="\xff-"\r\n\r\n\xff-\r\n--b--\r\n'
    sent = {"Content-Type": f"{kind}; charset={charset}", "Cookie": Browser(api).cookie}
    answer = api.ask("POST", path, body, sent)
    assert (answer.status, "send the form as UTF-8" in answer.detail) == (415, True)


@pytest.mark.parametrize("charset", ["UTF-8", '"utf-8"', "iso-8859-1"])
def test_a_charset_that_forms_have(api: Api, charset: str) -> None:
    body, headers = form({"key": api.key})
    answer = api.ask("POST", "/login", body, {"Content-Type": f"{headers['Content-Type']}; charset={charset}"}, key="")
    assert answer.status == 303


@pytest.mark.parametrize(
    ("path", "kind"),
    [(JOBS, "application/json"), (JOBS, MULTIPART), *((path, FORM_KIND) for path in PLACES)],
)
def test_a_body_that_does_not_come(api: Api, monkeypatch: pytest.MonkeyPatch, path: str, kind: str) -> None:
    from phx_scraper.api import body_limits

    cookie = Browser(api).cookie
    monkeypatch.setattr(body_limits, "MOST_SECONDS", 0.2)
    with api.connect() as connection:
        sent = {"Content-Type": kind, "Content-Length": "50", "X-API-Key": api.key, "Cookie": cookie}
        send_head(connection, path, sent)
        answer = answer_of(all_of(connection))
    assert (answer.status, answer.headers["connection"]) == (408, "close")
    assert answer.detail == "the body did not arrive within 60 s: send it again"


@pytest.mark.parametrize("path", [JOBS, "/login", "/health"])
def test_a_body_of_two_lengths_is_the_last_thing_of_its_connection(api: Api, path: str) -> None:
    chunk = b"c\r\nkey=nothing!\r\n0\r\n\r\n"
    with api.connect() as connection:
        send_head(connection, path, {"Content-Type": FORM_KIND, "Content-Length": "5", "Transfer-Encoding": "chunked"})
        with contextlib.suppress(ConnectionError):
            connection.sendall(chunk + b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        answer = answer_of(all_of(connection))
    assert (answer.status, answer.headers["connection"]) == (400, "close")
    assert answer.detail == "the request has both Content-Length and Transfer-Encoding: send one of them"

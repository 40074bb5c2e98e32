"""`scrapy api` and `scrapy keys` as people start them: where it listens, what it says, and how it ends."""

from __future__ import annotations

import http.client
import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.api_server import HAS_API, JOBS, WHY_NOT
from tests.integration import fork_server
from tests.integration.crawls import REPOSITORY, environment
from tests.ports import free_port

pytestmark = pytest.mark.skipif(not HAS_API, reason=WHY_NOT)
HOME = "4732 W Davis Rd, Glendale, AZ 85306"


class Place:
    """A store, and the API of it."""

    def __init__(self, folder: Path) -> None:
        self.environment = {**environment(), "IMAGES_STORE": str(folder / "store"), "PHX_API_PORT": "0"}
        self.environment["PYTHONWARNINGS"] = "default"
        self.log = folder / "log"
        self.process: subprocess.Popen[bytes] | None = None
        self.port = 0

    def scrapy(self, *words: str, **settings: str) -> tuple[int, str, str]:
        done = fork_server.run(words, {**self.environment, **settings}, 180)
        return done.returncode, done.stdout, done.stderr

    def key(self, *options: str) -> str:
        code, out, _ = self.scrapy("keys", "create", "tests", "--json", *options)
        assert code == 0
        return str(json.loads(out)["key"])

    def start(self, **settings: str) -> None:
        line = [sys.executable, "-m", "scrapy", "api"]
        with self.log.open("wb") as log:
            variables = {**self.environment, **settings}
            self.process = subprocess.Popen(line, cwd=REPOSITORY, env=variables, stderr=log, stdout=log)
        with self.log.open() as told:
            text = ""
            while not (found := re.search(r"listens at http://127\.0\.0\.1:(\d+)", text)):
                assert self.process.poll() is None, text
                text += told.read()
                select.select([], [], [], 0.05)
        self.port = int(found[1])

    def ask(self, method: str, path: str, key: str = "", body: Any = None) -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"X-API-Key": key, "Content-Type": "application/json"}
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        found = answer.status, json.loads(answer.read() or b"null")
        connection.close()
        return found

    def connect(self) -> socket.socket:
        """A bare connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=60)

    def cookie(self, key: str) -> str:
        """What stands for a key in a browser that has signed in."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("POST", "/login", f"key={key}", {"Content-Type": "application/x-www-form-urlencoded"})
        told = str(connection.getresponse().getheader("Set-Cookie"))
        connection.close()
        return told.partition(";")[0]

    def lines(self) -> list[dict[str, Any]]:
        """The log."""
        return [json.loads(line) for line in self.log.read_text().splitlines()]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path)
    yield made
    if made.process is not None and made.process.poll() is None:
        made.process.kill()
        made.process.wait()


def test_a_key_is_made_shown_once_listed_and_revoked(place: Place) -> None:
    code, out, _ = place.scrapy("keys", "create", "nightly import", "--scopes", "read", "--days", "never")
    assert code == 0
    key = out.split()[0]
    assert "This is shown once, and kept nowhere" in out
    key_id = key.split("_")[1]
    _, listed, _ = place.scrapy("keys", "list")
    assert listed == f"{key_id}  nightly import: valid, read, never used\n"
    assert key not in listed
    assert place.scrapy("keys", "revoke", key_id)[1] == f"Key {key_id} is of no use from now on.\n"
    assert "nightly import: revoked" in place.scrapy("keys", "list")[1]
    told = json.loads(place.scrapy("keys", "audit", "--json")[1])["audit"]
    assert [(line["action"], line["subject"]) for line in told] == [("revoke key", key_id), ("create key", key_id)]
    assert "command line  revoke key" in place.scrapy("keys", "audit", "--last", "1")[1]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("create",), "write it as: scrapy keys create NAME"),
        (("create", "a", "b"), "name one key"),
        (("create", "a", "--scopes", "raed"), "scopes: 'raed' is none"),
        (("create", "a", "--scopes", ""), "scopes: name at least one"),
        (("create", "a", "--days", "0"), "--days 0: write a whole number from 1, or never"),
        (("create", "a", "--days", "-1"), "--days -1: write a whole number"),
        (("create", "a", "--open-jobs", "x"), "--open-jobs x: write a whole number"),
        (("create", " "), "a key needs a name"),
        (("revoke", "x"), "there is no key 'x'"),
        (("lst",), "there is no 'lst' of keys"),
    ],
)
def test_wrong_use_of_keys_is_a_sentence(place: Place, words: tuple[str, ...], sentence: str) -> None:
    place.key()
    code, out, err = place.scrapy("keys", *words)
    assert (code, out) == (2, "")
    assert sentence in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"PHX_API_HOST": "0.0.0.0"}, "which other machines may reach, and there is no key yet"),
        ({"PHX_API_HOST": "::"}, "which other machines may reach, and there is no key yet"),
        ({"PHX_API_HOST": "192.0.2.1"}, "there is no key yet"),
        ({"PHX_API_HOST": "http://x"}, "PHX_API_HOST is 'http://x': set it to"),
        ({"PHX_API_PORT": "70000"}, "PHX_API_PORT is '70000': set it to"),
        ({"PHX_REDIS_URL": "http://x"}, "PHX_REDIS_URL is 'http://x'"),
        ({"PHX_CATALOGUE_URL": "/proc/x/y.sqlite"}, "/proc/x"),
    ],
)
def test_where_it_cannot_serve_it_says_why(place: Place, settings: dict[str, str], sentence: str) -> None:
    code, out, err = place.scrapy("api", **settings)
    assert (code, out) == (2, "")
    assert sentence in err
    assert len(err.splitlines()) == 1


def test_a_port_that_is_taken(place: Place) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, _, err = place.scrapy("api", PHX_API_PORT=str(taken.getsockname()[1]))
    assert code == 2
    assert "the API cannot listen at 127.0.0.1 port" in err


def test_other_machines_are_served_once_there_is_a_key_that_counts(place: Place) -> None:
    key_id = place.key().split("_")[1]
    place.scrapy("keys", "revoke", key_id)
    assert "there is no key yet" in place.scrapy("api", PHX_API_HOST="0.0.0.0")[2]


def test_asked_to_leave_it_ends_streams_and_answers_and_takes_no_more(place: Place) -> None:
    key = place.key()
    # At a port that the kernel gives to nobody else once it is free.
    place.start(PHX_API_PORT=str(free_port()))
    assert place.process is not None
    _, job = place.ask("POST", JOBS, key, {"addresses": [HOME]})
    connection = http.client.HTTPConnection("127.0.0.1", place.port, timeout=60)
    connection.request("GET", f"{JOBS}/{job['job_id']}/events", headers={"X-API-Key": key})
    stream = connection.getresponse()
    while not (line := stream.readline()).startswith(b"data: "):
        assert line
    assert b'"status":"queued"' in line
    place.process.send_signal(signal.SIGTERM)
    assert stream.read().strip() == b""
    assert place.process.wait(120) == 0
    connection.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", place.port))


def test_asked_to_leave_twice_in_the_midst_of_a_body_and_of_an_answer_it_makes_no_mistake(place: Place) -> None:
    key = place.key()
    picture = place.log.parent / "store" / "homes" / "a" / "img_001.png"
    picture.parent.mkdir(parents=True)
    with picture.open("wb") as file:
        file.truncate(64 * 2**20)
    place.start()
    assert place.process is not None
    cookie = place.cookie(key)
    with place.connect() as body, place.connect() as answer:
        # Its body is waited for as soon as it is asked for.
        told = f"X-API-Key: {key}\r\nContent-Type: application/json\r\nContent-Length: 9\r\nExpect: 100-continue"
        body.sendall(f"POST {JOBS} HTTP/1.1\r\nHost: x\r\n{told}\r\n\r\n".encode())
        assert body.recv(12) == b"HTTP/1.1 100"
        answer.sendall(f"GET /gallery/homes/a/{picture.name} HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\n\r\n".encode())
        assert answer.recv(12) == b"HTTP/1.1 200"
        place.process.send_signal(signal.SIGTERM)
        while "Waiting for connections to close" not in place.log.read_text():
            select.select([], [], [], 0.05)
        place.process.send_signal(signal.SIGTERM)
        assert place.process.wait(120) == 0
        assert b"HTTP/1.1 503" in b"".join(iter(lambda: body.recv(65536), b""))
    assert "Traceback" not in place.log.read_text()


def test_the_log_is_json_with_ids_and_no_secrets(place: Place) -> None:
    key = place.key()
    place.start()
    place.ask("GET", f"{JOBS}?address=4732%20W%20Davis&key={key}", key)
    place.ask("GET", "/nothing")
    assert place.process is not None
    place.process.terminate()
    place.process.wait(120)
    asked = [line for line in place.lines() if "path" in line]
    assert [(line["method"], line["path"], line["status"]) for line in asked] == [
        ("GET", JOBS, 422),
        ("GET", "/nothing", 404),
    ]
    assert all(re.fullmatch("[0-9a-f]{16}", line["request_id"]) for line in asked)
    assert asked[0]["key_id"] == key.split("_")[1]
    assert key.split("_", 2)[2] not in place.log.read_text()
    assert "Davis" not in place.log.read_text()


def test_killed_it_loses_no_job(place: Place) -> None:
    key = place.key()
    place.start()
    _, job = place.ask("POST", JOBS, key, {"addresses": [HOME]})
    assert place.process is not None
    place.process.kill()
    place.process.wait()
    place.start()
    assert place.ask("GET", f"{JOBS}/{job['job_id']}", key)[1]["status"] == "queued"


def test_without_redis_jobs_are_taken_and_ready_says_which_part_is_down(place: Place, tmp_path: Path) -> None:
    key = place.key()
    place.start(PHX_REDIS_URL=f"unix://{tmp_path}/none.sock")
    status, job = place.ask("POST", JOBS, key, {"addresses": [HOME]})
    assert (status, job["is_told"]) == (202, False)
    assert place.ask("GET", "/ready") == (
        503,
        {"status": "not ready", "parts": {"catalogue": "ok", "files": "ok", "queue": "down"}},
    )
    assert place.ask("GET", "/health") == (200, {"status": "ok"})


def test_it_needs_nobody_elses_modules_to_be_listed() -> None:
    """`scrapy -h` of a machine without the extra."""
    code = "import sys, phx_scraper.commands.api, phx_scraper.commands.keys; print('fastapi' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    assert done.stdout == "False\n"

"""Long lists are read by another process: the same is made of them, others are answered meanwhile, and none is left."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.api_server import HAS_API, JOBS, WHY_NOT, Answer, Api, form, running_api

JSON = {"Content-Type": "application/json"}
HOME = "4732 W Davis Rd, Glendale, AZ 85306"
CSV = b'full_address,note\n"4732 W Davis Rd, Glendale, AZ 85306",here\njunk,there\n"1 W Elm St, Glendale, AZ 85306",\n'


@pytest.fixture
def api(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    """One that takes every list for a long one."""
    if not HAS_API:
        pytest.skip(WHY_NOT)
    from phx_scraper.api import long_lists, serve

    monkeypatch.setattr(long_lists, "SHORT_BYTES", -1)
    monkeypatch.setattr(serve, "SECONDS_TO_END", 0.3)
    with running_api(tmp_path) as server:
        yield server


def children() -> list[int]:
    """Processes that read a list for this one."""
    told = subprocess.run(["ps", "--ppid", str(os.getpid()), "-o", "pid=,args="], capture_output=True, text=True)
    return [
        int(line.split()[0])
        for line in told.stdout.splitlines()
        if line.endswith("sleep 600") or "list_process" in line
    ]


def later(api: Api, body: bytes, found: list[Answer]) -> threading.Thread:
    thread = threading.Thread(target=lambda: found.append(api.ask("POST", JOBS, body, JSON)), daemon=True)
    thread.start()
    return thread


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Lets the process of a list stand still; the file is there once it does."""
    from phx_scraper.api import long_lists

    mark = tmp_path / "stopped"
    script = tmp_path / "python"
    script.write_text(f"#!/bin/sh\nread about\ntouch {mark}\nexec sleep 600\n")
    script.chmod(0o755)
    monkeypatch.setattr(long_lists.sys, "executable", str(script))
    return mark


def test_the_same_job_is_made_of_it(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    from phx_scraper.api import long_lists

    options = {"force": True, "slice_homes": 3, "refresh_days": 1.5, "priority": "low"}
    body, headers = form({"file": ("a.csv", CSV), "sources": "redfin,zillow", "options": json.dumps(options)})
    told: list[Any] = []
    for most in (-1, 10**9):
        monkeypatch.setattr(long_lists, "SHORT_BYTES", most)
        for sent, kind in ((body, headers), (json.dumps({"addresses": [HOME, "junk", HOME]}).encode(), JSON)):
            answer = api.ask("POST", JOBS, sent, {**kind, "Idempotency-Key": kind["Content-Type"][:9]})
            assert answer.status == 202, answer
            told.append(answer.json)
    # Under the same name a request of other homes, extras or options would be refused.
    assert told[:2] == told[2:]
    assert [one["total_properties"] for one in told[:2]] == [2, 1]
    assert told[0]["sources"] == ["redfin", "zillow"]
    assert told[0]["rejected"][0]["row"] == 3
    assert children() == []


def test_of_rows_that_name_no_home_the_first_are_shown(api: Api) -> None:
    made = api.ask("POST", JOBS, json.dumps({"addresses": [HOME, *["junk"] * 2000]}).encode(), JSON)
    for answer in (made, api.ask("GET", f"{JOBS}/{made.json['job_id']}")):
        assert (answer.json["rejected_rows"], len(answer.json["rejected"])) == (2000, 1000)


@pytest.mark.parametrize(
    ("sent", "status", "sentence"),
    [
        (b'{"addresses": [5]}', 422, "addresses.0 must be a text"),
        (b'{"addresses": ["junk"]}', 422, "the list names no home"),
        (b"{", 400, "the body is no JSON"),
        (form({"file": ("a.csv", b"a,b\n1,2\n")}), 422, "no address column"),
    ],
)
def test_what_is_wrong_is_told_in_the_same_words(api: Api, sent: Any, status: int, sentence: str) -> None:
    body, headers = sent if isinstance(sent, tuple) else (sent, JSON)
    answer = api.ask("POST", JOBS, body, headers)
    assert (answer.status, sentence in answer.detail) == (status, True), answer


def wide(rows: int, names: Sequence[str], cell: str = "") -> bytes:
    cells = "," + ",".join([cell] * len(names))
    lines = (f'"{number} W Elm St, Glendale, AZ 85306"{cells}' for number in range(1, rows + 1))
    return "\n".join([",".join(["full_address", *names]), *lines]).encode()


@pytest.mark.parametrize(
    ("rows", "names", "cell", "sentence"),
    [
        (4100, [f"c{number}" for number in range(999)], "", "more than 4,000,000 values beside its addresses"),
        (300, [f"{'n' * 3000}{number}" for number in range(100)], "x", "more than 67,108,864 characters, the names"),
    ],
)
def test_rows_and_columns_multiply_to_a_bound(api: Api, rows: int, names: list[str], cell: str, sentence: str) -> None:
    body, headers = form({"file": ("a.csv", wide(rows, names, cell))})
    answer = api.ask("POST", JOBS, body, headers)
    assert (answer.status, sentence in answer.detail) == (422, True), answer
    assert answer.detail.endswith("leave out columns that nobody needs, or split it")
    assert api.ask("GET", JOBS).json["jobs"] == []


@pytest.mark.parametrize(
    ("rows", "names", "row"),
    [
        (60, [f"c{number}" for number in range(999)], '"{} W Elm St, Glendale, AZ 85306"'),
        (60, [f"c{number}" for number in range(999)], "junk {}"),
        (60, [f"{'n' * 1000}{number}" for number in range(40)], '"{} W Elm St, Glendale, AZ 85306"'),
    ],
    ids=["many values", "many cells of rows that name no home", "many characters of names"],
)
def test_a_short_body_that_becomes_a_long_list_is_one(
    api: Api, stopped: Path, monkeypatch: pytest.MonkeyPatch, rows: int, names: list[str], row: str
) -> None:
    from phx_scraper.api import long_lists

    monkeypatch.setattr(long_lists, "SHORT_BYTES", 128 * 1024)
    listed = [",".join(["full_address", *names]), *(row.format(number) for number in range(1, rows + 1))]
    body, headers = form({"file": ("a.csv", "\n".join(listed).encode())})
    assert len(body) < long_lists.SHORT_BYTES
    found: list[Answer] = []
    thread = threading.Thread(target=lambda: found.append(api.ask("POST", JOBS, body, headers)), daemon=True)
    thread.start()
    while not stopped.exists():
        assert thread.is_alive(), found
        thread.join(0.02)
    for pid in children():
        os.kill(pid, signal.SIGKILL)
    thread.join(60)
    assert found[0].status == 503


def test_a_short_list_with_what_lists_have_is_read_at_once(api: Api, stopped: Path, monkeypatch: Any) -> None:
    from phx_scraper.api import long_lists

    monkeypatch.setattr(long_lists, "SHORT_BYTES", 128 * 1024)
    body, headers = form({"file": ("a.csv", wide(1000, [f"column{number}" for number in range(20)]))})
    assert api.ask("POST", JOBS, body, headers).status == 202
    assert not stopped.exists()


@pytest.mark.parametrize(
    ("sent", "status", "sentence"),
    [(signal.SIGKILL, 503, "was ended: split it"), (signal.SIGXCPU, 413, "takes too long to be read")],
)
def test_others_are_answered_meanwhile_and_few_wait(
    api: Api, stopped: Path, monkeypatch: pytest.MonkeyPatch, sent: int, status: int, sentence: str
) -> None:
    from phx_scraper.api import long_lists

    monkeypatch.setattr(long_lists, "MOST_WAITING", 0)
    found: list[Answer] = []
    thread = later(api, b"{}", found)
    while not stopped.exists():
        assert thread.is_alive(), found
        thread.join(0.02)
    assert api.ask("GET", JOBS).status == 200
    answer = api.ask("POST", JOBS, b"{}", JSON)
    assert (answer.status, answer.headers["retry-after"]) == (503, "30")
    assert "other long lists are being read" in answer.detail
    for pid in children():
        os.kill(pid, sent)
    thread.join(60)
    assert (found[0].status, sentence in found[0].detail) == (status, True)


def test_one_that_takes_too_long_is_ended(api: Api, stopped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from phx_scraper.api import long_lists

    monkeypatch.setattr(long_lists, "MOST_SECONDS", 0.5)
    answer = api.ask("POST", JOBS, b"{}", JSON)
    assert (answer.status, "takes too long to be read" in answer.detail) == (413, True)
    assert children() == []


def test_it_ends_with_the_api(api: Api, stopped: Path) -> None:
    found: list[Answer] = []
    thread = later(api, b"{}", found)
    while not stopped.exists():
        assert thread.is_alive(), found
        thread.join(0.02)
    api.stop_soon()
    thread.join(60)
    assert (found[0].status, "the API was stopped" in found[0].detail) == (503, True)
    assert children() == []


def test_it_dies_with_a_parent_that_is_killed() -> None:
    line = [sys.executable, "-m", "phx_scraper.api.list_process", "1"]
    done = subprocess.run(line, input=b"", capture_output=True, check=False, timeout=300)
    assert (done.returncode, done.stdout) == (1, b"")

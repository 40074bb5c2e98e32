"""Runs the real command against a real replica and compares the store with the replica's truth."""

from __future__ import annotations

import json
import os
import select
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from phx_scraper.replica import Replica
from tests.integration import fork_server

TOKEN = "token-of-the-tests"
ALL_SOURCES = ("phoenix_mls", "maricopa_assessor", "redfin", "zillow")
REPOSITORY = Path(__file__).parents[2]
EXAMPLE_HOMES = REPOSITORY / "data" / "phx_homes.csv"


@dataclass(frozen=True)
class Result:
    """Exit code and output of a command."""

    code: int
    output: str


def command(
    spider: str, store: Path, replica_url: str, arguments: Mapping[str, Any], settings: Mapping[str, Any]
) -> list[str]:
    """The command line of one crawl, as a person would type it."""
    line = [sys.executable, "-m", "scrapy", "crawl", spider]
    for name, value in arguments.items():
        line += ["-a", f"{name}={value}"]
    # Tests run side by side: a second decoder would cost each crawl its start and find no core of its own.
    quick = {"PHX_DELAY_SCALE": 0, "PHX_IMAGE_WORKERS": 1}
    chosen = {"IMAGES_STORE": store, "PHX_REPLICA_URL": replica_url, **quick, **settings}
    for name, value in chosen.items():
        line += ["-s", f"{name}={value}"]
    return line


def crawl(
    spider: str, store: Path, replica_url: str, settings: Mapping[str, Any] | None = None, **arguments: Any
) -> Result:
    """Run a crawl to its end; a warning of any kind is an error."""
    line = command(spider, store, replica_url, arguments, settings or {})
    done = fork_server.run(line[3:], environment(), timeout=300)
    return Result(done.returncode, done.stdout + done.stderr)


def scrapy(name: str, store: Path, *options: str) -> Result:
    """Run one of the project's other commands on a store."""
    done = fork_server.run([name, "-s", f"IMAGES_STORE={store}", *options], environment(), timeout=300)
    return Result(done.returncode, done.stdout + done.stderr)


def start(
    spider: str, store: Path, replica_url: str, settings: Mapping[str, Any] | None = None, **arguments: Any
) -> subprocess.Popen[bytes]:
    """Start a crawl that the test will interrupt."""
    line = command(spider, store, replica_url, arguments, settings or {})
    return subprocess.Popen(line, cwd=REPOSITORY, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def kill(process: subprocess.Popen[bytes]) -> str:
    """kill -9; returns the process's output."""
    process.send_signal(signal.SIGKILL)
    output, _ = process.communicate(timeout=300)
    return output.decode()


def environment() -> dict[str, str]:
    """Warnings as errors, a terminal wide enough for whole lines, and a token that the replica takes."""
    return {**os.environ, "PYTHONWARNINGS": "error", "COLUMNS": "200", "MARICOPA_ASSESSOR_TOKEN": TOKEN}


def rows(store: Path, query: str) -> list[tuple[Any, ...]]:
    """The rows of a query of the catalogue."""
    with sqlite3.connect(store / "metadata" / "catalogue.sqlite") as database:
        return database.execute(query).fetchall()


def manifest(store: Path) -> dict[str, Any]:
    """The manifest."""
    text = (store / "metadata" / "image_manifest.json").read_text(encoding="utf-8")
    return json.loads(text)  # type: ignore[no-any-return]


def outcomes(store: Path) -> dict[tuple[str, str], str]:
    """Outcome of every home and source."""
    found = rows(store, "SELECT address, source, outcome FROM visits JOIN homes USING (property_hash)")
    return {(address, source): outcome for address, source, outcome in found}


def assert_agrees_with_truth(store: Path, whole_truth: Mapping[str, Any], sources: Sequence[str] = ("zillow",)) -> None:
    """Outcomes, photos, positions, duplicates, failures, manifest and folders: nothing wrong or missing."""
    truth = {"homes": {home: {name: facts[name] for name in sources} for home, facts in whole_truth["homes"].items()}}
    expected = {
        (home, source): fact["outcome"] for home, sources in truth["homes"].items() for source, fact in sources.items()
    }
    assert outcomes(store) == expected
    # A listing that others contradict keeps its rows as failures; the truth does not have them.
    listed = (
        "SELECT address, source, key, position, photos.state FROM photos JOIN homes USING (property_hash)"
        " WHERE photos.reason <> 'contradiction'"
    )
    photos = rows(store, listed)
    seen = {(home, source, key): (position, state) for home, source, key, position, state in photos}
    planted = {
        (home, source, photo["key"]): photo
        for home, sources in truth["homes"].items()
        for source, fact in sources.items()
        for photo in fact["photos"]
    }
    assert set(seen) == set(planted), "photos that are not of the home, or are missing"
    for place, photo in planted.items():
        position, state = seen[place]
        assert position == photo["position"], place
        assert (state in {"stored", "duplicate"}) == photo["usable"], (place, state)
    _assert_each_picture_is_kept_once(seen, planted)
    _assert_views_agree(store, truth, seen)


def _assert_each_picture_is_kept_once(seen: Mapping[Any, Any], planted: Mapping[Any, Any]) -> None:
    pictures: dict[tuple[str, str], list[str]] = {}
    for (home, source, key), photo in planted.items():
        if photo["usable"]:
            pictures.setdefault((home, photo["picture"]), []).append(seen[home, source, key][1])
    for picture, states in pictures.items():
        assert sorted(states) == ["duplicate"] * (len(states) - 1) + ["stored"], picture


def _assert_views_agree(store: Path, truth: Mapping[str, Any], seen: Mapping[Any, Any]) -> None:
    listed = manifest(store)["properties"]
    for home in truth["homes"]:
        entries = [entry for entry in listed.get(home, []) if entry["error_message"] != "contradiction"]
        mine = {place: state for place, (_, state) in seen.items() if place[0] == home}
        assert len(entries) == len(mine), home
        kept = [
            entry
            for entry in entries
            if entry["status"] == "stored" or (entry["local_path"] and not entry["is_duplicate"])
        ]
        assert len(kept) == sum(1 for state in mine.values() if state == "stored"), home
        for entry in kept:
            assert (store / entry["local_path"]).is_file(), entry["local_path"]
    folders = {path.parent.name for path in (store / "homes").glob("*/img_*.png")}
    pictures = sum(1 for _ in (store / "homes").glob("*/img_*.png"))
    assert pictures == sum(1 for _, state in seen.values() if state == "stored")
    assert len(folders) == len({place[0] for place, (_, state) in seen.items() if state == "stored"})


PHOTOS = "photo"


def requests(replica: Replica, kind: str = "") -> int:
    """Requests to the replica since its last reset, of one kind or in all."""
    seen = replica.stats()
    if not kind:
        return int(seen["total"])
    return sum(kinds.get(kind, 0) for kinds in seen["hosts"].values())


def wait_for_requests(replica: Replica, number: int, kind: str, seconds: float = 180) -> None:
    """Return as soon as the replica has received `number` requests: the crawl is then in progress."""
    until = time.monotonic() + seconds
    while requests(replica, kind) < number:
        assert time.monotonic() < until, f"only {requests(replica, kind)} of {number} requests came"
        select.select([], [], [], 0.02)


@contextmanager
def held_at(replica: Replica, number: int, kind: str = PHOTOS) -> Iterator[Callable[[], None]]:
    """The replica answers nothing more once it has received `number` requests; yields what waits for these.

    A crawl that is begun within is in its midst after that wait, however long this process is then held up itself.
    """
    replica.hold(number, kind)
    try:
        yield lambda: wait_for_requests(replica, number, kind)
    finally:
        replica.release()

"""Crawls from a cassette: spider, pages, middlewares and pipelines are real, the responses are recorded."""

from __future__ import annotations

import contextlib
import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from phx_scraper.replica import running
from tests.integration import fork_server
from tests.integration.crawls import environment
from tests.spiders.cases import Case
from tests.spiders.recording import written

HANDLER = "tests.spiders.cassette_handler.CassetteDownloadHandler"


class Asked(NamedTuple):
    """One request of a crawl; `status` is None where the cassette has no answer to it."""

    url: str
    has_token: bool
    status: int | None


@dataclass(frozen=True)
class Played:
    """The item that a crawl of one home yielded, what it asked for, in order, and what it printed."""

    item: dict[str, Any]
    asked: list[Asked]
    output: str


def play(source: str, case: Case, folder: Path, mode: str) -> Played:
    """A crawl of one home from the case's cassette; `mode` is none (replay), replica or live (record anew).

    It is a dry run, but for a case that the catalogue of an earlier crawl has a part in.
    """
    if case.listed_by:
        earlier = Case("no_photos", "empty", "", "")
        _crawl(case.listed_by, earlier, folder, {"PHX_CASSETTE_RECORD": "none"}, dry=False)
        (folder / "asked.jsonl").unlink()
    with _recording_from(case, folder, mode) as recording:
        return _crawl(source, case, folder, {"PHX_CASSETTE_RECORD": mode, **recording}, dry=not case.listed_by)


@contextlib.contextmanager
def _recording_from(case: Case, folder: Path, mode: str) -> Iterator[dict[str, str]]:
    if mode != "replica":
        yield {}
        return
    with running(case.replica_options(_list(folder, case.home, ""))) as replica:
        yield {"PHX_CASSETTE_REPLICA": replica.url, "PHX_CASSETTE_PLANTED": written(case.planted)}


def _crawl(source: str, case: Case, folder: Path, recording: dict[str, str], dry: bool) -> Played:
    feed, log = folder / "items.json", folder / "asked.jsonl"
    handlers = {"http": HANDLER, "https": HANDLER, "file": None, "ftp": None, "s3": None, "data": None}
    command = ["crawl", source, "-a", f"addresses={_list(folder, case.home, case.link)}", "-a", f"dry_run={int(dry)}"]
    command += ["-O", str(feed), "-s", f"DOWNLOAD_HANDLERS={json.dumps(handlers)}"]
    command += ["-s", f"IMAGES_STORE={folder / 'store'}"]
    if recording["PHX_CASSETTE_RECORD"] != "live":
        command += ["-s", "PHX_DELAY_SCALE=0"]
    variables = {"PHX_CASSETTE": f"{source}_{case.name}", "PHX_CASSETTE_LOG": str(log), **recording}
    done = fork_server.run(command, {**environment(), **variables}, timeout=300)
    output = done.stdout + done.stderr
    assert "Traceback" not in output, output
    (item,) = json.loads(feed.read_text(encoding="utf-8"))
    return Played(item, [Asked(**json.loads(line)) for line in log.read_text(encoding="utf-8").splitlines()], output)


def _list(folder: Path, home: str, link: str) -> Path:
    """A list of the one home, with a link if there is one."""
    file = folder / ("linked.csv" if link else "homes.csv")
    with file.open("w", newline="", encoding="utf-8") as lines:
        csv.writer(lines).writerows([["address", "link"], [home, link]] if link else [["address"], [home]])
    return file

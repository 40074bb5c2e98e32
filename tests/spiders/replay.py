"""Crawls from a cassette: spider, pages, middlewares and pipelines are real, the responses are recorded."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from phx_scraper.replica import Options, running
from tests.integration import fork_server
from tests.integration.crawls import environment

HANDLER = "tests.spiders.cassette_handler.CassetteDownloadHandler"


@dataclass(frozen=True)
class Played:
    """The items that a dry run yielded, and what it printed."""

    items: list[dict[str, Any]]
    output: str


def play(spider: str, cassette: str, address: str, folder: Path, mode: str, options: Options) -> Played:
    """A dry run of one home from `cassette`; `mode` is none (replay), replica or live (record anew)."""
    with _recording_from(mode, options) as recording:
        return _crawl(spider, address, folder, {"PHX_CASSETTE": cassette, "PHX_CASSETTE_RECORD": mode, **recording})


@contextlib.contextmanager
def _recording_from(mode: str, options: Options) -> Iterator[dict[str, str]]:
    if mode != "replica":
        yield {}
        return
    with running(options) as replica:
        yield {"PHX_CASSETTE_REPLICA": replica.url}


def _crawl(spider: str, address: str, folder: Path, recording: dict[str, str]) -> Played:
    feed = folder / "items.json"
    handlers = {"http": HANDLER, "https": HANDLER, "file": None, "ftp": None, "s3": None, "data": None}
    command = ["crawl", spider, "-a", f"address={address}", "-a", "dry_run=1"]
    command += ["-O", str(feed), "-s", f"DOWNLOAD_HANDLERS={json.dumps(handlers)}"]
    command += ["-s", f"IMAGES_STORE={folder / 'store'}"]
    if recording["PHX_CASSETTE_RECORD"] != "live":
        command += ["-s", "PHX_DELAY_SCALE=0"]
    done = fork_server.run(command, {**environment(), **recording}, timeout=120)
    output = done.stdout + done.stderr
    assert "Traceback" not in output, output
    items = json.loads(feed.read_text(encoding="utf-8")) if feed.exists() and feed.stat().st_size else []
    return Played(items, output)

"""`scrapy crawl --json`: the run's record on standard output, and nothing else there."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from phx_scraper.replica import Options, Replica, running
from tests.integration import fork_server
from tests.integration.crawls import command, environment

HOME = "4700 W Davis Rd, Glendale, AZ 85306"


@pytest.fixture(scope="module")
def replica() -> Iterator[Replica]:
    with running(Options(photos=(2, 2), kinds=frozenset(), width=384)) as server:
        yield server


def crawled(store: Path, url: str, *words: str, **arguments: object) -> subprocess.CompletedProcess[str]:
    line = command("redfin", store, url, {"address": HOME, **arguments}, {})
    return fork_server.run([*line[3:], "--json", *words], environment(), timeout=300)


def test_the_record_of_the_run_stands_on_standard_output(replica: Replica, tmp_path: Path) -> None:
    done = crawled(tmp_path / "store", replica.url)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    [record] = (tmp_path / "store/metadata/runs").glob("run_*.json")
    assert told == json.loads(record.read_text())
    assert told["ending"] == "finished"
    assert told["homes"][HOME]["redfin"]["outcome"] == "ok"
    assert "2 photos found" in " ".join(done.stderr.split())


def test_a_dry_run_tells_its_own_though_it_keeps_none(replica: Replica, tmp_path: Path) -> None:
    told = json.loads(crawled(tmp_path / "store", replica.url, dry_run=1).stdout)
    assert (told["ending"], told["sources"]["redfin"]["visits"]) == ("finished", {"ok": 1})
    assert not (tmp_path / "store").exists()


def test_wrong_use_is_a_document_too(replica: Replica, tmp_path: Path) -> None:
    done = crawled(tmp_path / "store", replica.url, force="perhaps")
    assert done.returncode == 2
    assert json.loads(done.stdout)["error"]["code"] == "wrong_use"
    done = crawled(tmp_path / "store", replica.url, "-o", "-:json")
    assert done.returncode == 2
    assert "standard output" in json.loads(done.stdout)["error"]["message"]

"""Crawls from cron: settings in a file beside the list, silence unless a person is needed, a chosen exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from phx_scraper.replica import Options, Replica, running
from tests.integration.crawls import REPOSITORY, environment
from tests.integration.test_terminal import on_terminal

HOME = "4700 W Davis Rd, Glendale, AZ 85306"


@pytest.fixture(scope="module")
def replica() -> Iterator[Replica]:
    """Each home shows fewer photos than it claims."""
    with running(Options(photos=(2, 3), only=("overclaim",), width=384)) as server:
        yield server


@pytest.fixture
def lists(replica: Replica, tmp_path: Path) -> Path:
    """A folder with a list and the settings for it."""
    folder = tmp_path / "lists"
    folder.mkdir()
    (folder / "homes.csv").write_text(f'full_address\n"{HOME}"\n')
    lines = ['IMAGES_STORE = "pictures"', f'PHX_REPLICA_URL = "{replica.url}"', "PHX_IMAGE_WORKERS = 1"]
    (folder / "phx.toml").write_text("\n".join(["[settings]", *lines, "PHX_DELAY_SCALE = 9", ""]))
    return folder


def _plain_environment() -> dict[str, str]:
    """Without the settings of the suite: what is told of the user's own is the test's."""
    return {name: value for name, value in environment().items() if not name.startswith("PHX_")}


def crawl(lists: Path, *options: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A crawl that is started in another folder than the list's."""
    line = [sys.executable, "-m", "scrapy", "crawl", "zillow", "-a", f"addresses={lists / 'homes.csv'}", *options]
    more = {"SCRAPY_SETTINGS_MODULE": "phx_scraper.settings", "PHX_DELAY_SCALE": "0", **variables}
    return subprocess.run(
        line,
        cwd=lists.parent,
        env=_plain_environment() | {"PYTHONPATH": os.pathsep.join(sys.path)} | more,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def last_record(lists: Path) -> dict[str, object]:
    newest = max((lists / "pictures" / "metadata" / "runs").glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
    totals: dict[str, object] = json.loads(newest.read_text(encoding="utf-8"))["totals"]
    return totals


def test_a_file_beside_the_list_gives_the_settings_and_the_environment_has_precedence(lists: Path) -> None:
    done = crawl(lists)
    assert done.returncode == 0, done.stderr
    assert list((lists / "pictures" / "homes").glob("*/img_001.png"))
    assert (
        f"Settings of yours: {lists / 'phx.toml'} (IMAGES_STORE, PHX_REPLICA_URL, PHX_IMAGE_WORKERS);"
        " the environment (PHX_DELAY_SCALE)." in done.stderr
    )


def test_a_job_goes_on_with_the_settings_that_it_was_begun_with(lists: Path) -> None:
    assert crawl(lists, "-s", f"JOBDIR={lists / 'job'}", "--quiet").returncode == 0
    kept = json.loads((lists / "job" / "job.json").read_text(encoding="utf-8"))["settings"]
    assert kept["IMAGES_STORE"] == str(lists / "pictures")
    assert sorted(kept) == ["IMAGES_STORE", "PHX_DELAY_SCALE", "PHX_IMAGE_WORKERS", "PHX_REPLICA_URL"]
    (lists / "phx.toml").unlink()
    line = [sys.executable, "-m", "scrapy", "crawl", "zillow", "-s", f"JOBDIR={lists / 'job'}"]
    done = subprocess.run(line, cwd=REPOSITORY, env=_plain_environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert f"Pictures: {lists / 'pictures' / 'homes'}" in done.stderr


def test_quiet_says_nothing_where_no_person_is_needed(lists: Path) -> None:
    done = crawl(lists, "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    totals = last_record(lists)
    assert (totals["fail_on"], totals["problems"]) == (["blocked", "error"], {"blocked": 0, "error": 0, "shortfall": 1})
    needed = crawl(lists, "--fail-on", "shortfall", PHX_QUIET="yes")
    assert needed.returncode == 1
    assert "Run " in needed.stderr
    assert "photos at" not in needed.stderr
    assert " INFO " not in needed.stderr
    assert last_record(lists)["fail_on"] == ["shortfall"]


def test_quiet_on_a_terminal_shows_no_bar(lists: Path) -> None:
    line = [sys.executable, "-m", "scrapy", "crawl", "zillow", "-a", f"addresses={lists / 'homes.csv'}", "--quiet"]
    assert on_terminal(line, 24, 80, PHX_DELAY_SCALE="0") == ""


def test_what_was_refused_makes_the_exit_code_only_where_it_is_wished(lists: Path) -> None:
    with running(Options(photos=(2, 2), kinds=frozenset(), width=384, refuse=(("zillow", 1),))) as refusing:
        url = {"PHX_REPLICA_URL": refusing.url, "PHX_BREAKER_MAX_WAIT": "0"}
        assert crawl(lists, "--quiet", "--fail-on", "error,shortfall", **url).stderr == ""
        refused = crawl(lists, "-a", "fresh=1", "--quiet", **url)
    assert refused.returncode == 1
    assert f"  blocked: {HOME} at zillow (forbidden)" in refused.stderr


def test_a_word_that_is_none_is_wrong_use(lists: Path) -> None:
    done = crawl(lists, "--fail-on", "blokced")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("scrapy crawl: PHX_FAIL_ON is 'blokced': set it to blocked, error or shortfall")

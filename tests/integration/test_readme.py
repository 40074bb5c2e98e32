"""The commands of README's "Use it" run as typed in a fresh checkout, and write the files that it names."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from phx_scraper.replica import Options, Replica, running
from phx_scraper.views.feed_records import PHOTO, fixed_columns
from tests.integration.crawls import REPOSITORY, environment, outcomes

README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
FEEDS = (REPOSITORY / "docs" / "feeds.md").read_text(encoding="utf-8")
USE_IT = README.partition("## Use it")[2].partition("### ")[0]
BLOCKS = re.findall(r"^```\n(.*?)^```$", USE_IT, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def replica() -> Iterator[Replica]:
    with running(Options(photos=(1, 2), width=384)) as server:
        yield server


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A fresh checkout with the person's own list beside it; `.venv/bin/activate` puts this Python first."""
    for name in ("scrapy.cfg", "phx_scraper"):
        (tmp_path / name).symlink_to(REPOSITORY / name)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "phx_homes.csv").symlink_to(REPOSITORY / "data" / "phx_homes.csv")
    (tmp_path / "homes.tsv").write_text("4732 W Davis Rd, Glendale, AZ 85306\t3 beds\n", encoding="utf-8")
    binaries = tmp_path / ".venv" / "bin"
    binaries.mkdir(parents=True)
    (binaries / "scrapy").write_text(f'#!/bin/sh\nexec {sys.executable} -m scrapy "$@"\n', encoding="utf-8")
    (binaries / "scrapy").chmod(0o755)
    (binaries / "activate").write_text(f'PATH="{binaries}:$PATH"\n', encoding="utf-8")
    return tmp_path


def run(checkout: Path, commands: str, replica: Replica) -> str:
    """Run the lines in one shell, against the replica; stops at exit code 2 or 3."""
    settings = f"-s PHX_REPLICA_URL={replica.url} -s PHX_DELAY_SCALE=0"
    lines = []
    for line in commands.strip().splitlines():
        line = re.sub(r"\bscrapy crawl (\w+)", rf"scrapy crawl \1 {settings}", line)
        lines.append(f"{line} || [ $? = 1 ]" if "scrapy crawl" in line else line)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(lines)],
        cwd=checkout, env=environment(), capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_the_commands_run_as_typed_and_the_layout_names_what_they_leave(checkout: Path, replica: Replica) -> None:
    commands, layout = BLOCKS
    said = run(checkout, commands, replica)
    assert said.count("homes, ") >= 2
    store = checkout / "data" / "images"
    assert len(outcomes(store)) == 16 * 4 + 1, "sixteen homes at four sources, and the one that was typed"
    known = {
        entry.rstrip("/").replace("…", "*") for line in layout.splitlines() for entry in line.split("  ")[0].split()
    }
    left = [path for path in store.glob("*") if path.is_dir()] + [*store.glob("metadata/*")]
    parts = {str(path.relative_to(store)) for path in left} - {".tmp", "metadata", "homes"}
    unnamed = {name for name in parts if not any(name == one or one.startswith(f"{name}/") for one in known)}
    assert unnamed - {"metadata/catalogue.sqlite-wal", "metadata/catalogue.sqlite-shm"} == set()


def test_the_feeds_of_their_document(checkout: Path, replica: Replica) -> None:
    (commands,) = re.findall(r"^```\n(.*?)^```$", FEEDS, re.MULTILINE | re.DOTALL)
    run(
        checkout,
        "source .venv/bin/activate\n" + commands.replace("data/phx_homes.csv", "data/phx_homes.csv -a limit=2"),
        replica,
    )
    assert (checkout / "homes.jsonl").read_text(encoding="utf-8").count("\n") == 8
    header = (checkout / "photos.csv").read_text(encoding="utf-8").partition("\n")[0].strip().split(",")
    assert header[: len(fixed_columns())] == fixed_columns()
    fields = set(re.findall(r"`(\w+)`", FEEDS.partition("| field |")[2].partition("\n\n")[0]))
    record = (checkout / "homes.jsonl").read_text(encoding="utf-8").splitlines()[0]
    names = set(json.loads(record))
    assert names - fields == set(), "fields that the document does not name"
    assert set(PHOTO) - fields == set()

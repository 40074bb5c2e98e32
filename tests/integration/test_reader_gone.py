"""A reader that has enough, as `| head`, ends no crawl and causes no traceback."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from phx_scraper.replica import Options, running
from tests.integration.crawls import REPOSITORY, command, environment, outcomes

ADDRESS = "4141 W Cielo Grande, Glendale, AZ 85310"


@contextlib.contextmanager
def closed_pipe() -> Iterator[BinaryIO]:
    """The writing end of a pipe whose reader is gone."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        yield pipe


@pytest.mark.parametrize("words", [["version", "-v"], ["version", "--qqq", "--json"]], ids=str)
def test_a_command_ends_without_a_word(words: list[str], tmp_path: Path) -> None:
    line = [sys.executable, "-m", "phx_scraper", *words]
    env = {**environment(), "PYTHONPATH": str(REPOSITORY)}
    with closed_pipe() as pipe:
        done = subprocess.run(line, cwd=tmp_path, env=env, stdout=pipe, stderr=subprocess.PIPE, text=True, check=False)
    if "--qqq" in words:
        assert (done.returncode, done.stderr) == (
            2,
            "phx-scraper version: there is no option --qqq; -h shows all\n",
        )
    else:
        assert (done.returncode, done.stderr) == (141, "")


def test_a_crawl_goes_on_to_its_end(tmp_path: Path) -> None:
    with running(Options(photos=(1, 2), width=384, kinds=frozenset())) as replica, closed_pipe() as pipe:
        line = command("zillow", tmp_path, replica.url, {"address": ADDRESS}, {})
        done = subprocess.run(line, cwd=REPOSITORY, env=environment(), stdout=pipe, stderr=pipe, check=False)
    assert done.returncode == 0
    assert outcomes(tmp_path) == {(ADDRESS, "zillow"): "ok"}
    assert list((tmp_path / "metadata" / "runs").iterdir())

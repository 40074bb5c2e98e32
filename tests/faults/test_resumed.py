"""Resumed runs that are stopped again: they end like first runs, and lose nothing."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from phx_scraper import settings as project
from phx_scraper.replica import Options, Replica, running
from phx_scraper.storage.files import paths
from phx_scraper.storage.process_identity import this_holder
from tests.faults.disk_shim import INJECTED
from tests.faults.fault_routes import ReceivedRequest
from tests.faults.intercepting_proxy import InterceptingProxy
from tests.faults.store_damage import leftovers, permanent_damage
from tests.integration import crawls

HOME = "15230 N 37th Way, Phoenix, AZ 85032"
STOPPED = 3
MINE = this_holder()
# A stopped run ends within ten seconds on an idle machine; a busy one has a longer limit.
HANGS_AFTER = 60.0
# Slow enough to be stopped in the middle of its photos.
SLOW = {"PHX_DELAY_SCALE": 0.3, "PHX_IMAGE_WORKERS": 1}


class FailingPipeline:
    """A user's pipeline with a bug."""

    def process_item(self, item: object) -> object:
        raise ZeroDivisionError("a bug in a user's pipeline")


@dataclass(frozen=True)
class Half:
    """A store whose one visit was stopped in the middle of its photos, and the replica it came from."""

    replica: Replica
    store: Path

    def line(self, settings: Mapping[str, Any] | None = None) -> list[str]:
        """The command that resumes it."""
        return crawls.command("zillow", self.store, self.replica.url, {"address": HOME}, {**SLOW, **(settings or {})})

    def states(self) -> dict[str, int]:
        """Photos by state."""
        return dict(crawls.rows(self.store, "SELECT state, count(*) FROM photos GROUP BY state"))


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Half]:
    """A run that was stopped during its photos."""
    with running(Options(photos=(30, 30), width=480, kinds=frozenset())) as replica:
        made = Half(replica, tmp_path_factory.mktemp("stopped") / "data")
        code, printed = ended(made.line(), replica, signal.SIGTERM)
        assert code == STOPPED, printed
        assert made.states()["pending"] > 10, made.states()
        yield made


@pytest.fixture
def half(stopped: Half, tmp_path: Path) -> Half:
    """A copy of it."""
    return Half(stopped.replica, Path(shutil.copytree(stopped.store, tmp_path / "data")))


def ended(
    line: Sequence[str], replica: Replica, *signals: signal.Signals, before: Callable[[], None] = lambda: None
) -> tuple[int, str]:
    """Exit code and output of a crawl that gets these signals in the middle; fails where it does not end."""
    replica.reset()
    with (
        crawls.held_at(replica, 4) if signals else nullcontext(lambda: None) as in_its_midst,
        subprocess.Popen(
            line, cwd=crawls.REPOSITORY, env=crawls.environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as process,
    ):  # fmt: skip
        try:
            in_its_midst()
            before()
            for one in signals:
                os.killpg(process.pid, one)
            replica.release()
            printed, _ = process.communicate(timeout=HANGS_AFTER)
        except subprocess.TimeoutExpired:
            pytest.fail(f"still there {HANGS_AFTER:g} s later: {' '.join(line)}")
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    return process.returncode, printed.decode(errors="replace")


def assert_the_next_run_completes(half: Half) -> None:
    """All photos are stored, none was requested twice, and nothing is damaged or left over."""
    had = half.states().get("stored", 0)
    assert permanent_damage(half.store) == []
    code, printed = ended(half.line({"PHX_DELAY_SCALE": 0}), half.replica)
    assert code == 0, printed
    assert half.states() == {"stored": 30}
    assert crawls.requests(half.replica) == crawls.requests(half.replica, crawls.PHOTOS) == 30 - had
    assert leftovers(half.store) == []


@pytest.mark.parametrize("signals", [(signal.SIGTERM,), (signal.SIGINT,)], ids=["sigterm", "ctrl-c"])
def test_one_signal_stops_a_resumed_run(half: Half, signals: tuple[signal.Signals, ...]) -> None:
    code, printed = ended(half.line(), half.replica, *signals)
    assert code == STOPPED, printed
    assert "Continuing" in printed
    assert "run the same command again" in printed
    assert "Traceback" not in printed
    assert_the_next_run_completes(half)


def test_a_killed_resumed_run_loses_nothing(half: Half) -> None:
    code, _ = ended(half.line(), half.replica, signal.SIGKILL)
    assert code == -signal.SIGKILL
    assert_the_next_run_completes(half)


@pytest.mark.parametrize("fault", ["write:5:ENOSPC", "fsync:9:EIO", "rename:5:EIO", "commit:8:ENOSPC", "commit:8:EIO"])
def test_a_failing_or_full_disk_stops_a_resumed_run(half: Half, fault: str) -> None:
    line = half.line()
    code, printed = ended([line[0], "-m", "tests.faults.disk_shim", fault, *line[3:]], half.replica)
    assert INJECTED in printed
    assert code == STOPPED, printed
    assert "Traceback" not in printed
    assert_the_next_run_completes(half)


@pytest.mark.parametrize("name", ["EIO", "EINVAL"])
def test_a_crawl_without_hard_links_stops_and_resumes(half: Half, tmp_path: Path, name: str) -> None:
    """Every link is refused: by a NAS with EIO, by other file systems in other ways."""
    refusal = f"import errno, os\ndef refuse(*paths):\n    raise OSError(errno.{name}, '{name}')\nos.link = refuse\n"
    (tmp_path / "sitecustomize.py").write_text(refusal, encoding="utf-8")
    line = half.line({"PHX_DELAY_SCALE": 0})
    code, printed = ended(["env", f"PYTHONPATH={tmp_path}", *line], half.replica)
    assert code == 0, printed
    assert half.states() == {"stored": 30}
    (folder,) = (half.store / "homes").iterdir()
    assert [path.stat().st_nlink for path in folder.glob("img_*.png")] == [1] * 30
    assert leftovers(half.store) == []


@pytest.mark.parametrize(
    "bound", [{"PHX_MAX_MEMORY_MB": 1}, {"PHX_MIN_FREE_DISK_MB": 10**9}], ids=["memory", "free-disk"]
)
def test_a_resource_limit_stops_a_resumed_run(half: Half, bound: Mapping[str, Any]) -> None:
    code, printed = ended(half.line(bound), half.replica)
    assert code == STOPPED, printed
    assert next(iter(bound)) in printed
    assert_the_next_run_completes(half)


class SilentProxy(InterceptingProxy):
    """Takes every request and answers none."""

    async def respond(self, request: ReceivedRequest, writer: asyncio.StreamWriter) -> bool:
        self.faults[request.target] = "/silence"
        return await super().respond(request, writer)


def test_a_stall_stops_a_resumed_run(half: Half) -> None:
    """Where nothing is answered; a pause on purpose is none."""
    with SilentProxy(half.replica.url) as proxy:
        settings = {"PHX_REPLICA_URL": proxy.url(), "DOWNLOAD_TIMEOUT": 120, "PHX_STALL_SECONDS": 2}
        code, printed = ended(half.line(settings), half.replica)
    assert code == STOPPED, printed
    assert "PHX_STALL_SECONDS" in printed
    assert_the_next_run_completes(half)


@pytest.mark.parametrize(
    "bound", [{"CLOSESPIDER_TIMEOUT": 3}, {"CLOSESPIDER_TIMEOUT_NO_ITEM": 3}], ids=["timeout", "no-item"]
)
def test_scrapys_own_limits_stop_a_resumed_run(half: Half, bound: Mapping[str, Any]) -> None:
    code, printed = ended(half.line({**bound, "PHX_DELAY_SCALE": 30}), half.replica)
    assert code == STOPPED, printed
    assert "closespider_" in printed
    assert "Traceback" not in printed
    assert_the_next_run_completes(half)


def test_a_failing_pipeline_fails_its_visit_and_the_run_still_ends(half: Half) -> None:
    name = f"{FailingPipeline.__module__}.{FailingPipeline.__qualname__}"
    pipelines = {"ITEM_PIPELINES": json.dumps({**project.ITEM_PIPELINES, name: 250}), "PHX_BREAKER_COOLDOWN": 0}
    code, printed = ended(half.line(pipelines), half.replica)
    assert code == 1, printed
    assert "item_lost" in printed


def test_a_visit_taken_over_by_another_run_does_not_block_the_end(half: Half) -> None:
    def take_over() -> None:
        with sqlite3.connect(half.store / paths.CATALOGUE, timeout=30) as catalogue:
            catalogue.execute("UPDATE visits SET lease_run = 'other', lease_holder = ?, lease_until = 1e12", [MINE])

    code, printed = ended(half.line(), half.replica, signal.SIGTERM, before=take_over)
    assert code == STOPPED, printed
    assert "Traceback" not in printed
    with sqlite3.connect(half.store / paths.CATALOGUE) as catalogue:
        taken = catalogue.execute("SELECT lease_run, lease_holder FROM visits").fetchall()
        assert taken == [("other", MINE)]
        catalogue.execute("UPDATE visits SET lease_run = NULL, lease_holder = NULL, lease_until = NULL")
    assert_the_next_run_completes(half)


def test_the_last_step_of_a_resumed_visit_ends_the_run(half: Half) -> None:
    code, printed = ended(half.line({"PHX_DELAY_SCALE": 0}), half.replica)
    assert code == 0, printed
    assert half.states() == {"stored": 30}

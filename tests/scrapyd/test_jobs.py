"""Jobs of a real scrapyd, from the upload of the egg to resuming killed jobs."""

from __future__ import annotations

import os
import signal
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from phx_scraper.replica import Replica, truth
from tests.integration.crawls import ALL_SOURCES, TOKEN, assert_agrees_with_truth, held_at, rows
from tests.scrapyd.conftest import HOMES
from tests.scrapyd.daemon import PASSWORD, Daemon, children, is_running, wait
from tests.scrapyd.project import DEPLOY, scrapyd_deploy

ADDRESS = "; ".join(HOMES)
# So many photos are asked for when a test steps in.
MIDDLE = 30
IMAGE_WORKERS = 2
# What the settings allow between a request and the catalogue: photos, and one page of each visit in hand.
IN_FLIGHT = IMAGE_WORKERS * 2 + 12 + 3 * len(ALL_SOURCES)

Make = Callable[..., Daemon]


@dataclass(frozen=True)
class Undisturbed:
    """What one job left that nothing disturbed; `urls` says how often each page and photo was asked for."""

    deployed: str
    spiders: list[str]
    store: Path
    ending: Mapping[str, Any]
    urls: Mapping[str, int]
    job_log: str
    daemon_log: str


def settings(store: Path, replica: Replica) -> dict[str, Any]:
    """Pictures outside the egg, requests to the replica."""
    return {
        "IMAGES_STORE": store,
        "PHX_REPLICA_URL": replica.url,
        "PHX_DELAY_SCALE": 0,
        "PHX_IMAGE_WORKERS": IMAGE_WORKERS,
    }


@pytest.fixture(scope="module")
def expected(homes: Path, replica: Replica) -> Mapping[str, Any]:
    """The replica's truth of the homes."""
    return truth(homes, replica.options)


@pytest.fixture(scope="module")
def undisturbed(
    project: Path, home: Path, port: int, replica: Replica, tmp_path_factory: pytest.TempPathFactory
) -> Undisturbed:
    """The egg built and uploaded by `scrapyd-deploy`, and one job of the spider `all` run to its end."""
    folder = tmp_path_factory.mktemp("undisturbed")
    daemon = Daemon(folder / "scrapyd", port, DEPLOY / "scrapyd.conf")
    try:
        daemon.start()
        deployed = scrapyd_deploy(project, home, "--version", "1")
        assert deployed.returncode == 0, deployed.stdout + deployed.stderr
        spiders = daemon.ask("listspiders.json?project=phx_scraper")["spiders"]
        replica.reset()
        job = daemon.schedule("all", settings(folder / "pictures", replica), address=ADDRESS)
        daemon.wait_for(job)
        ending = daemon.ending(job)
    finally:
        daemon.end()
    logs = daemon.job_log("all", job), daemon.log()
    return Undisturbed(deployed.stdout, spiders, folder / "pictures", ending, replica.urls(), *logs)


def test_deploy_and_run_to_the_end(undisturbed: Undisturbed, expected: Mapping[str, Any]) -> None:
    assert '"status": "ok"' in undisturbed.deployed
    assert undisturbed.spiders == sorted([*ALL_SOURCES, "all"])
    assert_agrees_with_truth(undisturbed.store, expected, ALL_SOURCES)
    # The replica plants errors among these homes.
    assert undisturbed.ending["exit_code"] == 1, undisturbed.daemon_log
    assert undisturbed.ending["meaning"] == "some errors or refusals"


def test_what_a_job_prints(undisturbed: Undisturbed) -> None:
    assert f"{HOMES[0]} | phoenix_mls | ok" in undisturbed.job_log
    assert "Starting: 4 homes" in undisturbed.daemon_log
    printed = undisturbed.job_log + undisturbed.daemon_log
    assert "Traceback" not in printed
    assert "\x1b[" not in printed, "a bar was drawn into a file"
    for line in printed.splitlines():
        assert "phx_scraper/" not in line or "Warning" not in line, line
    for secret in (TOKEN, PASSWORD):
        assert secret not in printed


def test_the_egg_holds_the_package_and_nothing_else(egg: Path) -> None:
    names = zipfile.ZipFile(egg).namelist()
    assert "phx_scraper/commands/templates/page.py.tmpl" in names
    assert {name.split("/")[0] for name in names} == {"phx_scraper", "EGG-INFO"}


@dataclass
class Middle:
    """A job in the middle of its work."""

    daemon: Daemon
    job: str
    store: Path
    replica: Replica
    pids: list[int]
    asked: Mapping[str, int]
    settled: set[str]

    def look(self) -> None:
        """Remember what was asked for and what is stored, now that the job does no more; the replica answers again."""
        self.replica.release()
        self.asked = self.replica.urls()
        query = "SELECT fetched_url FROM photos WHERE state <> 'pending' AND fetched_url <> ''"
        self.settled = {"/" + url.partition("://")[2] for (url,) in rows(self.store, query)}

    def again(self, daemon: Daemon, **more: str) -> str:
        """Schedule the same work again; returns the job's id."""
        return daemon.schedule("all", settings(self.store, self.replica), address=ADDRESS, **more)


@pytest.fixture
def middle(daemon: Daemon, replica: Replica, tmp_path: Path, undisturbed: Undisturbed) -> Iterator[Middle]:
    """A job that has asked for some of its photos, and gets no more answers before `look`."""
    replica.reset()
    store = tmp_path / "pictures"
    with held_at(replica, MIDDLE) as in_its_midst:
        job = daemon.schedule("all", settings(store, replica), address=ADDRESS)
        in_its_midst()
        yield Middle(daemon, job, store, replica, daemon.jobs_pids(), {}, set())


def assert_nothing_lost(middle: Middle, undisturbed: Undisturbed, expected: Mapping[str, Any]) -> None:
    """The end state is the truth, and no more than what was in flight was asked for twice."""
    assert_agrees_with_truth(middle.store, expected, ALL_SOURCES)
    asked = middle.replica.urls()
    assert sum(middle.asked.values()) < sum(asked.values()), "the job was not disturbed before its end"
    assert sum(max(0, number - undisturbed.urls.get(url, 0)) for url, number in asked.items()) <= IN_FLIGHT
    again = {url for url, number in asked.items() if number > middle.asked.get(url, 0)}
    assert middle.settled
    assert not again & middle.settled


def wait_until_gone(pids: list[int], seconds: float = 120) -> None:
    """Return when none of the processes runs."""
    until = time.monotonic() + seconds
    while any(is_running(pid) for pid in pids):
        assert time.monotonic() < until, f"of {pids} some still run"
        wait(0.05)


@pytest.mark.parametrize("times", [1, 2])
def test_cancel_and_schedule_again(
    middle: Middle, undisturbed: Undisturbed, expected: Mapping[str, Any], times: int
) -> None:
    waiting = middle.again(middle.daemon)
    assert middle.daemon.cancel(waiting) == "pending"
    assert middle.daemon.jobs("pending") == []
    for _ in range(times):
        assert middle.daemon.cancel(middle.job) == "running"
    middle.daemon.wait_for(middle.job)
    wait_until_gone(middle.pids)
    assert middle.daemon.cancel(middle.job) is None, "it has ended"
    assert middle.daemon.ending(middle.job)["exit_code"] == 3
    middle.look()
    middle.daemon.wait_for(middle.again(middle.daemon))
    assert_nothing_lost(middle, undisturbed, expected)


def test_a_crawl_that_hangs_is_killed_and_its_slot_is_free(
    middle: Middle, undisturbed: Undisturbed, expected: Mapping[str, Any]
) -> None:
    decoders = [child for pid in middle.pids for child in children(pid)]
    assert decoders
    for pid in middle.pids:
        os.kill(pid, signal.SIGSTOP)
    assert middle.daemon.cancel(middle.job) == "running"
    assert middle.daemon.jobs("running") == [middle.job]
    assert middle.daemon.cancel(middle.job, "KILL") == "running"
    middle.daemon.wait_for(middle.job)
    wait_until_gone([*middle.pids, *decoders])
    assert middle.daemon.ending(middle.job)["signal"] == signal.SIGKILL
    middle.look()
    middle.daemon.wait_for(middle.again(middle.daemon))
    assert_nothing_lost(middle, undisturbed, expected)


def test_kill_everything_and_resume_at_a_new_daemon(
    middle: Middle, new_daemon: Make, egg: Path, undisturbed: Undisturbed, expected: Mapping[str, Any]
) -> None:
    middle.daemon.kill_with_jobs()
    wait_until_gone(middle.pids)
    middle.look()
    fresh = new_daemon("fresh", egg=egg)
    fresh.wait_for(middle.again(fresh))
    assert_nothing_lost(middle, undisturbed, expected)


def test_kill_the_daemon_alone(middle: Middle, undisturbed: Undisturbed, expected: Mapping[str, Any]) -> None:
    waiting = middle.again(middle.daemon)
    assert middle.daemon.jobs("pending") == [waiting]
    middle.daemon.kill()
    wait_until_gone(middle.pids)
    middle.look()
    middle.daemon.start()
    middle.daemon.wait_for(waiting)
    assert_nothing_lost(middle, undisturbed, expected)


def test_stop_the_daemon_and_resume_under_the_same_job_id(
    middle: Middle, undisturbed: Undisturbed, expected: Mapping[str, Any]
) -> None:
    middle.daemon.stop()
    assert not any(is_running(pid) for pid in middle.pids)
    middle.look()
    middle.daemon.start()
    assert middle.daemon.ending(middle.job)["exit_code"] == 3
    assert middle.daemon.jobs("finished") == [middle.job]
    middle.again(middle.daemon, jobid=middle.job)
    # The id is among the finished ones already, so that only its ending tells.
    until = time.monotonic() + 120
    while middle.daemon.ending(middle.job)["exit_code"] == 3:
        assert time.monotonic() < until, middle.daemon.log()
        wait(0.1)
    assert_nothing_lost(middle, undisturbed, expected)


@pytest.mark.parametrize("daemon", [1], indirect=True)
def test_a_crawl_that_does_not_stop_is_killed_with_the_daemon(
    middle: Middle, undisturbed: Undisturbed, expected: Mapping[str, Any]
) -> None:
    for pid in middle.pids:
        os.kill(pid, signal.SIGSTOP)
    middle.look()
    middle.daemon.stop()
    assert not any(is_running(pid) for pid in middle.pids)
    middle.daemon.start()
    ending = middle.daemon.ending(middle.job)
    assert (ending["exit_code"], ending["signal"]) == (None, signal.SIGKILL)
    assert ending["meaning"].startswith("died")
    middle.daemon.wait_for(middle.again(middle.daemon))
    assert_nothing_lost(middle, undisturbed, expected)

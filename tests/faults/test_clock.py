"""A wall clock that jumps or stands still, and a run suspended past its leases: nothing lost, nothing twice."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
from contextlib import closing, suppress
from pathlib import Path

import pytest

from phx_scraper.storage.files import paths
from tests.faults import interrupted_crawl
from tests.faults.baseline import Baseline, state
from tests.faults.store_damage import leftovers
from tests.integration import crawls
from tests.snapshot import differences

DAY = 86400


# A run that begins on another day names its pictures by that day, as does one near midnight.
@pytest.mark.parametrize("shifts", ["frozen", f"{DAY},0,{-2 * DAY}"], ids=["frozen", "jumping"])
def test_a_crawl_with_a_wrong_clock_gives_the_same_result(baseline: Baseline, shifts: str) -> None:
    store = baseline.folder / f"clock-{shifts}"
    baseline.replica.reset()
    line = baseline.command(store)
    code, printed = interrupted_crawl.run([line[0], "-m", "tests.faults.clock_shim", shifts, *line[3:]])
    assert code in interrupted_crawl.ENDED, printed
    assert "Traceback" not in printed
    assert differences(baseline.plain, state(store)) == []
    assert baseline.replica.urls() == baseline.urls


def hold_up(process: subprocess.Popen[bytes], store: Path) -> None:
    """Suspend a crawl while it does not write to the catalogue: a held lock would block all others."""
    while True:
        process.send_signal(signal.SIGSTOP)
        catalogue = sqlite3.connect(store / paths.CATALOGUE, timeout=0, isolation_level=None)
        with closing(catalogue), suppress(sqlite3.OperationalError):
            catalogue.execute("BEGIN IMMEDIATE")
            return
        process.send_signal(signal.SIGCONT)


def test_a_run_suspended_past_its_leases_loses_its_visits_and_changes_nothing(baseline: Baseline) -> None:
    store = baseline.folder / "held-up"
    baseline.replica.reset()
    line = baseline.command(store)
    with (
        crawls.held_at(baseline.replica, 9) as in_its_midst,
        subprocess.Popen(
            line, cwd=crawls.REPOSITORY, env=crawls.environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        ) as first,
    ):
        try:
            in_its_midst()
            hold_up(first, store)
            assert crawls.rows(store, "SELECT count(*) FROM visits WHERE lease_run IS NOT NULL") > [(0,)]
            baseline.replica.release()
            # A day later by its clock: the leases of the first, which is still alive, have expired.
            code, printed = interrupted_crawl.run([line[0], "-m", "tests.faults.clock_shim", str(DAY), *line[3:]])
            assert code in interrupted_crawl.ENDED, printed
            assert state(store).rows == baseline.plain.rows
            first.send_signal(signal.SIGCONT)
            printed = first.communicate(timeout=180)[0].decode()
        finally:
            first.kill()
    assert first.returncode in interrupted_crawl.ENDED, printed
    assert "Traceback" not in printed
    assert differences(baseline.plain, state(store)) == []
    assert leftovers(store) == []

"""Visits: which are due, who leases them, and what happens when a process is killed."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
import time

import pytest

from phx_scraper.errors import LeaseLost, StorageError
from phx_scraper.model.visit import DueVisit, VisitLease
from phx_scraper.storage.catalogue import leases, listings, registration, runs
from phx_scraper.storage.catalogue.photo_counts import visit_rows
from phx_scraper.storage.process_identity import is_dead, this_holder
from tests.catalogue_calls import read, write
from tests.unit.storage.catalogue_helpers import Collector, decide, finish_visit, homes, listing, usual

DAY = 86400.0
ELSEWHERE = "elsewhere/1/1:1:1"
HASHES = [home.property_hash for home in homes()]


@pytest.fixture
def begun(collector: Collector) -> Collector:
    write(collector.catalogue, runs.start, "run1", "all", {}, 1000.0)
    write(collector.catalogue, registration.register, homes(), ["zillow", "redfin"], "run1")
    return collector


def lease(
    begun: Collector, number: int = 0, run: str = "run1", now: float = 1000.0, holder: str = ELSEWHERE
) -> VisitLease:
    taken = write(begun.catalogue, leases.lease, DueVisit(HASHES[number], "zillow"), run, holder, now)
    assert taken is not None
    return taken


def finish(begun: Collector, outcome: str, now: float, not_before: float | None = None, number: int = 0) -> None:
    taken = lease(begun, number, now=now)
    finish_visit(begun.catalogue, taken, outcome, "why", decide, now, not_before)


def due(begun: Collector, now: float, refresh_days: float = 7) -> list[DueVisit]:
    return read(begun.catalogue, leases.due, HASHES[:1], ["zillow"], now, refresh_days)


def test_due_visits_come_by_home_then_source(begun: Collector) -> None:
    backwards = HASHES[::-1]
    found = read(begun.catalogue, leases.due, backwards, ["redfin", "zillow"], 1000.0, 7)
    assert found == [DueVisit(home, source) for home in backwards for source in ("redfin", "zillow")]
    assert read(begun.catalogue, leases.due, ["00000000"], ["zillow"], 1000.0, 7) == []
    assert read(begun.catalogue, leases.due, HASHES, ["phoenix_mls"], 1000.0, 7) == []


def test_registering_again_keeps_outcomes_and_adds_what_is_new(begun: Collector) -> None:
    finish(begun, "ok", 1001.0)
    write(begun.catalogue, registration.register, homes(), ["zillow", "phoenix_mls"], "run2")
    assert read(begun.catalogue, visit_rows, HASHES[:1], ["zillow"])[0].outcome == "ok"
    assert len(read(begun.catalogue, leases.due, HASHES, ["zillow", "redfin", "phoenix_mls"], 1002.0, 7)) == 11


@pytest.mark.parametrize("outcome", ["ok", "empty", "not_found"])
def test_good_visits_are_due_again_after_the_refresh_time(begun: Collector, outcome: str) -> None:
    finish(begun, outcome, 1001.0)
    assert due(begun, 1001.0 + 7 * DAY - 1) == []
    assert due(begun, 1001.0 + 7 * DAY) != []
    assert due(begun, 1001.0, refresh_days=0) != []


@pytest.mark.parametrize("outcome", ["blocked", "error"])
def test_failed_visits_are_due_after_their_cooldown(begun: Collector, outcome: str) -> None:
    finish(begun, outcome, 1001.0, not_before=1301.0)
    assert due(begun, 1300.0, refresh_days=0) == []
    assert due(begun, 1301.0) != []


def test_a_run_does_not_repeat_what_was_finished_since_it_began(begun: Collector) -> None:
    finish(begun, "ok", 1001.0)
    finish(begun, "error", 1001.0, number=1)
    write(begun.catalogue, runs.start, "run0", "all", {}, 999.0)
    write(begun.catalogue, runs.start, "run2", "all", {}, 1002.0)
    for number in (0, 1):
        visit = DueVisit(HASHES[number], "zillow")
        assert write(begun.catalogue, leases.lease, visit, "run1", ELSEWHERE, 1003.0) is None
        assert write(begun.catalogue, leases.lease, visit, "run0", ELSEWHERE, 1003.0) is None, (
            "another run that started earlier"
        )
        assert write(begun.catalogue, leases.lease, visit, "run2", ELSEWHERE, 1003.0) is not None


def test_a_leased_visit_cannot_be_leased_by_another_run(begun: Collector) -> None:
    taken = lease(begun)
    assert (taken.property_hash, taken.attempts, taken.needs_page, taken.photos) == (HASHES[0], 1, True, ())
    assert taken.slug == "4732-w-davis-rd-glendale-az-85306"
    for run in ("run1", "run2"):
        assert write(begun.catalogue, leases.lease, DueVisit(HASHES[0], "zillow"), run, "other/1/1:2:2", 1089.0) is None
    assert due(begun, 1089.0) == []
    assert read(begun.catalogue, leases.waiting, HASHES, ["zillow"], "run2", 1089.0) == [(HASHES[0], "zillow", 1090.0)]
    assert read(begun.catalogue, leases.waiting, HASHES, ["zillow"], "run1", 1089.0) == []


def test_an_expired_lease_is_taken_over_but_not_by_its_own_run(begun: Collector) -> None:
    first = lease(begun)
    assert write(begun.catalogue, leases.lease, DueVisit(HASHES[0], "zillow"), "run1", ELSEWHERE, 1090.0) is None
    second = lease(begun, run="run2", now=1090.0)
    assert second.attempts == 2
    with pytest.raises(LeaseLost, match="run run2 holds it now"):
        write(begun.catalogue, listings.record, first, listing("zillow", usual("zillow")), 1091.0)
    with pytest.raises(LeaseLost):
        finish_visit(begun.catalogue, first, "ok", "", decide, 1091.0)
    with pytest.raises(LeaseLost):
        write(begun.catalogue, leases.release, first)
    assert read(begun.catalogue, visit_rows, HASHES[:1], ["zillow"])[0].outcome == "pending"


def test_a_heartbeat_prolongs_all_leases_of_a_run(begun: Collector) -> None:
    lease(begun, 0)
    lease(begun, 1)
    lease(begun, 2, run="run2")
    assert write(begun.catalogue, leases.heartbeat, "run1", 1080.0) == 2
    assert [visit[0] for visit in read(begun.catalogue, leases.due, HASHES, ["zillow"], 1100.0, 7)] == HASHES[2:]


def test_released_visits_are_due_at_once_or_later(begun: Collector) -> None:
    write(begun.catalogue, leases.release, lease(begun), "stopped")
    assert due(begun, 1000.0) != []
    write(begun.catalogue, leases.release, lease(begun), "breaker open", not_before=1300.0)
    assert due(begun, 1299.0) == []
    assert due(begun, 1300.0) != []
    visit = read(begun.catalogue, visit_rows, HASHES[:1], ["zillow"])[0]
    assert (visit.outcome, visit.reason, visit.attempts) == ("pending", "breaker open", 2)


def test_attempts_are_reset_after_a_good_outcome(begun: Collector) -> None:
    finish(begun, "error", 1001.0, not_before=1002.0)
    finish(begun, "error", 1003.0, not_before=1004.0)
    assert read(begun.catalogue, visit_rows, HASHES[:1], ["zillow"])[0].attempts == 2
    finish(begun, "ok", 1005.0)
    assert read(begun.catalogue, visit_rows, HASHES[:1], ["zillow"])[0].attempts == 0


@pytest.mark.parametrize("outcome", ["pending", "fine", ""])
def test_only_known_outcomes_end_a_visit(begun: Collector, outcome: str) -> None:
    with pytest.raises(StorageError, match="no ending"):
        finish_visit(begun.catalogue, lease(begun), outcome, "", decide, 1001.0)


def test_the_end_of_a_run_releases_its_visits(begun: Collector) -> None:
    lease(begun)
    write(begun.catalogue, runs.finish, "run1", "stopped", {"homes": 4}, 1010.0)
    assert due(begun, 1010.0) != []
    run = read(begun.catalogue, runs.last, "all")
    assert run is not None
    assert (run.run_id, run.ending, run.totals, run.finished_at) == ("run1", "stopped", {"homes": 4}, 1010.0)
    assert read(begun.catalogue, runs.last, "zillow") is None


def test_a_run_id_is_used_once(begun: Collector) -> None:
    with pytest.raises(StorageError, match="run1"):
        write(begun.catalogue, runs.start, "run1", "all", {}, 1.0)


def test_the_lease_of_a_dead_process_expires_at_once(begun: Collector) -> None:
    script = "from phx_scraper.storage.process_identity import this_holder; print(this_holder()); input()"
    process = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with process:
        assert process.stdout is not None
        holder = process.stdout.readline().strip()
        lease(begun, holder=holder)
        assert not is_dead(holder)
        assert due(begun, 1001.0) == []
        process.kill()
        process.wait()
    assert is_dead(holder)
    assert due(begun, 1001.0) != []
    assert read(begun.catalogue, leases.waiting, HASHES, ["zillow"], "run2", 1001.0) == []
    assert lease(begun, run="run2", now=1001.0).attempts == 2


def test_a_zombie_process_is_dead() -> None:
    script = "from phx_scraper.storage.process_identity import this_holder; print(this_holder()); input()"
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        holder = process.stdout.readline().strip()
        process.kill()
        assert process.stdout.read() == ""  # the end of its output: it has gone, its exit code is still unread
        until = time.monotonic() + 60
        while not is_dead(holder):
            assert time.monotonic() < until


@pytest.mark.parametrize("holder", [ELSEWHERE, "", "x", "a:b:c", "::"])
def test_unknown_holders_count_as_alive(holder: str) -> None:
    assert not is_dead(holder)


def test_a_recycled_pid_is_another_process() -> None:
    host, pid, start = this_holder().split(":")
    assert not is_dead(f"{host}:{pid}:{start}")
    assert is_dead(f"{host}:{pid}:{int(start) - 1}")


def test_two_homes_with_one_slug_have_separate_folders(collector: Collector) -> None:
    (one,) = homes(1)
    twin = dataclasses.replace(
        one, property_hash="ffffffff", parsed=dataclasses.replace(one.parsed, name=f"{one.parsed.name}.")
    )
    assert twin.slug == one.slug
    write(collector.catalogue, registration.register, [one, twin], ["zillow"], "run1")
    rows = read(collector.catalogue, visit_rows, [one.property_hash, twin.property_hash], ["zillow"])
    assert [row.slug for row in rows] == [one.slug, f"{one.slug}-{twin.property_hash}"]

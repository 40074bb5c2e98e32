"""What a lease grants, what it writes, and which rows it leaves alone."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import Any

import pytest

from phx_scraper.model.visit import DueVisit, VisitLease
from phx_scraper.storage import crash_points
from phx_scraper.storage.catalogue import leases, listings, registration, runs
from phx_scraper.storage.files import paths
from phx_scraper.storage.process_identity import this_holder
from tests.catalogue_calls import read, write
from tests.unit.storage.catalogue_helpers import ADDRESSES, Collector, Shown, decide, finish_visit, homes, listing

pytestmark = pytest.mark.file_only

HASHES = [home.property_hash for home in homes()]
ELSEWHERE, NOW = "elsewhere/1/1:1:1", 5000.0
PHOTOS = [Shown("b", "kitchen"), Shown("a", "front"), Shown("c", "yard")]


@pytest.fixture
def begun(collector: Collector) -> Collector:
    for run, started in (("run1", 1000.0), ("run2", 4000.0)):
        write(collector.catalogue, runs.start, run, "all", {}, started)
    write(collector.catalogue, registration.register, homes(), ["zillow", "redfin"], "run1")
    return collector


def lease(begun: Collector, run: str = "run1", now: float = NOW, source: str = "zillow", number: int = 0) -> VisitLease:
    held = write(begun.catalogue, leases.lease, DueVisit(HASHES[number], source), run, ELSEWHERE, now)
    assert held is not None
    return held


def selected(begun: Collector, query: str) -> list[dict[str, Any]]:
    """What the catalogue's file holds, read past the code under test."""
    with contextlib.closing(sqlite3.connect(begun.root / paths.CATALOGUE)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(query)]


def rows(begun: Collector) -> dict[tuple[str, str], dict[str, Any]]:
    """The visits by home and source."""
    return {(row["property_hash"], row["source"]): row for row in selected(begun, "SELECT * FROM visits")}


def listed(begun: Collector) -> VisitLease:
    """A visit that died after its page was recorded."""
    held = lease(begun)
    first, *_ = write(begun.catalogue, listings.record, held, listing("zillow", PHOTOS), NOW)
    begun.fetch(first)
    write(begun.catalogue, leases.release, held, "stopped")
    return held


def test_a_first_lease_grants_the_home_and_its_page(begun: Collector) -> None:
    held = lease(begun)
    assert held == VisitLease(
        property_hash=HASHES[0], address=ADDRESSES[0], slug="4732-w-davis-rd-glendale-az-85306", source="zillow",
        run_id="run1", holder=ELSEWHERE, attempts=1, needs_page=True, listing=None,
    )  # fmt: skip


def test_a_lease_after_the_page_grants_what_is_missing_in_gallery_order(begun: Collector) -> None:
    listed(begun)
    held = lease(begun, run="run2")
    assert (held.run_id, held.attempts, held.needs_page) == ("run2", 2, False)
    assert [photo.key for photo in held.photos] == ["a", "c"]
    assert held.listing is not None
    assert held.listing.url == "https://zillow.example/home"


def test_photos_of_other_sources_and_homes_are_not_granted(begun: Collector) -> None:
    listed(begun)
    other = lease(begun, source="redfin")
    assert (other.needs_page, other.photos, other.listing) == (True, (), None)
    write(begun.catalogue, listings.record, other, listing("redfin", [Shown("r", "front")]), NOW)
    assert [photo.key for photo in lease(begun, run="run2").photos] == ["a", "c"]
    assert lease(begun, number=1).photos == ()


def test_each_source_has_a_last_listing_of_its_own(begun: Collector) -> None:
    held, other = lease(begun), lease(begun, source="redfin")
    for now in (NOW, NOW + 1):
        write(begun.catalogue, listings.record, held, listing("zillow", PHOTOS), now)
    write(begun.catalogue, listings.record, other, listing("redfin", [Shown("r", "front")]), NOW)
    for each in (held, other):
        write(begun.catalogue, leases.release, each, "stopped")
    assert [photo.key for photo in lease(begun, run="run2").photos] == ["b", "a", "c"]
    assert [photo.key for photo in lease(begun, run="run2", source="redfin").photos] == ["r"]


def test_photos_that_the_last_listing_shows_no_more_are_not_granted(begun: Collector) -> None:
    held = lease(begun)
    write(begun.catalogue, listings.record, held, listing("zillow", PHOTOS), NOW)
    write(begun.catalogue, listings.record, held, listing("zillow", PHOTOS[:2]), NOW + 1)
    write(begun.catalogue, leases.release, held, "stopped")
    again = lease(begun, run="run2")
    assert [photo.key for photo in again.photos] == ["b", "a"]


def test_what_the_list_says_of_a_home_and_other_sources_comes_along(begun: Collector) -> None:
    held = lease(begun, source="redfin")
    write(begun.catalogue, listings.record, held, listing("redfin", PHOTOS), NOW)
    finish_visit(begun.catalogue, held, "ok", "", decide, NOW)
    assert [row.source for row in lease(begun).others] == ["redfin"]


def test_a_lease_writes_its_own_row_alone(begun: Collector) -> None:
    before = rows(begun)
    lease(begun)
    after = rows(begun)
    mine = after.pop((HASHES[0], "zillow"))
    assert {key: before[key] for key in after} == after
    changed = {name: value for name, value in mine.items() if value != before[HASHES[0], "zillow"][name]}
    assert changed == {
        "lease_run": "run1", "lease_holder": ELSEWHERE, "lease_until": NOW + leases.LEASE_SECONDS, "started_at": NOW,
        "attempts": 1,
    }  # fmt: skip


def test_a_release_writes_its_own_row_alone_and_keeps_the_rest(begun: Collector) -> None:
    held = lease(begun)
    lease(begun, source="redfin")
    lease(begun, number=1)
    before = rows(begun)
    write(begun.catalogue, leases.release, held, "breaker open", 6000.0)
    after = rows(begun)
    mine = after.pop((HASHES[0], "zillow"))
    assert {key: before[key] for key in after} == after
    changed = {name: value for name, value in mine.items() if value != before[HASHES[0], "zillow"][name]}
    assert changed == {
        "lease_run": None, "lease_holder": None, "lease_until": None, "reason": "breaker open", "not_before": 6000.0
    }  # fmt: skip


def test_a_release_without_a_time_keeps_the_one_there_was_and_drops_the_detail(begun: Collector) -> None:
    held = lease(begun)
    finish_visit(begun.catalogue, held, "error", "timeout", decide, NOW, NOW + 10, detail="after 3 tries")
    held = lease(begun, run="run2", now=NOW + 10)
    assert rows(begun)[HASHES[0], "zillow"]["detail"] == "after 3 tries"
    write(begun.catalogue, leases.release, held, "stopped", None)
    row = rows(begun)[HASHES[0], "zillow"]
    assert (row["not_before"], row["reason"], row["detail"]) == (NOW + 10, "stopped", "")


def test_a_heartbeat_prolongs_by_as_much_as_a_lease_lasts(begun: Collector) -> None:
    lease(begun)
    lease(begun, run="run2", number=1)
    assert write(begun.catalogue, leases.heartbeat, "run1", NOW + 50) == 1
    assert write(begun.catalogue, leases.heartbeat, "nobody", NOW + 50) == 0
    until = {key: row["lease_until"] for key, row in rows(begun).items() if row["lease_run"]}
    assert until == {(HASHES[0], "zillow"): NOW + 50 + 90, (HASHES[1], "zillow"): NOW + 90}


def test_what_is_not_on_the_list_cannot_be_leased(begun: Collector) -> None:
    assert write(begun.catalogue, leases.lease, DueVisit("00000000", "zillow"), "run1", ELSEWHERE, NOW) is None
    assert write(begun.catalogue, leases.lease, DueVisit(HASHES[0], "phoenix_mls"), "run1", ELSEWHERE, NOW) is None
    assert all(row["lease_run"] is None for row in rows(begun).values())


def test_a_run_that_nobody_noted_began_now(begun: Collector) -> None:
    held = lease(begun)
    finish_visit(begun.catalogue, held, "ok", "", decide, NOW)
    assert write(begun.catalogue, leases.lease, DueVisit(HASHES[0], "zillow"), "unknown", ELSEWHERE, NOW - 1) is None
    assert write(begun.catalogue, leases.lease, DueVisit(HASHES[0], "zillow"), "unknown", ELSEWHERE, NOW) is not None


@pytest.mark.parametrize("outcome", ["blocked", "error"])
def test_a_bad_ending_without_a_time_is_tried_once_a_run(begun: Collector, outcome: str) -> None:
    finish_visit(begun.catalogue, lease(begun), outcome, "why", decide, NOW)
    write(begun.catalogue, runs.start, "later", "all", {}, NOW)
    assert read(begun.catalogue, leases.due, HASHES[:1], ["zillow"], NOW - 1, 7) == []
    assert read(begun.catalogue, leases.due, HASHES[:1], ["zillow"], NOW, 7) == [DueVisit(HASHES[0], "zillow")]
    assert write(begun.catalogue, leases.lease, DueVisit(HASHES[0], "zillow"), "run2", ELSEWHERE, NOW + 1) is None
    assert write(begun.catalogue, leases.lease, DueVisit(HASHES[0], "zillow"), "later", ELSEWHERE, NOW + 1) is not None


def test_a_lease_holds_to_its_last_moment(begun: Collector) -> None:
    lease(begun)
    until = NOW + 90
    assert [visit[2] for visit in read(begun.catalogue, leases.waiting, HASHES, ["zillow"], "run2", until - 0.5)] == [
        until
    ]
    assert read(begun.catalogue, leases.waiting, HASHES, ["zillow"], "run2", until) == []
    assert DueVisit(HASHES[0], "zillow") in read(begun.catalogue, leases.due, HASHES, ["zillow"], until, 7)


def test_others_are_waited_for_by_home_then_source(begun: Collector) -> None:
    for number, source in ((1, "redfin"), (0, "zillow"), (0, "redfin")):
        lease(begun, number=number, source=source)
    lease(begun, run="run2", number=2)
    waiting = read(begun.catalogue, leases.waiting, HASHES, ["redfin", "zillow"], "run2", NOW)
    assert [visit[:2] for visit in waiting] == [
        (HASHES[0], "redfin"), (HASHES[0], "zillow"), (HASHES[1], "redfin")
    ]  # fmt: skip


def test_a_home_that_is_named_twice_is_due_once(begun: Collector) -> None:
    found = read(begun.catalogue, leases.due, [HASHES[1], HASHES[0], HASHES[1]], ["zillow"], NOW, 7)
    assert found == [DueVisit(HASHES[1], "zillow"), DueVisit(HASHES[0], "zillow")]


def test_crash_points_lie_around_the_row(begun: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    hits: list[str] = []
    monkeypatch.setattr(crash_points, "hit", hits.append)
    lease(begun)
    assert [name for name in hits if name.startswith("lease")] == ["lease.before", "lease.after"]


def test_a_lease_makes_the_views_out_of_date(begun: Collector) -> None:
    changes = "SELECT value FROM meta WHERE key = 'view_changes'"
    before = int(selected(begun, changes)[0]["value"])
    lease(begun)
    assert int(selected(begun, changes)[0]["value"]) == before + 1


def test_how_many_runs_are_at_work_on_each_source(begun: Collector) -> None:
    lease(begun)
    lease(begun, "run1", number=1)
    assert read(begun.catalogue, leases.sharers, NOW) == {"zillow": 1}
    lease(begun, "run2", number=2)
    lease(begun, "run2", source="redfin")
    assert read(begun.catalogue, leases.sharers, NOW) == {"zillow": 2, "redfin": 1}
    assert read(begun.catalogue, leases.sharers, NOW + 1000) == {}, "they were not heard of for long"


def test_a_dead_process_is_at_no_work(begun: Collector) -> None:
    lease(begun)
    gone = DueVisit(HASHES[1], "zillow")
    # The process of this number began at another time.
    write(begun.catalogue, leases.lease, gone, "run2", f"{this_holder().rpartition(':')[0]}:1", NOW)
    assert read(begun.catalogue, leases.sharers, NOW) == {"zillow": 1}

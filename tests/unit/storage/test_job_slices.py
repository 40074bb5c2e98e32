"""Rows of jobs: who may do what with a slice, whatever the queue says, and how the job's state follows."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from phx_scraper.errors import StorageError
from phx_scraper.model.job import MOST_ATTEMPTS, JobProgress, JobSlice
from phx_scraper.storage.catalogue import job_progress, job_rows, job_slices, registration
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.copy_rows import copy_rows
from phx_scraper.storage.catalogue.forget_homes import forget_homes
from phx_scraper.storage.catalogue.job_requests import Request
from phx_scraper.storage.catalogue.job_rows import NewHome
from phx_scraper.storage.catalogue.job_slices import HELD, LEASE_SECONDS, LOST, STOP, Ticket
from phx_scraper.storage.process_identity import this_holder
from tests.catalogue_calls import read, write
from tests.catalogue_places import catalogue_at
from tests.unit.service.job_helpers import a_job
from tests.unit.storage.catalogue_helpers import ADDRESSES, homes

NOW = 1_000_000.0


@pytest.fixture
def catalogue(tmp_path: Path, database: None) -> Iterator[Catalogue]:
    with contextlib.closing(catalogue_at(tmp_path / "catalogue.sqlite")) as made:
        yield made


def insert(catalogue: Catalogue, job_id: str = "j", slice_homes: int = 2, priority: str = "normal") -> None:
    listed = [NewHome(address, {"notes": "x"}) for address in ADDRESSES]
    job = a_job(job_id, homes=len(listed), priority=priority, created_at=NOW)
    write(catalogue, job_rows.insert, job, listed, slice_homes, Request())


def take(catalogue: Catalogue, number: int = 1, token: int = 0, now: float = NOW) -> JobSlice | None:
    return write(catalogue, job_slices.take, Ticket("j", number, token), this_holder(), now)


def taken(catalogue: Catalogue, number: int = 1, token: int = 0, now: float = NOW) -> JobSlice:
    held = take(catalogue, number, token, now)
    assert held is not None
    return held


def states(catalogue: Catalogue) -> tuple[str, list[str]]:
    job = read(catalogue, job_rows.get, "j")
    assert job is not None
    return job.state, [one.state for one in read(catalogue, job_rows.slices, "j")]


def test_a_job_is_cut_into_slices_that_name_every_home_once(catalogue: Catalogue) -> None:
    insert(catalogue, slice_homes=3)
    found = [read(catalogue, job_slices.homes, one) for one in read(catalogue, job_rows.slices, "j")]
    assert [[home.address for home in part] for part in found] == [list(ADDRESSES[:3]), list(ADDRESSES[3:])]
    assert found[0][0].extras == {"notes": "x"}


def test_a_slice_is_taken_once(catalogue: Catalogue) -> None:
    insert(catalogue)
    held = taken(catalogue)
    assert (held.token, held.attempts, held.worker) == (1, 1, this_holder())
    assert take(catalogue) is None
    assert take(catalogue, token=1) is None
    assert states(catalogue) == ("running", ["running", "queued"])


def test_one_that_was_taken_over_changes_nothing_any_more(catalogue: Catalogue) -> None:
    insert(catalogue)
    sleeper = taken(catalogue)
    late = NOW + LEASE_SECONDS + 1
    write(catalogue, job_slices.fail_abandoned, [sleeper], late)
    other = taken(catalogue, token=1, now=late)
    assert read(catalogue, job_slices.standing, sleeper) == LOST
    assert not write(catalogue, job_slices.end, sleeper, "finished", "", 0, late)
    assert not write(catalogue, job_slices.give_back, sleeper, late)
    assert not write(catalogue, job_slices.fail, sleeper, "x", 3, late)
    write(catalogue, job_slices.renew, sleeper, late + 100)
    assert read(catalogue, job_rows.slices, "j")[0] == other
    assert read(catalogue, job_slices.standing, other) == HELD


def test_a_lease_that_is_renewed_is_not_abandoned(catalogue: Catalogue) -> None:
    insert(catalogue)
    held = taken(catalogue)
    write(catalogue, job_slices.renew, held, NOW + LEASE_SECONDS)
    assert read(catalogue, job_slices.abandoned, NOW + LEASE_SECONDS + 1) == []
    assert read(catalogue, job_slices.abandoned, NOW + 2 * LEASE_SECONDS + 1) != []


def test_a_dead_worker_is_known_at_once(catalogue: Catalogue) -> None:
    insert(catalogue)
    host, _, _ = this_holder().rpartition(":")[0].rpartition(":")
    write(catalogue, job_slices.take, Ticket("j", 1, 0), f"{host}:4194304:1", NOW)
    write(catalogue, job_slices.fail_abandoned, read(catalogue, job_slices.abandoned, NOW), NOW)
    assert states(catalogue) == ("queued", ["queued", "queued"])
    assert read(catalogue, job_rows.slices, "j")[0].reason == job_slices.WORKER_DIED


def test_one_that_was_heard_of_meanwhile_is_not_failed(catalogue: Catalogue) -> None:
    insert(catalogue)
    late = NOW + LEASE_SECONDS + 1
    write(catalogue, job_slices.renew, taken(catalogue), NOW)
    found = read(catalogue, job_slices.abandoned, late)
    write(catalogue, job_slices.renew, found[0], late)
    write(catalogue, job_slices.fail_abandoned, found, late)
    assert states(catalogue) == ("running", ["running", "queued"])


def test_the_last_try_is_made_with_each_home_by_itself(catalogue: Catalogue) -> None:
    insert(catalogue, slice_homes=3)
    for attempt in range(MOST_ATTEMPTS - 1):
        write(catalogue, job_slices.fail, taken(catalogue, token=attempt), "the crawl was ended by signal 9", -9, NOW)
    found = read(catalogue, job_rows.slices, "j")
    assert [(one.number, one.homes, one.attempts, one.state) for one in found] == [
        (1, 1, 2, "queued"),
        (2, 1, 0, "queued"),
        (3, 1, 2, "queued"),
        (4, 1, 2, "queued"),
    ]
    listed = {one.number: [home.address for home in read(catalogue, job_slices.homes, one)] for one in found}
    assert [listed[number] for number in (1, 3, 4, 2)] == [[address] for address in ADDRESSES]
    # The one that kills its crawl is set aside, the others end as they do.
    write(catalogue, job_slices.fail, taken(catalogue, 1, token=2), "the crawl was ended by signal 9", -9, NOW)
    for number in (2, 3, 4):
        write(catalogue, job_slices.end, taken(catalogue, number), "finished", "", 0, NOW)
    assert states(catalogue) == ("set_aside", ["set_aside", "finished", "finished", "finished"])


def test_a_slice_that_fails_too_often_is_set_aside_and_the_rest_goes_on(catalogue: Catalogue) -> None:
    insert(catalogue, slice_homes=1)
    for attempt in range(MOST_ATTEMPTS):
        held = taken(catalogue, token=attempt)
        assert write(catalogue, job_slices.fail, held, "out of memory", 3, NOW)
    assert states(catalogue) == ("running", ["set_aside", *["queued"] * (len(ADDRESSES) - 1)])
    for number in range(2, len(ADDRESSES) + 1):
        write(catalogue, job_slices.end, taken(catalogue, number), "finished", "", 0, NOW)
    job = read(catalogue, job_rows.get, "j")
    assert job is not None
    assert (job.state, job.reason, job.finished_at) == ("set_aside", "out of memory", NOW)


def test_giving_back_does_not_count(catalogue: Catalogue) -> None:
    insert(catalogue)
    for attempt in range(MOST_ATTEMPTS + 2):
        write(catalogue, job_slices.give_back, taken(catalogue, token=attempt), NOW)
    first = read(catalogue, job_rows.slices, "j")[0]
    assert (first.state, first.attempts, first.worker) == ("queued", 0, "")


def test_cancel_takes_what_waits_and_tells_what_runs(catalogue: Catalogue) -> None:
    insert(catalogue)
    held = taken(catalogue)
    write(catalogue, job_rows.cancel, "j", NOW)
    assert states(catalogue) == ("cancelling", ["running", "cancelled"])
    assert read(catalogue, job_slices.standing, held) == STOP
    # Its worker died meanwhile: that is an ending too.
    write(catalogue, job_slices.fail_abandoned, [held], NOW + LEASE_SECONDS)
    assert states(catalogue) == ("cancelled", ["cancelled", "cancelled"])


def test_one_that_leaves_a_cancelled_job_ends_it(catalogue: Catalogue) -> None:
    insert(catalogue, slice_homes=4)
    held = taken(catalogue)
    write(catalogue, job_rows.cancel, "j", NOW)
    write(catalogue, job_slices.give_back, held, NOW)
    assert states(catalogue) == ("cancelled", ["cancelled"])


def test_a_retry_queues_what_did_not_end_well_with_all_its_attempts(catalogue: Catalogue) -> None:
    insert(catalogue, slice_homes=1)
    for number, (state, code) in enumerate([("finished", 0), ("finished", 1), ("failed", 2)], 1):
        write(catalogue, job_slices.end, taken(catalogue, number), state, "", code, NOW)
    assert write(catalogue, job_rows.retry, "j", NOW) == 0, "it has not ended"
    write(catalogue, job_rows.cancel, "j", NOW)
    assert write(catalogue, job_rows.retry, "j", NOW) == 3
    assert states(catalogue) == ("running", ["finished", "queued", "queued", "queued"])
    assert taken(catalogue, number=2, token=1).attempts == 1


def test_the_time_that_a_job_had_ended_before_a_retry_is_no_time_at_work(catalogue: Catalogue) -> None:
    insert(catalogue, slice_homes=1)
    for number, state in enumerate(("finished", "finished", "finished", "failed"), 1):
        write(catalogue, job_slices.end, taken(catalogue, number, now=NOW), state, "", 0, NOW + 10)
    assert progress(catalogue, NOW + 500).seconds == 10
    write(catalogue, job_rows.retry, "j", NOW + 1000)
    taken(catalogue, 4, 1, NOW + 1000)
    found = progress(catalogue, NOW + 1007)
    assert (found.homes_done, found.seconds, found.seconds_left) == (3, 7, None)


def progress(catalogue: Catalogue, now: float) -> JobProgress:
    job = read(catalogue, job_rows.get, "j")
    assert job is not None
    return read(catalogue, job_progress.progress, job, now)


def test_urgent_jobs_come_first_and_then_the_oldest(catalogue: Catalogue) -> None:
    for job_id, priority in (("a", "low"), ("b", "normal"), ("c", "high"), ("d", "normal")):
        insert(catalogue, job_id, 4, priority)
    assert [ticket.job_id for ticket in read(catalogue, job_slices.waiting, 10)] == ["c", "b", "d", "a"]
    assert len(read(catalogue, job_slices.waiting, 2)) == 2


def test_only_an_ended_job_is_deleted_and_all_of_it(catalogue: Catalogue) -> None:
    insert(catalogue)
    assert not write(catalogue, job_rows.forget, "j")
    write(catalogue, job_rows.cancel, "j", NOW)
    assert write(catalogue, job_rows.forget, "j")
    assert read(catalogue, job_rows.slices, "j") == []


def test_a_forgotten_home_leaves_the_jobs_that_have_not_begun_with_it(catalogue: Catalogue) -> None:
    insert(catalogue, slice_homes=4)
    known = write(catalogue, registration.register, homes(), ["zillow"], "run1").homes
    write(catalogue, forget_homes, [known[0].property_hash])
    held = taken(catalogue)
    assert [home.address for home in read(catalogue, job_slices.homes, held)] == list(ADDRESSES[1:])


def test_a_forgotten_home_leaves_no_address_in_a_job(catalogue: Catalogue) -> None:
    insert(catalogue, slice_homes=4)
    held = taken(catalogue)
    known = write(catalogue, registration.register, homes(), ["zillow"], "run1").homes
    write(catalogue, job_slices.note_run, held, "run1", homes())
    write(catalogue, forget_homes, [known[0].property_hash])
    assert [home.address for home in read(catalogue, job_slices.homes, held)] == list(ADDRESSES[1:])


def test_a_catalogue_of_which_a_worker_has_homes_in_hand_is_not_copied(catalogue: Catalogue, tmp_path: Path) -> None:
    insert(catalogue)
    held = taken(catalogue, now=time.time())
    with contextlib.closing(Catalogue.open(tmp_path / "copy.sqlite")) as copy:
        with pytest.raises(StorageError, match="A worker has homes of a job in hand"):
            copy_rows(catalogue, copy)
        write(catalogue, job_slices.give_back, held, NOW)
        assert copy_rows(catalogue, copy)["job_slices"] == 2

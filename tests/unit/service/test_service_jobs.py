"""What may be asked of jobs, and each refusal by its name; no Redis here."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from sqlalchemy import Connection

from phx_scraper.errors import OverLimit, QueueUnavailable, RequestReused, UnknownJob, UsageError, WrongJobState
from phx_scraper.homes import RowError
from phx_scraper.model.job import JobOptions
from phx_scraper.service import jobs
from phx_scraper.service.job_digest import digest_of
from phx_scraper.service.job_limits import Limits
from phx_scraper.service.job_options import crawl_arguments
from phx_scraper.service.job_service import TOLD_AT_ONCE, Service
from phx_scraper.service.jobs import Submission
from phx_scraper.storage.catalogue import job_slices
from phx_scraper.storage.catalogue.job_rows import NewHome, Wanted
from phx_scraper.storage.catalogue.job_slices import Ticket
from tests.catalogue_calls import write
from tests.catalogue_places import catalogue_at
from tests.unit.storage.catalogue_helpers import homes


class Told:
    """A queue that remembers, or is away."""

    def __init__(self, is_away: bool = False) -> None:
        self.is_away = is_away
        self.tickets: list[Ticket] = []

    def put(self, tickets: Sequence[Ticket]) -> None:
        if self.is_away:
            raise QueueUnavailable("away")
        self.tickets += tickets


@pytest.fixture
def service(tmp_path: Path, database: None) -> Iterator[Service]:
    with contextlib.closing(catalogue_at(tmp_path / "catalogue.sqlite")) as catalogue:
        yield Service(catalogue, Told())


def submitted(service: Service, **values: object) -> jobs.JobView:
    return jobs.submit(service, replace(Submission(homes(), options=JobOptions(slice_homes=3)), **values))  # type: ignore[arg-type]


def test_workers_are_told_of_each_slice(service: Service) -> None:
    found = submitted(service, options=JobOptions(slice_homes=3, priority="high"))
    assert isinstance(service.queue, Told)
    assert service.queue.tickets == [Ticket(found.job.job_id, number, 0, "high") for number in (1, 2)]
    assert (found.job.state, found.is_told, found.progress.homes) == ("queued", True, 4)


def test_of_a_long_job_workers_are_told_its_beginning(service: Service) -> None:
    found = submitted(service, homes=[*homes(), *homes()] * 3, options=JobOptions(slice_homes=1))
    assert isinstance(service.queue, Told)
    assert [ticket.number for ticket in service.queue.tickets] == list(range(1, TOLD_AT_ONCE + 1))
    assert len(found.slices) == 24


def test_a_job_is_accepted_while_redis_is_away(service: Service) -> None:
    found = submitted(replace(service, queue=Told(is_away=True)))
    assert not found.is_told
    assert jobs.get(service, found.job.job_id).state == "queued"


def test_rows_that_name_no_home_are_kept_with_the_job(service: Service) -> None:
    found = submitted(service, rejected=[RowError(3, "has no house number", "Main St")])
    assert found.job.rejected == ({"row": 3, "reason": "has no house number", "text": "Main St"},)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (JobOptions(sources=("zilow",)), "sources: 'zilow' is no source.*zillow"),
        (JobOptions(priority="urgent"), "priority: 'urgent' is none; write high, normal, low"),
        (JobOptions(refresh_days=-1), "refresh_days: -1 is no number of days"),
        (JobOptions(refresh_days=float("nan")), "refresh_days: nan is no number of days"),
        (JobOptions(slice_homes=0), "slice_homes: 0: write a whole number from 1 to 1000"),
    ],
)
def test_options_that_no_crawl_takes_are_refused(service: Service, options: JobOptions, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        submitted(service, options=options)
    assert jobs.listed(service, Wanted()) == []


def test_a_job_of_no_home_is_refused(service: Service) -> None:
    with pytest.raises(UsageError, match="names no home"):
        jobs.submit(service, Submission([]))


def test_the_same_request_is_the_same_job(service: Service) -> None:
    first = submitted(service, request_key="r", key_id="a")
    assert submitted(service, request_key="r", key_id="a").job == first.job
    assert submitted(service, request_key="r", key_id="b").job.job_id != first.job.job_id
    with pytest.raises(RequestReused, match=f"made the job {first.job.job_id}"):
        submitted(service, request_key="r", key_id="a", homes=homes(1))
    assert submitted(service).job.job_id != submitted(service).job.job_id


def test_a_foreign_job_is_as_unknown_as_none(service: Service) -> None:
    found = submitted(service, key_id="a").job
    for ask in (jobs.get, jobs.view, jobs.cancel, jobs.retry, jobs.forget, jobs.homes):
        for job_id in (found.job_id, "nobody", "", "../x", "a\udcff", "a\0"):
            with pytest.raises(UnknownJob, match="there is no job"):
                ask(service, job_id, "b")
    assert jobs.get(service, found.job_id, "a") == jobs.get(service, found.job_id)
    assert jobs.listed(service, Wanted(key_id="b")) == []


def test_what_has_ended_is_not_cancelled_and_what_runs_is_not_retried(service: Service) -> None:
    job_id = submitted(service, options=JobOptions(slice_homes=4)).job.job_id
    with pytest.raises(WrongJobState, match="it is queued: let it end, or cancel it first"):
        jobs.retry(service, job_id)
    with pytest.raises(WrongJobState, match="is queued: cancel it first"):
        jobs.forget(service, job_id)
    held = write(service.catalogue, job_slices.take, Ticket(job_id, 1, 0), "w", 1.0)
    assert held is not None
    write(service.catalogue, job_slices.end, held, "finished", "", 0, 2.0)
    with pytest.raises(WrongJobState, match="has ended as finished already"):
        jobs.cancel(service, job_id)
    with pytest.raises(WrongJobState, match="all of it went well"):
        jobs.retry(service, job_id)
    jobs.forget(service, job_id)
    with pytest.raises(UnknownJob):
        jobs.get(service, job_id)


def test_two_cancels_are_one(service: Service) -> None:
    job_id = submitted(service).job.job_id
    assert [jobs.cancel(service, job_id).job.state for _ in range(2)] == ["cancelled", "cancelled"]
    assert jobs.retry(service, job_id).job.state == "queued"
    assert isinstance(service.queue, Told)
    assert len(service.queue.tickets) == 4


def test_what_is_noted_of_a_change_is_written_with_it_or_neither_is(service: Service) -> None:
    """A killed process leaves no job that the audit does not know; `noted` is called in the same transaction."""

    def fails(_connection: Connection, job_id: str) -> None:
        raise RuntimeError(job_id)

    with pytest.raises(RuntimeError):
        jobs.submit(service, Submission(homes()), fails)
    assert jobs.listed(service, Wanted()) == []
    job_id = submitted(service).job.job_id
    with pytest.raises(RuntimeError):
        jobs.cancel(service, job_id, noted=fails)
    assert jobs.get(service, job_id).state == "queued"
    jobs.cancel(service, job_id)
    for change in (jobs.retry, jobs.forget):
        with pytest.raises(RuntimeError):
            change(service, job_id, noted=fails)
        assert jobs.get(service, job_id).state == "cancelled"


def test_a_new_job_is_shown_as_it_is_read_later(service: Service) -> None:
    """Also where its list held what no database takes."""
    rejected = [RowError(row=3, reason="no_address", text="half a \ud83c, a \x00")]
    options = JobOptions(("zillow", "redfin"), True, 0.1, "low", 3)
    found = submitted(service, rejected=rejected, options=options, key_id="a", request_key="r")
    assert jobs.view(service, found.job.job_id) == found


def test_options_become_arguments_of_the_spider() -> None:
    assert crawl_arguments(JobOptions()) == {}
    options = JobOptions(("zillow", "redfin"), True, 0.5)
    assert crawl_arguments(options) == {"sources": "zillow,redfin", "force": "1", "refresh_days": "0.5"}


@pytest.mark.parametrize(
    ("limits", "sentence"),
    [
        (Limits(homes_a_job=3), "the job has 4 homes; 3 are allowed"),
        (Limits(jobs_a_day=2), "2 jobs were made within 24 hours"),
        (Limits(open_jobs=2), "2 jobs have not ended"),
    ],
)
def test_a_key_gets_no_more_than_it_may(service: Service, limits: Limits, sentence: str) -> None:
    first = [submitted(service, key_id="a").job.job_id for _ in range(2)]
    with pytest.raises(OverLimit, match=sentence):
        submitted(service, key_id="a", limits=limits)
    assert len(jobs.listed(service, Wanted(key_id="a"))) == 2
    # Another key has its own count, the same request is no new job, and what has ended is not open.
    submitted(service, key_id="b", limits=replace(limits, homes_a_job=4))
    jobs.cancel(service, first[0])
    submitted(service, key_id="a", limits=Limits(homes_a_job=4, jobs_a_day=3, open_jobs=2))


def test_without_a_redis_nobody_was_told(service: Service) -> None:
    alone = Service(service.catalogue)
    found = submitted(alone, key_id="a", request_key="r")
    job_id = found.job.job_id
    again = submitted(alone, key_id="a", request_key="r")
    views = [found, again, jobs.view(alone, job_id), jobs.cancel(alone, job_id), jobs.retry(alone, job_id)]
    assert [one.is_told for one in views] == [False] * 5
    assert jobs.view(service, job_id).is_told


@pytest.mark.parametrize("number", [0, 1, 3])
def test_a_digest_is_that_of_earlier_versions(number: int) -> None:
    """The catalogue has them: a request that is sent again after an update is the same."""
    listed = [NewHome(f"{one} W Elm St", {"b": "\u00e9\ud83c", "a": '"'} if one else {}) for one in range(number)]
    options = JobOptions(("zillow",), refresh_days=0.5)
    told = [[[home.address, dict(home.extras)] for home in listed], asdict(options)]
    assert digest_of(listed, options) == hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()

"""Two ask for a change of one job at once: each hears how the job stands when its own turn comes."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from phx_scraper.errors import UnknownJob, WrongJobState
from phx_scraper.service import jobs
from phx_scraper.service.job_service import Service
from phx_scraper.service.jobs import Submission
from phx_scraper.storage.catalogue.catalogue import Catalogue
from tests.catalogue_places import catalogue_at
from tests.unit.storage.catalogue_helpers import homes


class Overtaken:
    """A catalogue in which a rival makes a change just before, or just after, the next change of ours."""

    def __init__(self, catalogue: Catalogue, before: Callable[[], Any] | None, after: Callable[[], Any] | None) -> None:
        self._catalogue = catalogue
        self._before, self._after = before, after
        self.reading = catalogue.reading

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Connection]:
        if self._before:
            self._before()
        with self._catalogue.transaction() as tx:
            yield tx
        if self._after:
            self._after()


@pytest.fixture
def service(tmp_path: Path, database: None) -> Iterator[Service]:
    with contextlib.closing(catalogue_at(tmp_path / "catalogue.sqlite")) as catalogue:
        yield Service(catalogue)


def overtaken(service: Service, before: Any = None, after: Any = None) -> Service:
    return Service(Overtaken(service.catalogue, before, after))  # type: ignore[arg-type]


def cancelled(service: Service, request: str = "") -> str:
    made = jobs.submit(service, Submission(homes(), request_key=request)).job.job_id
    jobs.cancel(service, made)
    return made


@pytest.mark.parametrize("change", [jobs.forget, jobs.retry, jobs.cancel])
def test_a_job_that_is_deleted_meanwhile_is_unknown(service: Service, change: Callable[..., Any]) -> None:
    job_id = cancelled(service)
    with pytest.raises(UnknownJob):
        change(overtaken(service, before=lambda: jobs.forget(service, job_id)), job_id)


@pytest.mark.parametrize(("change", "state"), [(jobs.forget, "queued"), (jobs.retry, "queued")])
def test_a_refusal_says_how_the_job_stands_then(service: Service, change: Callable[..., Any], state: str) -> None:
    job_id = cancelled(service)
    with pytest.raises(WrongJobState, match=f"is {state}: "):
        change(overtaken(service, before=lambda: jobs.retry(service, job_id)), job_id)


def test_what_was_done_is_answered_though_the_job_is_deleted_at_once(service: Service) -> None:
    job_id = cancelled(service)
    quick = overtaken(service, after=lambda: jobs.forget(service, job_id))
    assert jobs.cancel(quick, job_id).job.state == "cancelled"
    job_id = cancelled(service)

    def away() -> None:
        jobs.cancel(service, job_id)
        jobs.forget(service, job_id)

    assert jobs.retry(overtaken(service, after=away), job_id).job.state == "queued"


def test_a_repeated_request_is_answered_though_its_job_is_deleted_at_once(service: Service) -> None:
    job_id = cancelled(service, "r")
    quick = overtaken(service, after=lambda: jobs.forget(service, job_id))
    assert jobs.submit(quick, Submission(homes(), request_key="r")).job.job_id == job_id

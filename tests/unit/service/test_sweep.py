"""What a worker's sweep makes good, and what it leaves alone."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from phx_scraper.model.job import MOST_ATTEMPTS, JobSlice
from phx_scraper.service.sweep import SURE_SECONDS, Sweep
from phx_scraper.storage.catalogue import job_rows, job_slices
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.job_requests import Request
from phx_scraper.storage.catalogue.job_rows import NewHome
from phx_scraper.storage.catalogue.job_slices import LEASE_SECONDS, Ticket
from tests.catalogue_calls import read, write
from tests.catalogue_places import catalogue_at
from tests.unit.service.job_helpers import a_job

ELSEWHERE = "another-machine/1/1:7:1"


class Told:
    def __init__(self) -> None:
        self.tickets: list[Ticket] = []

    def put(self, tickets: Sequence[Ticket]) -> None:
        self.tickets += tickets

    def tidy(self) -> None:
        """Nothing is kept."""


class Report:
    def __init__(self) -> None:
        self.asked = 0

    def ask(self) -> None:
        self.asked += 1

    def look(self) -> None:
        """Nothing is written."""


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def catalogue(tmp_path: Path, database: None) -> Iterator[Catalogue]:
    with contextlib.closing(catalogue_at(tmp_path / "catalogue.sqlite")) as made:
        write(made, job_rows.insert, a_job(), [NewHome("4732 W Davis Rd, Glendale, AZ 85306")], 1, Request())
        yield made


def silent(catalogue: Catalogue) -> JobSlice:
    """Taken on another machine, and not heard of for longer than a lease."""
    held = write(catalogue, job_slices.take, Ticket("j", 1, 0), ELSEWHERE, time.time() - LEASE_SECONDS - 1)
    assert held is not None
    return held


def test_one_that_stays_silent_waits_again_and_workers_are_told(catalogue: Catalogue) -> None:
    silent(catalogue)
    queue, clock = Told(), Clock()
    sweep = Sweep(catalogue.place, queue, Report(), clock)
    sweep()
    clock.now += SURE_SECONDS
    sweep()
    [found] = read(catalogue, job_rows.slices, "j")
    assert (found.state, found.reason) == ("queued", job_slices.WORKER_DIED)
    assert queue.tickets == [Ticket("j", 1, 1)]


def test_one_that_could_not_be_heard_of_while_the_server_was_away_keeps_its_slice(catalogue: Catalogue) -> None:
    held = silent(catalogue)
    clock = Clock()
    sweep = Sweep(catalogue.place, Told(), Report(), clock)
    sweep()
    write(catalogue, job_slices.renew, held, time.time())
    clock.now += 10 * SURE_SECONDS
    sweep()
    assert [one.state for one in read(catalogue, job_rows.slices, "j")] == ["running"]


def test_two_looks_right_after_each_other_are_one(catalogue: Catalogue) -> None:
    silent(catalogue)
    sweep = Sweep(catalogue.place, Told(), Report(), Clock())
    sweep()
    sweep()
    assert [one.state for one in read(catalogue, job_rows.slices, "j")] == ["running"]


def test_a_job_that_ends_by_a_sweep_has_its_report_written(catalogue: Catalogue) -> None:
    report, clock = Report(), Clock()
    sweep = Sweep(catalogue.place, Told(), report, clock)
    for token in range(MOST_ATTEMPTS):
        assert report.asked == 0
        begun = time.time() - LEASE_SECONDS - 1
        assert write(catalogue, job_slices.take, Ticket("j", 1, token), ELSEWHERE, begun)
        for _ in range(2):
            sweep()
            clock.now += SURE_SECONDS
    assert report.asked == 1

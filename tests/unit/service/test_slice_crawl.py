"""What a slice becomes of how its crawls end; each is a small program that says what a crawl would."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from phx_scraper.model.job import JobOptions, JobSlice
from phx_scraper.service import outage, slice_crawl
from phx_scraper.service.slice_crawl import SliceCrawl
from phx_scraper.service.slice_leave import Leave
from phx_scraper.service.worker_setup import WorkerSetup
from phx_scraper.storage.catalogue import job_rows, job_slices
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.job_rows import NewHome, Request
from phx_scraper.storage.catalogue.job_slices import Ticket
from tests.catalogue_calls import read, write
from tests.unit.service.job_helpers import a_job

AWAY = "scrapy crawl: http://127.0.0.1:9000 cannot be reached: see to the network and the server."


class Crawls(SliceCrawl):
    """One of `ends` after the other: what it says, and its exit code."""

    ends: list[tuple[str, int]]

    def _command(self, options: JobOptions) -> list[str]:
        said, code = self.ends.pop(0)
        return [sys.executable, "-c", f"import sys; print({said!r}); sys.exit({code})"]


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    with contextlib.closing(Catalogue.open(tmp_path / "catalogue.sqlite")) as made:
        write(made, job_rows.insert, a_job(), [NewHome("4732 W Davis Rd, Glendale, AZ 85306")], 1, Request())
        yield made


def crawled(catalogue: Catalogue, folder: Path, ends: list[tuple[str, int]], leave: Leave | None = None) -> JobSlice:
    """The slice after one try."""
    [one] = read(catalogue, job_rows.slices, "j")
    held = write(catalogue, job_slices.take, Ticket("j", 1, one.token), "w", 1.0)
    assert held is not None
    crawls = Crawls(catalogue, WorkerSetup(catalogue.place, folder), held, leave or Leave())
    crawls.ends = ends
    crawls.run()
    [found] = read(catalogue, job_rows.slices, "j")
    return found


def test_a_server_that_is_away_for_a_moment_costs_no_try(
    catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outage, "PAUSE_SECONDS", 0.0)
    found = crawled(catalogue, tmp_path, [(AWAY, 4), (AWAY, 4), ("all went well", 0)])
    assert (found.state, found.attempts) == ("finished", 1)


def test_one_that_stays_away_for_very_long_sets_the_slice_aside_with_its_reason(
    catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outage, "LONGEST_SECONDS", 0.0)
    found = crawled(catalogue, tmp_path, [(AWAY, 4)])
    assert (found.state, found.attempts, found.exit_code) == ("set_aside", 1, 4)
    job = read(catalogue, job_rows.get, "j")
    assert job is not None
    assert job.state == "set_aside"
    assert job.reason == f"the crawl was begun again for 60 minutes: {AWAY.removeprefix('scrapy crawl: ')}"


def test_a_worker_that_is_asked_to_leave_meanwhile_gives_it_back(catalogue: Catalogue, tmp_path: Path) -> None:
    leave = Leave()
    leave.ask(0, None)
    found = crawled(catalogue, tmp_path, [(AWAY, 4)], leave)
    assert (found.state, found.attempts) == ("queued", 0)


def test_a_job_that_is_cancelled_while_its_server_is_away_ends(
    catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cancelled(seconds: float) -> Callable[[float], int | None]:
        write(catalogue, job_rows.cancel, "j", 2.0)
        return outage.waited(seconds)

    monkeypatch.setattr(outage, "PAUSE_SECONDS", 3600.0)
    monkeypatch.setattr(slice_crawl, "waited", cancelled)
    assert crawled(catalogue, tmp_path, [(AWAY, 4)]).state == "cancelled"


def test_a_worker_that_is_asked_to_leave_between_two_crawls_gives_it_back(
    catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave = Leave()

    def asked(seconds: float) -> Callable[[float], int | None]:
        leave.ask(0, None)
        return outage.waited(seconds)

    monkeypatch.setattr(outage, "PAUSE_SECONDS", 3600.0)
    monkeypatch.setattr(slice_crawl, "waited", asked)
    found = crawled(catalogue, tmp_path, [(AWAY, 4)], leave)
    assert (found.state, found.attempts) == ("queued", 0)


def test_any_other_early_end_is_a_failed_try(catalogue: Catalogue, tmp_path: Path) -> None:
    found = crawled(catalogue, tmp_path, [("scrapy crawl: no space left", 3)])
    assert (found.state, found.attempts, found.reason) == ("queued", 1, "the crawl stopped early: no space left")

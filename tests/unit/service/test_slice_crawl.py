"""What a slice becomes of how its crawls end; each is a small program that says what a crawl would."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from phx_scraper.homes import parse_inline
from phx_scraper.model.job import JobOptions, JobSlice
from phx_scraper.service import outage, slice_crawl
from phx_scraper.service.slice_crawl import SliceCrawl
from phx_scraper.service.slice_leave import Leave
from phx_scraper.service.worker_setup import WorkerSetup
from phx_scraper.storage.catalogue import job_progress, job_rows, job_slices, registration, runs
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.job_rows import NewHome, Request
from phx_scraper.storage.catalogue.job_slices import Ticket
from tests.catalogue_calls import read, write
from tests.unit.service.job_helpers import a_job

LISTED = "4732 W Davis Rd, Glendale, AZ 85306"
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
        write(made, job_rows.insert, a_job(), [NewHome(LISTED)], 1, Request())
        for job_id in ("j", "k"):
            given = {"addresses": str(tmp_path / f"{job_id}-1-1.phx-homes")}
            write(made, runs.start, job_id, "all", given, 0.0)
        write(made, registration.register, parse_inline(LISTED)[0], (), "j")
        yield made


def crawled(
    catalogue: Catalogue, folder: Path, ends: list[tuple[str, int]], leave: Leave | None = None, job_id: str = "j"
) -> JobSlice:
    """The slice after one try."""
    [one] = read(catalogue, job_rows.slices, job_id)
    held = write(catalogue, job_slices.take, Ticket(job_id, 1, one.token), "w", 1.0)
    assert held is not None
    crawls = Crawls(catalogue, WorkerSetup(catalogue.place, folder), held, leave or Leave())
    crawls.ends = ends
    crawls.run()
    [found] = read(catalogue, job_rows.slices, job_id)
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


def test_a_home_that_the_crawl_did_not_take_ends_by_name(catalogue: Catalogue, tmp_path: Path) -> None:
    other = "4560 E Sunrise Dr, Phoenix, AZ 85044"
    write(
        catalogue, job_rows.insert, a_job("k", homes=3), [NewHome(LISTED), NewHome(other), NewHome("x")], 3, Request()
    )
    found = crawled(catalogue, tmp_path, [("all went well", 0)], job_id="k")
    assert (found.state, found.exit_code) == ("failed", 0)
    assert found.reason.startswith(f"2 homes were not asked for: the first is {other}: the catalogue has none")
    job = read(catalogue, job_rows.get, "k")
    assert job is not None
    assert (job.state, job.reason) == ("failed", found.reason)
    told = read(catalogue, job_progress.homes, job, 2.0, 10, 0)
    assert [(home.is_done, home.property_hash is None) for home in told][1:] == [(False, True)] * 2
    assert write(catalogue, job_rows.retry, "k", 3.0) == 1


def test_one_that_is_read_as_another_is_told_why(catalogue: Catalogue, tmp_path: Path) -> None:
    write(catalogue, job_rows.insert, a_job("k"), [NewHome("1 West Elm Street, Mesa, AZ 85201")], 1, Request())
    found = crawled(catalogue, tmp_path, [("", 0)], job_id="k")
    assert found.reason == (
        "1 home was not asked for: 1 West Elm Street, Mesa, AZ 85201: it would be read as"
        " '1 W Elm St, Mesa, AZ 85201'; write the address in full"
    )


def test_a_reason_names_no_file_of_the_machine(catalogue: Catalogue, tmp_path: Path) -> None:
    said = f"scrapy crawl: no readable address in {tmp_path}/j-1-1.phx-homes: it is too long"
    found = crawled(catalogue, tmp_path, [(said, 2)])
    assert (found.state, found.reason) == ("failed", "no readable address in the list of the job: it is too long")

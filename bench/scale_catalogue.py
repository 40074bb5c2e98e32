"""What one row of each kind costs, by the size of the catalogue: `python -m bench.scale_catalogue PLACE [PHOTOS ...]`.

PLACE is an empty catalogue, as PHX_CATALOGUE_URL takes it: a file, or a database of PostgreSQL. It is filled to each
number of photos (1,000, then 100,000) by SQL; then each kind of transaction is timed: milliseconds that pass, and those
of this process's CPU. Medians.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.catalogue_driver import PHOTOS, SOURCE, CatalogueDriver
from bench.homes_list import address
from bench.synthetic_catalogue import add_homes_by
from phx_scraper.config.reading import read_config
from phx_scraper.homes import parse_inline
from phx_scraper.model.job import JobOptions, JobSlice
from phx_scraper.model.visit import DueVisit
from phx_scraper.service import jobs
from phx_scraper.service.jobs import Service, Submission
from phx_scraper.storage.catalogue import job_slices, leases
from phx_scraper.storage.process_identity import this_holder

HOMES_ADDED, JOB_HOMES, TIMES = 250, 1_000, 40
Costs = dict[str, "Cost"]


@dataclass(slots=True)
class Cost:
    """Milliseconds of each time: those that pass, and those of this process's CPU."""

    passed: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)

    def timed(self, work: Callable[[], object]) -> None:
        """Do it, and note what it cost."""
        began, cpu = time.perf_counter(), time.process_time()
        work()
        self.busy.append(1000 * (time.process_time() - cpu))
        self.passed.append(1000 * (time.perf_counter() - began))


def main(place: str, sizes: Sequence[int]) -> None:
    """Fill, measure and print."""
    with tempfile.TemporaryDirectory(prefix="phx-scale-") as folder:
        driver = CatalogueDriver(read_config({"PHX_CATALOGUE_URL": place}).catalogue, folder=Path(folder))
        driver.collect_home()
        added = 1
        for size in sizes:
            began = time.perf_counter()
            while added * PHOTOS < size:
                homes = range(added, min(added + HOMES_ADDED, -(-size // PHOTOS)))
                _add(driver, homes)
                added = homes.stop
            driver.catalogue.close()
            driver.open()
            print(f"{size:,} photos, filled in {time.perf_counter() - began:.0f} s", flush=True)
            for name, cost in _costs(driver, size).items():
                print(
                    f"  {name:46} {statistics.median(cost.passed):9.2f} ms, CPU {statistics.median(cost.busy):8.2f} ms",
                    flush=True,
                )
        driver.close()


def _add(driver: CatalogueDriver, homes: range) -> None:
    (template,), _ = parse_inline(address(0))
    with driver.catalogue.transaction() as tx:
        add_homes_by(tx, template.property_hash, homes, driver.near_duplicates.scheme.key)


def _costs(driver: CatalogueDriver, size: int) -> Costs:
    found: Costs = {}
    found["the index of hashes read, as each crawl does"] = start = Cost()
    start.timed(driver.read_hashes)
    home = found["a home of 40 photos, whole, a photo"] = Cost()
    for _ in range(8):
        home.timed(driver.collect_home)
    home.passed = [one / PHOTOS for one in home.passed]
    home.busy = [one / PHOTOS for one in home.busy]
    _jobs(driver, size, found)
    _leases(driver, found)
    return found


def _jobs(driver: CatalogueDriver, size: int, found: Costs) -> None:
    service = Service(driver.catalogue)
    homes, _ = parse_inline("; ".join(address(number) for number in range(JOB_HOMES)))
    asked = Submission(homes, options=JobOptions(slice_homes=JOB_HOMES // TIMES))
    names = (f"a job of {JOB_HOMES:,} homes handed in", "a slice taken", "a slice kept", "a slice ended")
    handed_in, taken, kept, ended = (found.setdefault(name, Cost()) for name in names)
    handed_in.timed(lambda: jobs.submit(service, asked))
    with driver.catalogue.reading() as tx:
        tickets = job_slices.waiting(tx, TIMES)
    for ticket in tickets:
        held: list[JobSlice] = []

        def take(ticket: job_slices.Ticket = ticket, held: list[JobSlice] = held) -> None:
            with driver.catalogue.transaction() as tx:
                one = job_slices.take(tx, ticket, this_holder(), time.time())
            assert one is not None
            held.append(one)

        def keep(held: list[JobSlice] = held) -> None:
            with driver.catalogue.transaction() as tx:
                job_slices.renew(tx, held[0], time.time())

        def end(held: list[JobSlice] = held) -> None:
            with driver.catalogue.transaction() as tx:
                job_slices.end(tx, held[0], "finished", "", 0, time.time())

        taken.timed(take)
        kept.timed(keep)
        ended.timed(end)


def _leases(driver: CatalogueDriver, found: Costs) -> None:
    names = (
        "a visit leased",
        "all leases of a run prolonged",
        "how many crawls ask each source",
        "25 homes: which are due",
    )
    leased, prolonged, asked, due = (found.setdefault(name, Cost()) for name in names)
    hashes = [f"{number:08x}" for number in range(1, 21)]
    later = time.time() + 10**9
    for property_hash in hashes:

        def lease(visit: DueVisit = DueVisit(property_hash, SOURCE)) -> None:  # noqa: B008
            with driver.catalogue.transaction() as tx:
                leases.lease(tx, visit, "another", this_holder(), later)

        leased.timed(lease)

    def prolong() -> None:
        with driver.catalogue.transaction() as tx:
            leases.heartbeat(tx, "another", later)

    def ask() -> None:
        with driver.catalogue.reading() as tx:
            leases.sharers(tx, later)

    def look() -> None:
        with driver.catalogue.reading() as tx:
            leases.due(tx, hashes, [SOURCE], later, 1.0)

    for cost, work in ((prolonged, prolong), (asked, ask), (due, look)):
        for _ in range(TIMES):
            cost.timed(work)
    with driver.catalogue.transaction() as tx:
        leases.heartbeat(tx, "another", 0.0, 0.0)


if __name__ == "__main__":
    main(sys.argv[1], [int(size) for size in sys.argv[2:]] or [1_000, 100_000])

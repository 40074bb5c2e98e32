"""What one row of each kind costs, by the size of the catalogue: `python -m bench.scale_catalogue PLACE [PHOTOS ...]`.

PLACE is an empty catalogue, as PHX_CATALOGUE_URL takes it: a file, or a database of PostgreSQL. `{}` in it stands for
a number of photos: each number (1,000, then 100,000) has a catalogue of its own, filled by SQL. Then each kind of
transaction is timed in all of them, in turn, so that whatever else the machine does falls on all alike: milliseconds
that pass, those of this process's CPU (medians), and those of the CPU of a PostgreSQL on this machine (mean).
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import text

from bench.catalogue_driver import PHOTOS, SOURCE, CatalogueDriver
from bench.command_line import command_line, whole
from bench.homes_list import address
from bench.measure import cpu_seconds
from bench.synthetic_catalogue import add_homes_by
from phx_scraper.config.reading import read_config
from phx_scraper.homes import parse_inline
from phx_scraper.model.job import JobOptions, JobSlice
from phx_scraper.model.visit import DueVisit
from phx_scraper.service import jobs
from phx_scraper.service.job_service import Service
from phx_scraper.service.jobs import Submission
from phx_scraper.storage.catalogue import job_slices, leases
from phx_scraper.storage.process_identity import this_holder

HOMES_ADDED, JOB_HOMES, TIMES = 250, 1_000, 40
ROUNDS, HOMES_TIMED = 5, 4
Costs = dict[str, "Cost"]


@dataclass(slots=True)
class Cost:
    """Milliseconds of each time: those that pass, those of this process's CPU; and all of the server's, as it tells.

    What is timed has `parts` equal parts, and one is told.
    """

    served: Callable[[], float] = lambda: 0.0
    passed: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)
    server: float = 0.0
    parts: int = 1

    def timed(self, work: Callable[[], object]) -> None:
        """Do it, and note what it cost."""
        server = self.served()
        began, cpu = time.perf_counter(), time.process_time()
        work()
        self.busy.append(1000 * (time.process_time() - cpu))
        self.passed.append(1000 * (time.perf_counter() - began))
        self.server += 1000 * (self.served() - server)


def main(place: str, sizes: Sequence[int]) -> None:
    """Fill, measure and print."""
    with tempfile.TemporaryDirectory(prefix="phx-scale-") as folder:
        drivers = {size: _filled(place.format(size), Path(folder), size) for size in sizes}
        # What is done for the first time (a statement put together, a page of a table read) is not counted.
        for driver in drivers.values():
            _measure(driver, _no_costs(driver))
        found = {size: _no_costs(driver) for size, driver in drivers.items()}
        for _ in range(ROUNDS):
            for size, driver in drivers.items():
                _measure(driver, found[size])
        for size, costs in found.items():
            print(f"{size:,} photos", flush=True)
            for name, cost in costs.items():
                _tell(name, cost)
            drivers[size].close()


def _filled(place: str, folder: Path, size: int) -> CatalogueDriver:
    driver = CatalogueDriver(read_config({"PHX_CATALOGUE_URL": place}).catalogue, folder=folder)
    driver.collect_home()
    began, homes = time.perf_counter(), -(-size // PHOTOS)
    for first in range(1, homes, HOMES_ADDED):
        _add(driver, range(first, min(first + HOMES_ADDED, homes)))
    with driver.catalogue.transaction() as tx:
        tx.execute(text("ANALYZE"))
    print(f"{size:,} photos, filled in {time.perf_counter() - began:.0f} s", flush=True)
    return driver


def _tell(name: str, cost: Cost) -> None:
    passed, busy = statistics.median(cost.passed) / cost.parts, statistics.median(cost.busy) / cost.parts
    server = cost.server / len(cost.passed) / cost.parts
    print(f"  {name:46} {passed:9.2f} ms, CPU {busy:8.2f} ms, server's {server:8.2f} ms", flush=True)


def _server_seconds(driver: CatalogueDriver) -> float:
    """CPU of the server's processes that work for this database; 0 for a file, or on another machine."""
    if isinstance(driver.path, Path):
        return 0.0
    with driver.catalogue.reading() as tx:
        pids = tx.execute(text("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")).scalars().all()
    return sum(cpu_seconds(pid) for pid in pids)


def _add(driver: CatalogueDriver, homes: range) -> None:
    (template,), _ = parse_inline(address(0))
    with driver.catalogue.transaction() as tx:
        add_homes_by(tx, template.property_hash, homes, driver.near_duplicates.scheme.key)


def _no_costs(driver: CatalogueDriver) -> Costs:
    return defaultdict(lambda: Cost(lambda: _server_seconds(driver)))


def _measure(driver: CatalogueDriver, found: Costs) -> None:
    found["the index of hashes read, as each crawl does"].timed(driver.read_hashes)
    home = found["a home of 40 photos, whole, a photo"]
    home.parts = PHOTOS
    for _ in range(HOMES_TIMED):
        home.timed(driver.collect_home)
    _jobs(driver, found)
    _leases(driver, found)


def _jobs(driver: CatalogueDriver, found: Costs) -> None:
    service = Service(driver.catalogue)
    homes, _ = parse_inline("; ".join(address(number) for number in range(JOB_HOMES)))
    asked = Submission(homes, options=JobOptions(slice_homes=JOB_HOMES // TIMES))
    names = (f"a job of {JOB_HOMES:,} homes handed in", "a slice taken", "a slice kept", "a slice ended")
    handed_in, taken, kept, ended = (found[name] for name in names)
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
    leased, prolonged, asked, due = (found[name] for name in names)
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
    parser = command_line(__doc__, __file__)
    parser.add_argument("place", metavar="PLACE", help="an empty catalogue, as PHX_CATALOGUE_URL takes it")
    parser.add_argument("photos", nargs="*", type=whole(), default=[1_000, 100_000], metavar="PHOTOS", help="sizes")
    main(*vars(parser.parse_args()).values())

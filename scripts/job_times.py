"""How long people wait for jobs: for the answer to a new one, for a cancelled one to stop, to see what has come.

`python scripts/job_times.py`: real workers, Redis and PostgreSQL. A busy machine shows in wall clock times: read them
where nothing else runs.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.homes_list import address, write_homes
from phx_scraper.config.locations import place_of
from phx_scraper.homes import read_addresses
from phx_scraper.replica import Options, running
from phx_scraper.service import jobs
from phx_scraper.service.jobs import Service, Submission
from phx_scraper.service.redis_queue import RedisQueue
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.job_rows import Wanted
from scripts.job_disturber import rest
from tests.integration.worker_runs import Workplace, crawl_of, descendants
from tests.postgresql_server import running_server, why_absent
from tests.redis_server import WHY_NOT, RedisServer, redis_program

SUBMIT_SECONDS, CANCEL_SECONDS, SEEN_SECONDS = 0.1, 5.0, 2.0
STEP = 0.1
FIRST = ("--priority", "high")
"""Before what is left in the queue of the cancelled jobs."""


@contextlib.contextmanager
def workplace() -> Iterator[tuple[Workplace, Service]]:
    """A slow source and a quick one; jobs as the API would ask for them."""
    slow = (("zillow", 3000.0),)
    replica_options = Options(photos=(1, 3), width=384, kinds=frozenset(), slow=slow)
    with (
        tempfile.TemporaryDirectory(prefix="phx-times-") as name,
        running(replica_options) as replica,
        running_server() as server,
        contextlib.ExitStack() as parts,
    ):
        place = Workplace(Path(name), RedisServer(Path(name)), replica, server)
        parts.callback(place.redis.kill)
        parts.callback(place.end)
        catalogue = Catalogue.open(place_of("", server.url(place.database)))
        parts.callback(catalogue.close)
        yield place, Service(catalogue, RedisQueue(place.redis.url))


def submitted(place: Workplace, service: Service, clients: int, each: int) -> float:
    """The 99th percentile of the answers to new jobs of a hundred homes, by so many clients at once."""
    homes = read_addresses(str(write_homes(place.folder / "hundred.csv", 100)))[0]

    def ask(_client: int) -> list[float]:
        times = []
        for _ in range(each):
            begun = time.perf_counter()
            jobs.submit(service, Submission(homes))
            times.append(time.perf_counter() - begun)
        return times

    cpu = time.process_time()
    with ThreadPoolExecutor(clients) as pool:
        found = sorted(seconds for times in pool.map(ask, range(clients)) for seconds in times)
    cpu = (time.process_time() - cpu) / len(found)
    middle, most = found[len(found) // 2], found[int(len(found) * 0.99)]
    print(
        f"new jobs by {clients} clients: p50 {middle * 1e3:.0f}, p99 {most * 1e3:.0f} ms; CPU {cpu * 1e3:.1f} ms each"
    )
    return most


def empty(service: Service) -> None:
    """Cancel what waits."""
    for job in jobs.listed(service, Wanted(states=("queued", "running"), number=100_000)):
        jobs.cancel(service, job.job_id)


def cancelled(place: Workplace, service: Service, times: int) -> float:
    """The longest time from a cancel to the end of the crawl, all its processes, and the job."""
    found = []
    worker = place.worker()
    for number in range(times):
        job_id = place.submit([address(number)], "--sources", "zillow", *FIRST)
        place.when(lambda: crawl_of(worker), lambda pid: pid is not None)
        rest(1 + number / 2)
        begun = time.monotonic()
        jobs.cancel(service, job_id)
        place.when(lambda: jobs.get(service, job_id).state, lambda state: state == "cancelled")  # noqa: B023
        place.when(lambda: crawl_of(worker), lambda pid: pid is None)
        found.append(time.monotonic() - begun)
    place.when(lambda: descendants(worker.pid), lambda left: left == [])
    print("from a cancel to no process:", *(f"{seconds:.1f}" for seconds in found), "s")
    return max(found)


def seen(place: Workplace, service: Service, homes: int) -> float:
    """The longest time from a visit's end to the first look at the job that shows it."""
    job_id = place.submit([address(100 + number) for number in range(homes)], "--sources", "phoenix_mls,redfin", *FIRST)
    late: dict[tuple[int, str], float] = {}
    job = jobs.get(service, job_id)
    while not job.has_ended:
        rest(STEP)
        job = jobs.get(service, job_id)
        ends = {(label, source): at for label, source, at in place.rows(_ENDS)}
        shown = jobs.homes(service, job_id, number=homes)
        for home in shown:
            for source, visit in home.outcomes.items():
                if visit["outcome"] != "pending" and (ended := ends.get((home.property_hash, source))):
                    late.setdefault((home.number, source), time.time() - ended)
    print(f"from a visit's end to its being shown: at most {max(late.values()):.1f} s, of {len(late)} visits")
    return max(late.values())


_ENDS = "SELECT property_hash, source, finished_at FROM visits WHERE finished_at IS NOT NULL"


def main() -> None:
    """Exit code 0: each within its bound."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, usual in (("clients", 10), ("each", 30), ("cancels", 5), ("homes", 8)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    opts = parser.parse_args()
    if missing := (WHY_NOT if redis_program() is None else why_absent()):
        sys.exit(missing)
    with workplace() as (place, service):
        answer = submitted(place, service, opts.clients, opts.each)
        empty(service)
        stop = cancelled(place, service, opts.cancels)
        late = seen(place, service, opts.homes)
    sys.exit(0 if answer < SUBMIT_SECONDS and stop < CANCEL_SECONDS and late < SEEN_SECONDS else 1)


if __name__ == "__main__":
    main()

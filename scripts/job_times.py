"""How long people wait for jobs: for the answer to a new one, for a cancelled one to stop, to see what has come.

`python scripts/job_times.py`: real workers, Redis and PostgreSQL, and a real API: jobs are handed in by HTTP, of 2 and
of 100 homes, and by the function that it calls; progress is seen by the API's events. A busy machine shows in wall
clock times: read them where nothing else runs.
"""

from __future__ import annotations

import contextlib
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.command_line import command_line, whole
from bench.homes_list import address, write_homes
from bench.measure import cpu_seconds
from bench.submissions import WARM_UP, Load, percentile, taken
from phx_scraper.config.locations import place_of
from phx_scraper.homes import read_addresses
from phx_scraper.replica import Options, running
from phx_scraper.service import jobs
from phx_scraper.service.job_service import Service
from phx_scraper.service.jobs import Submission
from phx_scraper.service.redis_queue import RedisQueue
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.job_rows import Wanted
from tests.api_server import HAS_API
from tests.api_server import WHY_NOT as WITHOUT_API
from tests.integration.api_process import ApiProcess
from tests.integration.job_disturber import rest
from tests.integration.worker_runs import Workplace, crawl_of, descendants
from tests.postgresql_server import running_server, why_absent
from tests.redis_server import WHY_NOT, RedisServer, redis_program

PAUSE_SECONDS = 0.5
SUBMIT_SECONDS, CANCEL_SECONDS, SEEN_SECONDS = 0.1, 5.0, 2.0
HOMES = (2, 100)
"""Of a job that is handed in."""
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


def submitted(api: ApiProcess, service: Service, clients: int, each: int) -> float:
    """The 99th percentile of the answers to new jobs of few homes by HTTP, by so many clients that pause now and then.

    Without pauses they wait for each other, and a long list is read address by address: both are printed, not judged.
    """
    judged = 0.0
    for homes in HOMES:
        for pause in (0.0, PAUSE_SECONDS):
            load = Load(clients, each, homes, pause)
            cpu = cpu_seconds(api.process.pid)
            found = taken(api.url, api.key, load)
            cpu = (cpu_seconds(api.process.pid) - cpu) / (clients * (each + WARM_UP))
            how = f"by HTTP, {homes} homes, {pause:g} s between two of a client"
            print(_times(how, found), f"CPU of the API {cpu * 1e3:.1f} ms each", flush=True)
        judged = judged or percentile(found, 0.99)
        cpu = time.process_time()
        found = _called(api.place, service, load)
        cpu = (time.process_time() - cpu) / len(found)
        print(_times(f"by the function, {homes} homes", found), f"CPU {cpu * 1e3:.1f} ms each", flush=True)
        empty(service)
    return judged


def _called(place: Workplace, service: Service, load: Load) -> list[float]:
    """Seconds of each submission without HTTP, sorted."""
    homes = read_addresses(str(write_homes(place.folder / "many.csv", load.homes)))[0]

    def ask(_client: int) -> list[float]:
        times = []
        for _ in range(load.requests):
            begun = time.perf_counter()
            jobs.submit(service, Submission(homes))
            times.append(time.perf_counter() - begun)
        return times

    with ThreadPoolExecutor(load.clients) as pool:
        return sorted(seconds for times in pool.map(ask, range(load.clients)) for seconds in times)


def _times(what: str, found: list[float]) -> str:
    p50, p99 = (percentile(found, share) * 1e3 for share in (0.5, 0.99))
    return f"{len(found)} new jobs {what}: p50 {p50:.0f}, p99 {p99:.0f} ms;"


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


def seen(api: ApiProcess, homes: int) -> float:
    """The longest time from a visit's end to the first event of the job that counts it."""
    before = len(api.place.rows(_ENDS))
    asked = [address(2000 + number) for number in range(homes)]
    sources = ["phoenix_mls", "redfin"]
    job_id = api.submit({"addresses": asked, "sources": sources, "options": {"priority": "high"}})
    events = list(api.events(job_id))
    ends = [at for (at,) in api.place.rows(_ENDS)[before:]]
    # So many have ended when the one that ended last of them is seen.
    late = [next(at for at, _, job in events if _ended(job) >= number) - end for number, end in enumerate(ends, 1)]
    assert len(late) == homes * len(sources), (ends, events)
    middle = statistics.median(late)
    print(f"from a visit's end to its event: at most {max(late):.1f} s, median {middle:.1f} s, of {len(late)} visits")
    return max(late)


_ENDS = "SELECT finished_at FROM visits WHERE finished_at IS NOT NULL ORDER BY finished_at"


def _ended(job: dict[str, Any]) -> int:
    """Visits of a job that an event counts as ended."""
    return sum(number for of in job["outcomes"].values() for name, number in of.items() if name != "pending")


def main() -> None:
    """Exit code 0: each within its bound."""
    parser = command_line(__doc__, __file__)
    for name, usual in (("clients", 10), ("each", 100), ("cancels", 5), ("homes", 8)):
        parser.add_argument(f"--{name}", type=whole(), default=usual, metavar="N", help=f"({usual})")
    opts = parser.parse_args()
    if missing := (WHY_NOT if redis_program() is None else why_absent() or ("" if HAS_API else WITHOUT_API)):
        sys.exit(missing)
    with workplace() as (place, service):
        api = ApiProcess(place)
        try:
            answer = submitted(api, service, opts.clients, opts.each)
            stop = cancelled(place, service, opts.cancels)
            late = seen(api, opts.homes)
        finally:
            api.end()
    sys.exit(0 if answer < SUBMIT_SECONDS and stop < CANCEL_SECONDS and late < SEEN_SECONDS else 1)


if __name__ == "__main__":
    main()

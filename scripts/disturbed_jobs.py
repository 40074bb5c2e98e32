"""Workers share a job while what they need is killed, paused, wiped and away at random; then all is counted.

`python scripts/disturbed_jobs.py --homes 60 --disturbances 20 --workers 3 --seed 1`, with `--stack` on PostgreSQL and
in a bucket; needs a redis-server and the extra `[service]`. The job is handed in to a real API, which is killed in the
midst, and followed by its events. Every visit, photo and picture must be as after one plain crawl; no two crawls may
do the same at once, beyond the moment in which the elder notices; and the job ends by name.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.command_line import command_line, whole
from bench.homes_list import write_homes
from phx_scraper.model.store_place import S3Place
from phx_scraper.replica import Options, Replica, running
from phx_scraper.replica.scenarios import SCENARIOS
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.open_store import open_store
from tests.api_server import HAS_API, JOBS
from tests.api_server import WHY_NOT as WITHOUT_API
from tests.integration.api_process import ApiProcess, Follower
from tests.integration.crawls import crawl, rows
from tests.integration.job_disturber import Disturber, TwoAtOnce, ended_by_itself, rest
from tests.integration.job_over_http import body, repeated, told_to_the_end
from tests.integration.worker_runs import Workplace
from tests.postgresql_server import PostgresqlServer, running_server, why_absent
from tests.redis_server import WHY_NOT, RedisServer, redis_program
from tests.s3_server import new_place, s3_server

END_SECONDS = 1800.0
REPEATABLE = frozenset(
    name for name, one in SCENARIOS.items() if "transient" not in one.group and one.outcome != "blocked"
)
"""Kinds of homes that answer the same however often they are asked, since what was cut off is asked anew, and whose
answer has no consequence for other homes of the same crawl, since slices are crawls."""
NOTICED_SECONDS = 3.0
"""In which one that another took over notices it."""
VISITS = "SELECT address, source, outcome FROM visits JOIN homes USING (property_hash)"
PHOTOS = "SELECT source, key, state FROM photos"
WELL = "('ok', 'empty', 'not_found')"
ODD = f"SELECT source, outcome, reason, count(*) FROM visits WHERE outcome NOT IN {WELL} GROUP BY 1, 2, 3"
DONE = f"SELECT property_hash, source FROM visit_history WHERE outcome IN {WELL}"


@dataclass(frozen=True)
class Stack:
    """Where a job is carried out: a bucket and a PostgreSQL, or a folder of this machine."""

    place: Workplace
    api: ApiProcess
    bucket: S3Place | None = None


@contextlib.contextmanager
def stack(folder: Path, replica: Replica, is_whole: bool) -> Iterator[Stack]:
    """All that is needed, until the end."""
    with contextlib.ExitStack() as parts:
        server: PostgresqlServer | None = parts.enter_context(running_server()) if is_whole else None
        bucket = new_place(parts.enter_context(s3_server())) if is_whole else None
        place = Workplace(folder, RedisServer(folder), replica, server, bucket)
        parts.callback(place.redis.kill)
        parts.callback(place.end)
        api = ApiProcess(place)
        parts.callback(api.end)
        yield Stack(place, api, bucket)


def is_as_plain(on: Stack, replica: Replica, sources: str) -> bool:
    """Print what came of it, against one plain crawl of the same list; whether that is what must come."""
    asked = replica.urls()
    often = [number for number in asked.values() if number > 1]
    print(f"asked for more than once: {len(often)} of {len(asked)} files, at most {max(often, default=1)} times")
    done = on.place.rows(DONE)
    print(f"visits that ended well more than once: {len(done) - len(set(done))} of {len(set(done))}")
    plain = on.place.folder / "plain"
    replica.reset()
    crawl("all", plain, replica.url, addresses=on.place.folder / "homes.csv", sources=sources)
    here = {name: sorted(on.place.rows(query)) for name, query in (("visits", VISITS), ("photos", PHOTOS))}
    there = {name: sorted(rows(plain, query)) for name, query in (("visits", VISITS), ("photos", PHOTOS))}
    here["pictures"], there["pictures"] = pictures(on.bucket or on.place.store), pictures(plain)
    for name, found in here.items():
        extra, lost = set(found) - set(there[name]), set(there[name]) - set(found)
        print(f"{name}: {len(found)}, {'as' if found == there[name] else 'NOT AS'} in a plain crawl")
        print(*(f"  only here: {one}" for one in sorted(extra)[:9]), *(f"  lost: {one}" for one in sorted(lost)[:9]))
    for name, found in (("here", on.place.rows(ODD)), ("plain", rows(plain, ODD))):
        print(f"visits that did not end well, {name}:", *sorted(found))
    return here == there


def pictures(place: S3Place | Path) -> list[Any]:
    """The names of all pictures, which say what is in them."""
    return sorted(path for folder in (paths.PROCESSED, paths.RAW) for path, _ in open_store(place).walk(folder))


def run(place: Workplace, disturber: Disturber, job_id: str, disturbances: int) -> str:
    """Disturb, then wait for the end; set aside is tried again, since it is the disturbances that set it aside."""
    until = time.monotonic() + END_SECONDS
    state = ""
    done = 0
    while time.monotonic() < until and (state != "finished" or disturber.paused):
        if done < disturbances and state != "finished":
            disturber.disturb()
            done += 1
        disturber.wake(all_of_them=done >= disturbances and state == "finished")
        disturber.supervise()
        rest(disturber.chance.uniform(1, 6))
        [(state,)] = place.rows(f"SELECT state FROM jobs WHERE job_id = '{job_id}'")
        if state in {"set_aside", "failed"}:
            status, _ = disturber.api.patiently("POST", f"{JOBS}/{job_id}/retry")
            disturber.log.append(f"retry of a job that is {state}: {status}")
    print(*disturber.log, sep="; ")
    print(f"{done} disturbances, the job is {state}")
    return state


def tell_slices(place: Workplace, job_id: str) -> None:
    """Print how each slice stands."""
    shown = "number, state, homes, attempts, token, reason"
    for row in place.rows(f"SELECT {shown} FROM job_slices WHERE job_id = '{job_id}' ORDER BY number"):
        print("  slice", *row)


def carried_out(opts: argparse.Namespace, on: Stack, replica: Replica) -> bool:
    """Whether all came as it must."""
    chance = random.Random(opts.seed)  # nosec B311
    is_one_each = repeated(on.api, opts.submissions, chance)
    write_homes(on.place.folder / "homes.csv", opts.homes)
    job_id = on.api.submit(body(opts.homes, opts.slice, opts.sources.split(",")), "the-job")
    follower = Follower(on.api, job_id)
    follower.start()
    disturber = Disturber(on.place, on.api, opts.workers, chance)
    looks = TwoAtOnce(on.place.folder)
    looks.start()
    begun = time.monotonic()
    state = run(on.place, disturber, job_id, opts.disturbances)
    looks.end()
    print(f"{time.monotonic() - begun:.0f} s; codes of workers that ended: {ended_by_itself(on.place.workers)}")
    tell_slices(on.place, job_id)
    print("two at once, seconds by slice:", {name: round(seconds, 1) for name, seconds in looks.seconds.items()} or 0)
    are_alone = all(seconds <= NOTICED_SECONDS for seconds in looks.seconds.values())
    is_told = told_to_the_end(follower, opts.homes)
    tracebacks = (on.place.logs() + on.api.log()).count("Traceback")
    print(f"tracebacks: {tracebacks}")
    wells = (is_one_each, is_told, state == "finished", are_alone, tracebacks == 0)
    return is_as_plain(on, replica, opts.sources) and all(wells)


def main() -> None:
    """Exit code 0: all is as in a plain crawl."""
    parser = command_line(__doc__, __file__)
    for name, usual in (
        ("homes", 60),
        ("disturbances", 20),
        ("workers", 3),
        ("slice", 4),
        ("seed", 1),
        ("submissions", 6),
    ):
        parser.add_argument(f"--{name}", type=whole(0), default=usual, metavar="N", help=f"({usual})")
    parser.add_argument("--sources", default="phoenix_mls,redfin")
    parser.add_argument("--stack", action="store_true", help="on PostgreSQL and in a bucket")
    parser.add_argument("--keep-logs", default="", metavar="FILE", help="write there what the workers said")
    opts = parser.parse_args()
    missing = WHY_NOT if redis_program() is None else why_absent() if opts.stack else "" if HAS_API else WITHOUT_API
    if missing:
        sys.exit(missing)
    with (
        tempfile.TemporaryDirectory(prefix="phx-jobs-") as name,
        running(Options(photos=(2, 4), width=384, kinds=REPEATABLE)) as replica,
        stack(Path(name), replica, opts.stack) as on,
    ):
        try:
            is_right = carried_out(opts, on, replica)
        finally:
            if opts.keep_logs:
                Path(opts.keep_logs).write_text(on.place.logs() + on.api.log(), encoding="utf-8")
    print("all is as it must be" if is_right else "NOT as it must be")
    sys.exit(0 if is_right else 1)


if __name__ == "__main__":
    main()

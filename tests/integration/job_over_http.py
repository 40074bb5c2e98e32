"""Jobs as clients of the API hand them in and follow them, while it is killed: for `scripts/disturbed_jobs.py`."""

from __future__ import annotations

import contextlib
import http.client
import random
import threading
import time
from collections.abc import Sequence
from typing import Any

from bench.homes_list import address
from tests.api_server import JOBS
from tests.integration.api_process import ApiProcess, Follower
from tests.integration.job_disturber import rest

KILLED_WITHIN = 0.03
"""Seconds from a submission to the kill of the API: before, while and after the job is made."""
TOLD_SECONDS = 60.0
"""In which a stream is there again, and has told the end."""


def body(homes: int, size: int, sources: Sequence[str]) -> dict[str, Any]:
    """A job of the first so many homes, in slices of a size."""
    addresses = [address(number) for number in range(homes)]
    return {"addresses": addresses, "sources": list(sources), "options": {"slice_homes": size}}


def repeated(api: ApiProcess, number: int, chance: random.Random) -> bool:
    """Submissions in the midst of which the API is killed, each sent again under its name; whether each is one job."""
    made: set[str] = set()
    before = 0
    for one in range(number):
        new = (body(1 + one, 1, ["redfin"]), f"repeated-{one}")
        asking = threading.Thread(target=_ask_once, args=(api, *new))
        asking.start()
        rest(chance.uniform(0, KILLED_WITHIN))
        api.kill()
        asking.join()
        before += len(_jobs(api)) > len(made)
        api.start()
        made.add(api.submit(*new))
    found = _jobs(api)
    for job_id in made:
        api.patiently("POST", f"{JOBS}/{job_id}/cancel")
    print(f"submissions repeated across a kill of the API: {number}, {before} made before it; {len(found)} jobs")
    return found == made and len(made) == number


def told_to_the_end(follower: Follower, homes: int) -> bool:
    """Whether the events of a job have ended with its end, all of its homes done."""
    until = time.monotonic() + TOLD_SECONDS
    while time.monotonic() < until and not (follower.events and follower.events[-1][1] == "end"):
        rest(0.2)
    follower.end()
    _, name, job = follower.events[-1]
    state, done = job["status"], job["completed_properties"]
    met = f"{follower.connections} connections, {follower.cuts} of them cut or refused"
    print(f"events: {len(follower.events)} by {met}; the last is {name}, {state}, {done} of {homes} homes")
    return (name, state, done) == ("end", "finished", homes)


def _jobs(api: ApiProcess) -> set[str]:
    return {job_id for (job_id,) in api.place.rows("SELECT job_id FROM jobs")}


def _ask_once(api: ApiProcess, new: dict[str, Any], name: str) -> None:
    with contextlib.suppress(OSError, http.client.HTTPException):
        api.ask("POST", JOBS, new, {"Idempotency-Key": name})

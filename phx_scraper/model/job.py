"""Jobs: lists of homes that workers collect, slice by slice, as the catalogue holds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

QUEUED, RUNNING, CANCELLING, CANCELLED = "queued", "running", "cancelling", "cancelled"
FINISHED, FAILED, SET_ASIDE = "finished", "failed", "set_aside"

JOB_STATES = (QUEUED, RUNNING, CANCELLING, CANCELLED, FINISHED, FAILED, SET_ASIDE)
"""How a job stands: none of its homes is begun, some are, they are being stopped; and its endings. `set_aside`: some of
its homes failed as often as a job may, so a person has to look before they are tried again."""
SLICE_STATES = (QUEUED, RUNNING, CANCELLED, FINISHED, FAILED, SET_ASIDE)
ENDINGS = (CANCELLED, FINISHED, FAILED, SET_ASIDE)
"""Of jobs and of slices: nobody works on them any more."""

PRIORITIES = ("high", "normal", "low")
"""In the order in which workers take them."""

MOST_ATTEMPTS = 3
"""Crawls of one slice that may die or stop early before it is set aside."""


@dataclass(frozen=True, slots=True)
class JobOptions:
    """What a job's crawls are told; empty `sources` are all of them, `refresh_days` None is the crawl's own default.

    `slice_homes` is how many homes one crawl takes: the parts in which workers share the list.
    """

    sources: tuple[str, ...] = ()
    force: bool = False
    refresh_days: float | None = None
    priority: str = "normal"
    slice_homes: int = 25


@dataclass(frozen=True, slots=True)
class Job:
    """One job. Times are seconds since 1970; `key_id` is whose it is, "" for the command line.

    `rejected` has the rows of the list that name no home: `{"row", "reason", "text"}`. `attempts` counts the times that
    it was handed to workers: once, and once more for each retry, with which `started_at` begins anew.
    """

    job_id: str
    state: str
    reason: str
    priority: str
    options: Mapping[str, Any]
    key_id: str
    homes: int
    rejected: tuple[Mapping[str, Any], ...]
    attempts: int
    created_at: float
    started_at: float | None
    finished_at: float | None

    @property
    def has_ended(self) -> bool:
        """Whether nobody works on it any more."""
        return self.state in ENDINGS


@dataclass(frozen=True, slots=True)
class JobSlice:
    """Some homes of a job, which one crawl collects.

    `token` is raised whenever a worker takes the slice: who holds an earlier one may write nothing any more. `worker`
    is the process that has it, `lease_until` the time up to which that is believed, `run_id` its crawl.
    """

    job_id: str
    number: int
    state: str
    reason: str
    homes: int
    attempts: int
    token: int
    worker: str
    lease_until: float | None
    run_id: str
    exit_code: int | None
    started_at: float | None
    finished_at: float | None


@dataclass(frozen=True, slots=True)
class JobHome:
    """A home of a job; `outcomes` says how it stands at each source of the job: `{"outcome", "reason", "photos"}`."""

    number: int
    slice: int
    address: str
    property_hash: str | None
    is_done: bool
    outcomes: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class JobProgress:
    """How far a job is: homes that are done, visits by source and outcome, photos kept, and seconds at work.

    `seconds_left` is what is left at the pace so far; None while that cannot be told.
    """

    homes: int
    homes_done: int
    outcomes: Mapping[str, Mapping[str, int]]
    photos: int
    seconds: float
    seconds_left: float | None

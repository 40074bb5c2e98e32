"""Jobs as the API takes and shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, FailFast, Field, StringConstraints, Tag

from phx_scraper.homes.addresses_csv import MAX_ROWS
from phx_scraper.model.job import Job, JobHome, JobOptions
from phx_scraper.service.job_options import MOST_DAYS, MOST_SLICE_HOMES
from phx_scraper.service.job_service import JobView
from phx_scraper.views.documents import timestamp

MOST_REJECTED = 1000
"""Rows that name no home, of each job that is shown."""
Text = Annotated[str, StringConstraints(max_length=1000)]
Status = Literal["queued", "running", "cancelling", "cancelled", "finished", "failed", "set_aside"]
Source = Literal["zillow", "redfin", "phoenix_mls", "maricopa_assessor"]


class Closed(BaseModel):
    """What is sent to us: a name that nobody knows is refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


class GivenAddress(Closed):
    """An address by its parts."""

    street: Text
    city: Text = ""
    state: Text = ""
    zip: Text = ""


def _form(given: Any) -> str:
    return "parts" if isinstance(given, dict | GivenAddress) else "text"


Given = Annotated[
    Annotated[Text, Tag("text")] | Annotated[GivenAddress, Tag("parts")],
    Discriminator(_form, custom_error_type="address", custom_error_message="a text, or street, city, state and zip"),
]


class GivenOptions(Closed):
    """How the homes are collected. `slice_homes`: how many of them one crawl takes, by which workers share a job."""

    force: Annotated[bool, Field(description="Fetch again what is there")] = False
    refresh_days: Annotated[float, Field(ge=0, lt=MOST_DAYS, allow_inf_nan=False)] | None = None
    priority: Literal["high", "normal", "low"] = "normal"
    slice_homes: Annotated[int, Field(ge=1, le=MOST_SLICE_HOMES)] = 25


class NewJob(Closed):
    """A list of homes; without `sources` all of them are asked."""

    # The first that is none ends it: what is told of each of 100,000 takes gigabytes.
    addresses: Annotated[list[Given], FailFast()] = Field(min_length=1, max_length=MAX_ROWS)
    sources: list[Source] = Field(default_factory=list, max_length=4)
    options: GivenOptions = Field(default=GivenOptions())


class Rejected(BaseModel):
    """An entry of the list that names no home: its number, counted from 1 (of a CSV its row), and why."""

    row: int
    reason: str
    text: str


class JobSummary(BaseModel):
    """A job in a list; times in UTC."""

    job_id: str
    status: Status
    reason: str
    priority: str
    sources: list[str]
    total_properties: int
    attempts: int
    key_id: str
    created_at: str | None
    started_at: str | None
    finished_at: str | None


class JobDetails(JobSummary):
    """A job with its progress: `outcomes` counts homes by source and outcome, `eta_seconds` is null while unknown.

    `is_told` false: no Redis is set or it is away, and workers find the job by their sweeps. `rejected` has the first
    of the `rejected_rows`: each event of a stream carries them.
    """

    completed_properties: int
    outcomes: dict[str, dict[str, int]]
    photos: int
    seconds: float
    eta_seconds: float | None
    is_told: bool
    rejected_rows: int
    rejected: Annotated[list[Rejected], Field(max_length=MOST_REJECTED)]


class JobHomeDocument(BaseModel):
    """A home of a job, and how it stands at each source."""

    number: int
    address: str
    property_hash: str | None
    is_done: bool
    outcomes: dict[str, dict[str, Any]]


class JobWithHomes(JobDetails):
    """A job with a page of its homes; `next` is the URL of the next page, null at the end."""

    homes: list[JobHomeDocument]
    next: str | None


class JobList(BaseModel):
    """A page of jobs, the newest first; `next` is the URL of the next one, null at the end."""

    jobs: list[JobSummary]
    next: str | None


def options_of(new: NewJob) -> JobOptions:
    """What the job's crawls are told."""
    given = new.options
    sources = tuple(dict.fromkeys(new.sources))
    return JobOptions(sources, given.force, given.refresh_days, given.priority, given.slice_homes)


def given_addresses(new: NewJob) -> list[str | Mapping[str, str]]:
    """The addresses as `homes` reads them."""
    return [one if isinstance(one, str) else one.model_dump() for one in new.addresses]


def summary(job: Job) -> JobSummary:
    """A job in a list."""
    return JobSummary(**_summary(job))


def details(found: JobView) -> JobDetails:
    """A job with its progress."""
    return JobDetails(**_details(found))


def with_homes(found: JobView, homes: Iterable[JobHome], more: str | None) -> JobWithHomes:
    """A job with some of its homes."""
    told = [JobHomeDocument(**_without_slice(home)) for home in homes]
    return JobWithHomes(**_details(found), homes=told, next=more)


def _without_slice(home: JobHome) -> dict[str, Any]:
    return {name: value for name, value in asdict(home).items() if name != "slice"}


def _summary(job: Job) -> dict[str, Any]:
    same = ("job_id", "reason", "priority", "attempts", "key_id")
    times = ("created_at", "started_at", "finished_at")
    return {
        **{name: getattr(job, name) for name in same},
        **{name: timestamp(getattr(job, name)) for name in times},
        "status": job.state,
        "sources": list(job.options.get("sources") or ()),
        "total_properties": job.homes,
    }


def _details(found: JobView) -> dict[str, Any]:
    progress = found.progress
    return {
        **_summary(found.job),
        "completed_properties": progress.homes_done,
        "outcomes": {source: dict(named) for source, named in progress.outcomes.items()},
        "photos": progress.photos,
        "seconds": progress.seconds,
        "eta_seconds": progress.seconds_left,
        "is_told": found.is_told,
        "rejected_rows": len(found.job.rejected),
        "rejected": [dict(row) for row in found.job.rejected[:MOST_REJECTED]],
    }

"""Jobs, their slices and their homes: these rows decide what workers do, whatever the queue says."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Float, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from phx_scraper.model.job import JOB_STATES, PRIORITIES, SLICE_STATES
from phx_scraper.storage.catalogue.column_types import CleanText, JsonTuple
from phx_scraper.storage.catalogue.schema import metadata, one_of

_ID = 32

jobs = Table(
    "jobs",
    metadata,
    Column("job_id", String(_ID), primary_key=True),
    Column("state", CleanText, nullable=False),
    Column("reason", CleanText, nullable=False, server_default=""),
    Column("priority", CleanText, nullable=False),
    Column("options", JSON, nullable=False),
    Column("key_id", CleanText, nullable=False, server_default=""),
    # What whoever asked called the request, and a digest of it: asked again, it is the same job.
    Column("request_key", CleanText),
    Column("request_digest", CleanText, nullable=False, server_default=""),
    Column("homes", Integer, nullable=False),
    Column("rejected", JsonTuple(dict), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("started_at", Float),
    Column("finished_at", Float),
    one_of("state", JOB_STATES),
    one_of("priority", PRIORITIES),
    UniqueConstraint("key_id", "request_key"),
    Index("jobs_by_time", "created_at"),
)

# A worker holds a slice while `lease_until` lies ahead and `token` is the one that it was given; the crawl's list is
# written anew for each.
job_slices = Table(
    "job_slices",
    metadata,
    Column("job_id", ForeignKey("jobs.job_id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("state", CleanText, nullable=False),
    Column("reason", CleanText, nullable=False, server_default=""),
    Column("homes", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("token", Integer, nullable=False),
    Column("worker", CleanText, nullable=False, server_default=""),
    Column("lease_until", Float),
    Column("run_id", String(40), nullable=False, server_default=""),
    Column("exit_code", Integer),
    Column("started_at", Float),
    Column("finished_at", Float),
    one_of("state", SLICE_STATES),
    Index("job_slices_by_state", "state"),
)

# `property_hash` is the home's label, as soon as a crawl has put it on the list.
job_homes = Table(
    "job_homes",
    metadata,
    Column("job_id", ForeignKey("jobs.job_id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("slice", Integer, nullable=False),
    Column("address", CleanText, nullable=False),
    Column("extras", JSON, nullable=False),
    Column("property_hash", ForeignKey("homes.property_hash", ondelete="CASCADE")),
    Index("job_homes_by_slice", "job_id", "slice"),
    Index("job_homes_by_home", "property_hash"),
)

JOB_TABLES = (jobs, job_slices, job_homes)

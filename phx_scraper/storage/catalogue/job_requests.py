"""What a key has asked for: its requests by name, and how many jobs these were."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, Float, Select, and_, bindparam, case, distinct, func, select

from phx_scraper.model.job import ENDINGS, Job
from phx_scraper.storage.catalogue.column_types import CleanText
from phx_scraper.storage.catalogue.job_tables import jobs
from phx_scraper.storage.catalogue.key_tables import api_audit
from phx_scraper.storage.catalogue.rows import record


@dataclass(frozen=True, slots=True)
class Request:
    """How whoever asked for a job called the request, "" for none, and a digest of what was asked."""

    key: str = ""
    digest: str = ""


def asked_before(connection: Connection, key_id: str, request_key: str) -> tuple[Job, str] | None:
    """The job that this request made before, and the digest of what it asked then."""
    match = and_(jobs.c.key_id == key_id, jobs.c.request_key == request_key)
    row = connection.execute(select(jobs).where(match)).first()
    return (record(Job, row), row.request_digest) if row else None


def count(connection: Connection, key_id: str, since: float) -> tuple[int, int]:
    """How many jobs of a key were made since then, also those deleted meanwhile, and how many have not ended."""
    found = connection.execute(_COUNTED, {"key_id": key_id, "since": since}).one()
    return int(found.made) + int(found.deleted), int(found.are_open)


def _counted() -> Select[tuple[int, int, int]]:
    """Jobs that only the audit still knows are counted too: who deletes a job has made it all the same."""
    key_id, since = bindparam("key_id", type_=CleanText()), bindparam("since", type_=Float())
    made = func.count(case((jobs.c.created_at > since, 1)))
    are_open = func.count(case((jobs.c.state.not_in(ENDINGS), 1)))
    noted, subject = api_audit.c, api_audit.c.subject
    is_gone = subject.not_in(select(jobs.c.job_id).where(jobs.c.key_id == key_id).correlate(None))
    deleted = select(func.count(distinct(subject))).where(
        noted.key_id == key_id, noted.at > since, noted.action == "submit", is_gone
    )
    query = select(made.label("made"), deleted.scalar_subquery().label("deleted"), are_open.label("are_open"))
    return query.where(jobs.c.key_id == key_id)


# Put together once: that takes longer than to ask it.
_COUNTED = _counted()

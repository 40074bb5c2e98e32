"""Jobs as `scrapy jobs` shows them, to people and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from phx_scraper.model.job import Job, JobHome, JobSlice
from phx_scraper.service.jobs import JobView
from phx_scraper.views.documents import timestamp
from phx_scraper.views.human_text import counted, moment, span


def documents(found: Iterable[Job]) -> list[dict[str, Any]]:
    """Jobs as JSON-ready data; times as text."""
    return [_document(job) for job in found]


def job_document(found: JobView, homes: Sequence[JobHome]) -> dict[str, Any]:
    """A job with its progress, slices and homes."""
    progress = found.progress
    return {
        **_document(found.job),
        "is_told": found.is_told,
        "completed_properties": progress.homes_done,
        "total_properties": progress.homes,
        "outcomes": progress.outcomes,
        "photos": progress.photos,
        "seconds": progress.seconds,
        "seconds_left": progress.seconds_left,
        "slices": [{**asdict(one), **_times(one, "started_at", "finished_at", "lease_until")} for one in found.slices],
        "homes": [asdict(home) for home in homes],
    }


def job_text(found: JobView, homes: Sequence[JobHome]) -> str:
    """A job in some lines: its state, how far it is, what failed, each home."""
    job, progress = found.job, found.progress
    lines = [f"job {job.job_id}: {_state(job)}, {progress.homes_done} of {counted(progress.homes, 'home')} done"]
    if progress.seconds:
        left = f", some {span(progress.seconds_left)} left" if progress.seconds_left is not None else ""
        lines.append(f"  {counted(progress.photos, 'photo')} kept, {span(progress.seconds)}{left}")
    for source, outcomes in sorted(progress.outcomes.items()):
        lines.append(f"  {source}: {', '.join(f'{number} {name}' for name, number in sorted(outcomes.items()))}")
    lines += [
        f"  slice {one.number} ({counted(one.homes, 'home')}): {one.state}{f', {one.reason}' if one.reason else ''}"
        for one in found.slices
        if one.state == "running" or one.reason
    ]
    lines += [f"  row {row['row']} names no home: {row['reason']}" for row in job.rejected]
    lines += [_home_line(home) for home in homes]
    return "\n".join([*lines, ""])


def list_text(found: Sequence[Job]) -> str:
    """A line for each job."""
    lines = [
        f"{job.job_id}  {moment(job.created_at)}  {_state(job)}, {counted(job.homes, 'home')}, {job.priority}\n"
        for job in found
    ]
    return "".join(lines) or "There are no such jobs.\n"


def _home_line(home: JobHome) -> str:
    stands = ", ".join(f"{source} {visit['outcome']}" for source, visit in sorted(home.outcomes.items()))
    return f"  {home.address}: {stands or 'not begun'}"


def _state(job: Job) -> str:
    words = job.state.replace("_", " ")
    return f"{words} ({job.reason})" if job.reason else words


def _document(job: Job) -> dict[str, Any]:
    times = _times(job, "created_at", "started_at", "finished_at")
    return {**asdict(job), "rejected": [dict(row) for row in job.rejected], **times}


def _times(record: Job | JobSlice, *names: str) -> dict[str, str | None]:
    return {name: timestamp(getattr(record, name)) for name in names}

"""Jobs as `scrapy jobs` shows them, to people and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from phx_scraper.model.job import Job, JobHome, JobSlice
from phx_scraper.model.outcome import OUTCOMES
from phx_scraper.service.job_service import JobView
from phx_scraper.service.job_trouble import of_homes, visits_told
from phx_scraper.views.documents import timestamp
from phx_scraper.views.human_text import counted, moment, span

MOST_SHOWN = 100
"""Homes of each kind, and rows that name none, that are shown to people."""


def listed_document(found: JobView) -> dict[str, Any]:
    """A job with its progress as JSON-ready data; times as text. Of the rows that name no home the first."""
    job, progress = found.job, found.progress
    times = _times(job, "created_at", "started_at", "finished_at")
    return {
        **{**asdict(job), "rejected": [dict(row) for row in job.rejected[:MOST_SHOWN]], **times},
        "rejected_rows": len(job.rejected),
        "completed_properties": progress.homes_done,
        "total_properties": progress.homes,
        "outcomes": progress.outcomes,
        "photos": progress.photos,
        "seconds": progress.seconds,
        "seconds_left": progress.seconds_left,
    }


def job_document(found: JobView, homes: Sequence[JobHome]) -> dict[str, Any]:
    """The same with its slices and homes, and all rows that name none."""
    return {
        **listed_document(found),
        "rejected": [dict(row) for row in found.job.rejected],
        "is_told": found.is_told,
        "slices": [{**asdict(one), **_times(one, "started_at", "finished_at", "lease_until")} for one in found.slices],
        "homes": [asdict(home) for home in homes],
    }


def job_text(found: JobView, homes: Sequence[JobHome]) -> str:
    """A job in some lines: its state, how far it is, what failed and why, the first of its homes."""
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
    return "\n".join([*lines, *_rejected_lines(job), *_trouble_lines(found, homes), *_home_lines(homes), ""])


def list_text(found: Sequence[JobView]) -> str:
    """A line for each job."""
    return "".join(map(_line, found)) or "There are no such jobs.\n"


def _line(found: JobView) -> str:
    job = found.job
    done = f"{found.progress.homes_done} of {counted(job.homes, 'home')} done"
    return f"{job.job_id}  {moment(job.created_at)}  {_state(job)}, {done}, {job.priority}\n"


def _rejected_lines(job: Job) -> list[str]:
    lines = [f"  row {row['row']} names no home: {row['reason']}" for row in job.rejected[:MOST_SHOWN]]
    return [*lines, *_more(len(job.rejected), "  ")]


def _trouble_lines(found: JobView, homes: Sequence[JobHome]) -> list[str]:
    told = of_homes(found, homes)
    lines = [f"    {one.address}: {one.cause}" for one in told[:MOST_SHOWN]]
    return [f"  {counted(len(told), 'home')} did not end well:", *lines, *_more(len(told), "    ")] if told else []


def _home_lines(homes: Sequence[JobHome]) -> list[str]:
    lines = [f"  {one.address}: {', '.join(visits_told(one, OUTCOMES)) or 'not begun'}" for one in homes[:MOST_SHOWN]]
    return [*lines, *_more(len(homes), "  ")]


def _more(number: int, indent: str) -> list[str]:
    return [f"{indent}and {number - MOST_SHOWN:,} more, which --json has"] if number > MOST_SHOWN else []


def _state(job: Job) -> str:
    words = job.state.replace("_", " ")
    return f"{words} ({job.reason})" if job.reason else words


def _times(record: Job | JobSlice, *names: str) -> dict[str, str | None]:
    return {name: timestamp(getattr(record, name)) for name in names}

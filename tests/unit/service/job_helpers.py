"""A job that nobody has begun."""

from __future__ import annotations

from typing import Any

from phx_scraper.model.job import Job


def a_job(job_id: str = "j", **values: Any) -> Job:
    usual: dict[str, Any] = {
        "state": "queued",
        "reason": "",
        "priority": "normal",
        "options": {},
        "key_id": "",
        "homes": 1,
        "rejected": (),
        "attempts": 1,
        "created_at": 0.0,
        "started_at": None,
        "finished_at": None,
    }
    return Job(job_id, **{**usual, **values})

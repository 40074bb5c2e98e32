"""One execution of a crawl, as the catalogue holds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class RunRow:
    """One execution; `ending` and `finished_at` are None while it runs, and if it was killed until the next run."""

    run_id: str
    spider: str
    arguments: dict[str, str]
    started_at: float
    finished_at: float | None
    ending: str | None
    totals: dict[str, Any]


FRESH, RESUME, INCREMENTAL = "fresh", "resume", "incremental"
"""Modes of a run: its homes were new, or forgotten first; it went on with a stopped one; it looked for changes."""


HIDDEN = "***"
"""Stands in a run's settings for what may be secret."""


@dataclass(frozen=True, slots=True)
class RunDetails:
    """What a run was: `settings` are those that differ from their defaults, secrets hidden; `seconds` are by stage."""

    mode: str
    versions: dict[str, str]
    settings: dict[str, Any]
    seconds: dict[str, Any]


@dataclass(frozen=True, slots=True)
class VisitEnded:
    """How a run ended one home at one source; `ways` says how its steps went: `autocomplete plain, page browser`."""

    property_hash: str
    address: str
    source: str
    outcome: str
    reason: str
    ways: str
    claimed_photo_count: int | None
    not_before: float | None

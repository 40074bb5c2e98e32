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

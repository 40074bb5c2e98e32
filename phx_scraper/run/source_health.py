"""What an ending says of its source: that it refused, that it gave no answer, or nothing."""

from __future__ import annotations

from phx_scraper.model.outcome import Outcome
from phx_scraper.run.circuit_breaker import SourceFailure

NO_ANSWER = frozenset({"timeout", "connection_refused", "host_unknown", "cut_short"})
NO_ANSWER_STARTS = ("download:", "http_5")


def failure_of(ending: Outcome) -> SourceFailure | None:
    """The refusal or failure that an ending is, else None."""
    if ending.name == "blocked":
        return SourceFailure("refusal", ending.reason, ending.retry_after or 0.0)
    if ending.name == "error" and (ending.reason in NO_ANSWER or ending.reason.startswith(NO_ANSWER_STARTS)):
        return SourceFailure("failure", ending.reason)
    return None

"""How an exception ends a visit: one outcome and one reason, for pages and for lost requests."""

from __future__ import annotations

from twisted.python.failure import Failure

from phx_scraper.downloader.exceptions import SourceBlocked, StoppedEarly
from phx_scraper.downloader.lost_requests import reason_of
from phx_scraper.errors import NotFound, NotUnderstood, PageError, PhxError, Refused, UnsafeTarget, WrongHome
from phx_scraper.model.outcome import Outcome


def outcome_of(error: PhxError) -> Outcome:
    """The outcome that an error of ours means."""
    if isinstance(error, Refused):
        return Outcome("blocked", error.reason, error.detail, error.retry_after)
    if isinstance(error, NotFound):
        return Outcome("not_found", error.reason, error.detail)
    if isinstance(error, WrongHome):
        return Outcome("error", f"wrong_home:{error.reason}", error.detail)
    if isinstance(error, NotUnderstood):
        return Outcome("error", f"not_understood:{error.reason}", error.detail, keep_page=True)
    if isinstance(error, PageError):
        return Outcome("error", error.reason, error.detail)
    if isinstance(error, UnsafeTarget):
        return Outcome("error", "unsafe_target", str(error))
    return Outcome("error", type(error).__name__.lower(), str(error))


def outcome_of_failure(failure: Failure) -> Outcome:
    """The outcome that a lost request means."""
    error = failure.value
    if isinstance(error, SourceBlocked):
        return Outcome("pending", "left_alone")
    if isinstance(error, StoppedEarly):
        return Outcome("pending", "stopped")
    if isinstance(error, PhxError):
        return outcome_of(error)
    reason = reason_of(error)
    return Outcome("error", reason, str(error) if reason.startswith("download:") else "")

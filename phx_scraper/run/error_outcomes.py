"""How an exception ends a visit: one outcome and one reason, for pages and for lost requests."""

from __future__ import annotations

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from twisted.python.failure import Failure

from phx_scraper.downloader.exceptions import BrowserFailed, SourceBlocked, StoppedEarly
from phx_scraper.errors import NotFound, NotUnderstood, PageError, PhxError, Refused, UnsafeTarget, WrongHome
from phx_scraper.model.outcome import Outcome

LOST = (
    (DownloadTimeoutError, "timeout"),
    (DownloadConnectionRefusedError, "connection_refused"),
    (CannotResolveHostError, "host_unknown"),
    (ResponseDataLossError, "cut_short"),
    (DownloadCancelledError, "too_large"),
    (BrowserFailed, "browser_failed"),
)


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
    for kind, reason in LOST:
        if isinstance(error, kind):
            return Outcome("error", reason)
    return Outcome("error", f"download:{type(error).__name__}", str(error))

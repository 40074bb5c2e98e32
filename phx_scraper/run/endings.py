"""How an exception ends a visit: one outcome and one reason, for pages and for lost requests."""

from __future__ import annotations

from dataclasses import dataclass

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from twisted.python.failure import Failure

from phx_scraper.downloader.exceptions import SourceBlocked, StoppedEarly
from phx_scraper.errors import NotFound, NotUnderstood, PageError, PhxError, Refused, UnsafeTarget, WrongHome

LOST = (
    (DownloadTimeoutError, "timeout"),
    (DownloadConnectionRefusedError, "connection_refused"),
    (CannotResolveHostError, "host_unknown"),
    (ResponseDataLossError, "cut_short"),
    (DownloadCancelledError, "too_large"),
)


@dataclass(frozen=True, slots=True)
class Ending:
    """How a visit ends: `outcome` ok | empty | not_found | blocked | error, or pending; `reason` in snake_case.

    `retry_after` is in seconds, None where nobody named a time; `keep_page` asks for the body to be kept for repair;
    `host` refused, or gave no answer.
    """

    outcome: str
    reason: str = ""
    detail: str = ""
    retry_after: float | None = None
    keep_page: bool = False
    host: str = ""


def ending_of(error: PhxError) -> Ending:
    """The ending that an error of ours means."""
    if isinstance(error, Refused):
        return Ending("blocked", error.reason, error.detail, error.retry_after)
    if isinstance(error, NotFound):
        return Ending("not_found", error.reason, error.detail)
    if isinstance(error, WrongHome):
        return Ending("error", f"wrong_home:{error.reason}", error.detail)
    if isinstance(error, NotUnderstood):
        return Ending("error", f"not_understood:{error.reason}", error.detail, keep_page=True)
    if isinstance(error, PageError):
        return Ending("error", error.reason, error.detail)
    if isinstance(error, UnsafeTarget):
        return Ending("error", "unsafe_target", str(error))
    return Ending("error", type(error).__name__.lower(), str(error))


def ending_of_failure(failure: Failure) -> Ending:
    """The ending that a lost request means."""
    error = failure.value
    if isinstance(error, SourceBlocked):
        return Ending("pending", "left_alone")
    if isinstance(error, StoppedEarly):
        return Ending("pending", "stopped")
    if isinstance(error, PhxError):
        return ending_of(error)
    for kind, reason in LOST:
        if isinstance(error, kind):
            return Ending("error", reason)
    return Ending("error", f"download:{type(error).__name__}", str(error))

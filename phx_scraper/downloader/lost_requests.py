"""The reasons of requests that got no answer, or none that could be kept."""

from __future__ import annotations

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)

LOST = (
    (DownloadTimeoutError, "timeout"),
    (DownloadConnectionRefusedError, "connection_refused"),
    (CannotResolveHostError, "host_unknown"),
    (ResponseDataLossError, "cut_short"),
    (DownloadCancelledError, "too_large"),
)


def reason_of(error: BaseException) -> str:
    """One of the reasons of `LOST`, or `download:` and the class of any other error."""
    named = (reason for kind, reason in LOST if isinstance(error, kind))
    return next(named, f"download:{type(error).__name__}")

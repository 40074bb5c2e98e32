"""An error of a command: one sentence on stderr, with `--json` a document on stdout as well, and an exit code."""

from __future__ import annotations

import contextlib
import errno
import json
import sys
import traceback
from typing import Any

from scrapy.exceptions import UsageError as ScrapyUsageError

from phx_scraper.config.program_name import as_typed
from phx_scraper.errors import (
    CatalogueAway,
    CatalogueError,
    CatalogueUnreachable,
    DiskFull,
    EmptyList,
    PhxError,
    QueueUnavailable,
    StorageError,
    StoreUnreachable,
    UsageError,
)
from phx_scraper.model.checks import CHECKS
from phx_scraper.model.outcome import SERVER_AWAY, STOPPED, WRONG_USE

INTERNAL = "internal"
CODES: dict[str, tuple[tuple[type[BaseException], ...], int]] = {
    CHECKS["empty_list"].name: ((EmptyList,), WRONG_USE),
    "wrong_use": ((UsageError, ScrapyUsageError), WRONG_USE),
    "disk_full": ((DiskFull,), STOPPED),
    "catalogue_away": ((CatalogueUnreachable, CatalogueAway), SERVER_AWAY),
    "store_away": ((StoreUnreachable,), SERVER_AWAY),
    "catalogue": ((CatalogueError,), WRONG_USE),
    "storage": ((StorageError,), WRONG_USE),
    "queue_away": ((QueueUnavailable,), SERVER_AWAY),
    "failed": ((PhxError,), WRONG_USE),
    "system": ((OSError,), WRONG_USE),
    "interrupted": ((KeyboardInterrupt,), STOPPED),
    INTERNAL: ((Exception,), STOPPED),
}
"""Code in JSON -> what it stands for, the narrower before the wider, and the exit code."""


def error_code(error: BaseException) -> str:
    """One of CODES; a full disk has one name, whoever met it."""
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return "disk_full"
    return next((code for code, (kinds, _) in CODES.items() if isinstance(error, kinds)), INTERNAL)


def report_error(command: str, error: BaseException, as_json: bool) -> int:
    """Tell it; `command` is how it was called, such as `scrapy status`. Returns the exit code."""
    code = error_code(error)
    if code == INTERNAL:
        traceback.print_exception(error)
    message = as_typed(_sentence(error, code))
    if as_json:
        _print({"error": {"code": code, "message": message}})
    sys.stderr.write(f"{command}: {message}\n")
    return CODES[code][1]


def _print(document: dict[str, Any]) -> None:
    """Where standard output itself is the trouble, the sentence on stderr has to do."""
    with contextlib.suppress(OSError):
        sys.stdout.write(json.dumps(document) + "\n")
        sys.stdout.flush()


def _sentence(error: BaseException, code: str) -> str:
    if code == "interrupted":
        return "stopped by Ctrl-C before it was done; run it again"
    if code == INTERNAL:
        return f"{type(error).__name__}: {error}; this is a fault of phx_scraper: please report it with the lines above"
    if isinstance(error, OSError):
        return f"{error.filename or 'the output'} cannot be used ({error.strerror or error})"
    return str(error)

"""`python -m tests.faults.disk_shim CALL:N:ERROR crawl …`: scrapy, on a disk whose n-th call of a kind fails."""

from __future__ import annotations

import errno
import itertools
import os
import sys
from typing import Any

from scrapy.cmdline import execute
from sqlalchemy import Engine, event

from phx_scraper.storage.disk import Disk

CALLS = ("write", "fsync", "rename", "link", "unlink", "commit")


def break_disk(wanted: str) -> None:
    """Make the n-th call of a kind fail, in whatever thread it comes."""
    name, number, error = wanted.split(":")
    count = itertools.count(1)

    def fails() -> None:
        if next(count) == int(number):
            raise OSError(getattr(errno, error), os.strerror(getattr(errno, error)))

    if name == "commit":
        event.listen(Engine, "commit", lambda _connection: _as_database_error(fails))
        return
    real = getattr(Disk, name)

    def broken(self: Disk, *arguments: Any) -> Any:
        fails()
        return real(self, *arguments)

    setattr(Disk, name, broken)


def _as_database_error(fails: Any) -> None:
    import sqlite3

    from sqlalchemy.exc import OperationalError

    try:
        fails()
    except OSError:
        cause = sqlite3.OperationalError("database or disk is full")
        cause.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise OperationalError("COMMIT", None, cause) from cause


if __name__ == "__main__":
    break_disk(sys.argv[1])
    execute(["scrapy", *sys.argv[2:]])

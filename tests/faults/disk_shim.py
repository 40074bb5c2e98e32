"""`python -m tests.faults.disk_shim CALL:N:ERROR crawl …`: scrapy, on a disk whose n-th call of a kind fails."""

from __future__ import annotations

import errno
import itertools
import os
import sqlite3
import sys
from collections.abc import Callable
from typing import Any

from scrapy.cmdline import execute
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError

from phx_scraper.storage.files.disk import Disk

WRITES = "phx_write"  # how storage/catalogue/database.py marks transactions
INJECTED = "disk_shim: now fails"
# SQLite's error codes for the system's errors: os_unix.c, unixWrite and unixSync.
_OF_SQLITE = {"ENOSPC": sqlite3.SQLITE_FULL, "EDQUOT": sqlite3.SQLITE_IOERR_WRITE, "EIO": sqlite3.SQLITE_IOERR_FSYNC}


def break_disk(fault: str) -> None:
    """Make the n-th call of a kind fail, in any thread."""
    name, number, error = fault.split(":")
    count = itertools.count(1)

    def is_its_turn() -> bool:
        turn = next(count) == int(number)
        if turn:
            sys.stderr.write(f"{INJECTED} {fault}\n")
        return turn

    if name == "commit":
        event.listen(Engine, "commit", lambda connection: _fail_commit(connection, is_its_turn, error))
    else:
        setattr(Disk, name, _failing(getattr(Disk, name), is_its_turn, getattr(errno, error)))


def _failing(real: Callable[..., Any], is_its_turn: Callable[[], bool], number: int) -> Callable[..., Any]:
    def call(self: Disk, *arguments: Any) -> Any:
        if is_its_turn():
            raise OSError(number, os.strerror(number))
        return real(self, *arguments)

    return call


def _fail_commit(connection: Connection, is_its_turn: Callable[[], bool], error: str) -> None:
    """Fails the commits of writing transactions only: others write nothing."""
    if connection.get_execution_options().get(WRITES) and is_its_turn():
        cause = sqlite3.OperationalError("the commit failed on purpose")
        cause.sqlite_errorcode = _OF_SQLITE[error]
        raise OperationalError("COMMIT", None, cause)


if __name__ == "__main__":
    break_disk(sys.argv[1])
    execute(["scrapy", *sys.argv[2:]])

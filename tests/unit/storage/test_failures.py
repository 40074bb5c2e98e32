"""The n-th write, sync, rename, link, removal or commit of a run fails: the next run gives the same result."""

from __future__ import annotations

import errno
import sqlite3
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

from phx_scraper.errors import DiskFull, StorageError
from phx_scraper.storage.catalogue import runs
from tests.catalogue_calls import write
from tests.snapshot import Snapshot, differences, snapshot
from tests.unit.storage.catalogue_helpers import Collector, homes
from tests.unit.storage.failing_disk import FailingDisk

# Every n would be thorough and slow; a step prime to the length of a round meets every kind of call.
STEP = 11


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return finished(tmp_path_factory.mktemp("plain"))


def finished(root: Path) -> Snapshot:
    """Run to the end without disturbance, then look."""
    Collector(root, fsync=False).run(homes(1))
    made = Collector(root, fsync=False)
    taken = snapshot(made.catalogue, made.files)
    made.catalogue.close()
    return taken


def broken_run(made: Collector) -> StorageError | None:
    """A run that a fault may stop; it then ends as a crawl does, giving back what it holds."""
    try:
        made.run(homes(1))
    except StorageError as error:
        write(made.catalogue, runs.finish, made.run_id, "disk", {}, time.time())
        made.catalogue.close()
        return error
    return None


def test_any_call_to_the_disk_may_fail(tmp_path: Path, plain: Snapshot) -> None:
    for fails_at in count(5, STEP):
        root = tmp_path / str(fails_at)
        disk = FailingDisk(fails_at, errno.ENOSPC)
        problem = broken_run(Collector(root, disk=disk))
        if len(disk.calls) < fails_at:
            break
        # A link that fails is a copy.
        assert (problem is None) == (disk.calls[fails_at - 1] == "link")
        assert problem is None or isinstance(problem, DiskFull)
        assert differences(plain, finished(root)) == [], f"after {disk.calls[-1]} number {fails_at} failed"
    assert fails_at > 100


class CommitFails:
    """Makes the n-th commit of an engine fail, as a full disk does."""

    def __init__(self, fails_at: int) -> None:
        self.left = fails_at

    def __call__(self, _connection: object) -> None:
        self.left -= 1
        if self.left == 0:
            cause = sqlite3.OperationalError("database or disk is full")
            cause.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise OperationalError("COMMIT", None, cause)


@pytest.fixture
def listen() -> Callable[[Engine, CommitFails], None]:
    return lambda engine, fails: event.listen(engine, "commit", fails)


def test_any_commit_may_fail(tmp_path: Path, plain: Snapshot, listen: Callable[[Engine, CommitFails], None]) -> None:
    for fails_at in count(1, 5):
        root = tmp_path / str(fails_at)
        made = Collector(root, fsync=False)
        listen(made.catalogue._database._engine, CommitFails(fails_at))
        problem = broken_run(made)
        assert problem is None or isinstance(problem, DiskFull)
        assert differences(plain, finished(root)) == [], f"after commit {fails_at} failed"
        if problem is None:
            break
    assert fails_at > 30

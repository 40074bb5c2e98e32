"""Files are stored and removed while nobody waits for the catalogue, and no row ever names a file that is gone."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update

from phx_scraper.errors import FilesRemoved, StorageError
from phx_scraper.storage.catalogue import removals_begun, restart_visits
from phx_scraper.storage.catalogue.any_database import open_database
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.removal_queue import has_notes, queue, remove_unreferenced
from phx_scraper.storage.catalogue.removal_tables import removals_begun as table
from phx_scraper.storage.files.folder_store import FolderStore
from tests.catalogue_calls import read, write
from tests.unit.storage.catalogue_helpers import Collector, Shown, homes, picture
from tests.unit.storage.visit_helpers import HOME, A, B, lease, next_run, record, states, visit

PATH = "processed/00/stray.png"
_FILE_WORK = {"find", "look", "names", "walk", "read", "end_of", "digest", "write", "replace", "remove", "discard"}
_FILE_WORK |= {"remove_folder", "move", "link", "is_same", "exists", "is_free"}


class UnlockedFiles(FolderStore):
    """A folder that is asked nothing while the catalogue's write lock is held; without views, as a bucket is."""

    has_views = False
    catalogue: Catalogue

    def __getattribute__(self, name: str) -> Any:
        if name in _FILE_WORK:
            lock = open_database(self.catalogue.place)
            done = threading.Event()
            thread = threading.Thread(target=_take, args=(lock, done))
            thread.start()
            assert done.wait(60), f"{name} was called while the write lock was held"
            thread.join()
            lock.close()
        return super().__getattribute__(name)


def _take(lock: Any, done: threading.Event) -> None:
    with lock.write():
        done.set()


class Hooked(FolderStore):
    """Does something of another process before it removes a file."""

    before: Callable[[str], None] = staticmethod(lambda path: None)

    def discard(self, path: str) -> bool:
        self.before(path)
        return super().discard(path)


def noted(collector: Collector, path: str = PATH, kind: type[Hooked] = Hooked) -> Hooked:
    """A file that nothing needs, and the store that will remove it."""
    collector.files.write(path, b"stray")
    write(collector.catalogue, queue, [path])
    return kind(collector.root, fsync=False)


def rows(catalogue: Catalogue) -> list[tuple[str, bool]]:
    with catalogue.reading() as tx:
        return [(row.path, row.is_over) for row in tx.execute(select(table).order_by(table.c.number))]


def hand_over(catalogue: Catalogue, **values: object) -> None:
    with catalogue.transaction() as tx:
        tx.execute(update(table).values(**values))


def test_no_file_is_asked_for_while_others_wait(collector: Collector) -> None:
    files = UnlockedFiles(collector.root, fsync=False)
    files.catalogue = collector.catalogue
    collector.files = files
    collector.begin(homes(1), ["zillow", "redfin"])
    visit(collector, Shown("s", "front", 500))
    visit(collector, Shown("l", "front", 2000), source="redfin")
    next_run(collector)
    visit(collector, B, source="redfin")
    assert states(collector) == {"s": "stored"}, "its file was made again from the original"
    write(collector.catalogue, restart_visits.forget, [HOME], ["zillow"])
    assert remove_unreferenced(collector.catalogue, files) > 0


def test_a_photo_that_is_stored_while_its_file_goes_gets_it_back(begun: Collector) -> None:
    visit(begun, A)
    path = picture("https://zillow/front/1000/a").image.path
    write(begun.catalogue, restart_visits.forget, [HOME], ["zillow"])
    next_run(begun)
    (photo,) = record(begun, lease(begun), A)
    storing = threading.Thread(target=begun.fetch, args=(photo,))

    def meanwhile(going: str) -> None:
        if going == path:
            storing.start()
            until = time.monotonic() + 60
            # It has written its file, been refused, and waits for this removal.
            while not removals_asked.wait(0.01) and time.monotonic() < until:
                pass

    removals_asked = threading.Event()
    free = removals_begun.wait_until_free

    def asked(*given: Any) -> int:
        removals_asked.set()
        return free(*given)

    files = Hooked(begun.root, fsync=False)
    files.before = meanwhile
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(removals_begun, "wait_until_free", asked)
        remove_unreferenced(begun.catalogue, files)
        storing.join()
    assert removals_asked.is_set()
    assert states(begun) == {"a": "stored"}
    assert begun.files.exists(path)


@pytest.mark.parametrize("since", [0, 1])
def test_a_file_counts_as_there_only_if_no_removal_began_since(collector: Collector, since: int) -> None:
    write(collector.catalogue, removals_begun.end, write(collector.catalogue, removals_begun.begin, [PATH]))
    write(collector.catalogue, removals_begun.require_there, since, ["processed/00/another.png"])
    if since:
        write(collector.catalogue, removals_begun.require_there, since, [PATH])
    else:
        with pytest.raises(FilesRemoved):
            write(collector.catalogue, removals_begun.require_there, since, [PATH])


def test_removals_of_long_ago_are_forgotten_and_count_as_unknown(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(removals_begun, "KEPT", 3)
    for number in range(8):
        begun = write(collector.catalogue, removals_begun.begin, [f"processed/00/{number}.png"])
        write(collector.catalogue, removals_begun.end, begun)
    assert read(collector.catalogue, removals_begun.last) == 8
    assert len(rows(collector.catalogue)) == 4
    write(collector.catalogue, removals_begun.require_there, 5, [PATH])
    with pytest.raises(FilesRemoved):
        write(collector.catalogue, removals_begun.require_there, 4, [PATH])


def test_what_another_process_removes_is_left_to_it(collector: Collector) -> None:
    files = noted(collector)
    write(collector.catalogue, removals_begun.begin, [PATH])
    assert remove_unreferenced(collector.catalogue, files) == 0
    assert collector.files.exists(PATH)
    assert read(collector.catalogue, has_notes)


@pytest.mark.parametrize("values", [{"holder": "dead"}, {"begun_at": 1.0}])
def test_a_removal_that_was_killed_or_sleeps_is_taken_over(collector: Collector, values: dict[str, object]) -> None:
    files = noted(collector)
    numbers = write(collector.catalogue, removals_begun.begin, [PATH])
    if "holder" in values:
        host = read(collector.catalogue, lambda tx: tx.execute(select(table.c.holder)).scalar_one()).rpartition(":")[0]
        values = {"holder": f"{host.rpartition(':')[0]}:1:0"}
    hand_over(collector.catalogue, **values)
    assert remove_unreferenced(collector.catalogue, files) == 1
    assert not read(collector.catalogue, has_notes)
    assert write(collector.catalogue, removals_begun.end, numbers) == [], "it wakes, and finds that it is not its own"


def test_a_process_that_slept_removes_nothing_more(collector: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    files = noted(collector, "processed/00/a.png")
    noted(collector, "processed/00/b.png")
    clock, woken = time.time, []

    def sleep(path: str) -> None:
        woken.append(path)
        monkeypatch.setattr(removals_begun.time, "time", lambda: clock() + removals_begun.REMOVE_SECONDS * len(woken))

    files.before = sleep
    assert remove_unreferenced(collector.catalogue, files) == 2
    assert [path for path, _ in rows(collector.catalogue)] == [f"processed/00/{name}.png" for name in "abb"]


def test_a_removal_that_fails_is_noted_still_and_over(collector: Collector) -> None:
    files = noted(collector)

    def away(path: str) -> None:
        raise StorageError("the server is away")

    files.before = away
    with pytest.raises(StorageError, match="away"):
        remove_unreferenced(collector.catalogue, files)
    assert rows(collector.catalogue) == [(PATH, True)]
    assert remove_unreferenced(collector.catalogue, FolderStore(collector.root, fsync=False)) == 1
    assert rows(collector.catalogue) == [(PATH, True), (PATH, True)]

"""The catalogue: the truth about homes, visits, photos and images, for any number of threads and processes."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from phx_scraper.model.records import (
    DueVisit,
    Fetched,
    Finished,
    ImageRecord,
    ListingRecord,
    ListingRow,
    PhotoRow,
    VisitLease,
)
from phx_scraper.storage import crash_points
from phx_scraper.storage.catalogue import (
    breakers,
    gallery,
    leases,
    listings,
    migrations,
    near_duplicate_pairs,
    photos,
    registration,
    removal_queue,
    requeue,
    runs,
    view_changes,
    visit_endings,
    work_list,
)
from phx_scraper.storage.catalogue.apply_cross_check import CrossCheck, RunCrossCheck
from phx_scraper.storage.catalogue.apply_duplicates import Decide, Restore
from phx_scraper.storage.catalogue.database import Database
from phx_scraper.storage.catalogue.reader import CatalogueReader
from phx_scraper.storage.catalogue.registration import Registered
from phx_scraper.storage.files.disk_errors import reported
from phx_scraper.storage.files.store import FileStore

if TYPE_CHECKING:
    from phx_scraper.homes import Home


def _never(_image: ImageRecord) -> bool:
    return False


def _no_verdicts(_listings: Sequence[ListingRow]) -> Mapping[str, CrossCheck]:
    return {}


class Catalogue(CatalogueReader):
    """Everything known, in one SQLite file. Each method is one transaction: whole or absent, also after `kill -9`.

    Times are seconds since 1970, as `time.time()`. Any method raises StorageError if the file cannot be used, DiskFull
    where space has run out, CatalogueError for a damaged file; methods that take a lease raise LeaseLost.
    """

    @classmethod
    def open(cls, place: str | Path) -> Catalogue:
        """Open (and create, or migrate) the catalogue at a path. Raises CatalogueError."""
        path = Path(place).absolute()
        with reported("prepare the folder of the catalogue", path.parent):
            path.parent.mkdir(parents=True, exist_ok=True)
        database = Database(path)
        try:
            migrations.prepare(database)
        except BaseException:
            database.close()
            raise
        return cls(database)

    def close(self) -> None:
        """Close the file; the catalogue is not usable afterwards."""
        crash_points.hit("close.before")
        self._database.close()
        crash_points.hit("close.after")

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A transaction that may change anything: whole or absent; nobody else writes meanwhile."""
        with self._database.write() as connection:
            yield connection

    def start_run(self, run_id: str, spider: str, arguments: Mapping[str, str], now: float) -> None:
        """Note that a run began. Raises StorageError if the id was used before."""
        with self._database.write() as connection:
            runs.start(connection, run_id, spider, arguments, now)

    def finish_run(self, run_id: str, ending: str, totals: Mapping[str, Any], now: float) -> None:
        """Note how a run ended, and give back the visits that it still holds."""
        with self._database.write() as connection:
            runs.finish(connection, run_id, ending, totals, now)

    def note_killed_runs(self, now: float) -> None:
        """End the runs that were killed; visits that they hold are free."""
        with self._database.read() as connection:
            found = runs.killed(connection, now)
        if found:
            with self._database.write() as connection:
                for run_id in found:
                    runs.note_killed(connection, run_id)

    def register(self, homes: Sequence[Home], sources: Sequence[str], run_id: str) -> Registered:
        """Put homes on the list with a pending visit at each source; known ones keep their outcomes.

        Returns the homes under their labels in the catalogue, and rows without zip that fit several known homes. Known
        homes that turn out to be one become one; their files go with the next removal.
        """
        with self._database.write() as connection:
            return registration.register(connection, homes, sources, run_id)

    def requeue(self, property_hashes: Sequence[str], sources: Sequence[str]) -> None:
        """Make visits due at once and have all their photos fetched again (`force=1`)."""
        with self._database.write() as connection:
            work_list.requeue(connection, property_hashes, sources)

    def forget(self, property_hashes: Sequence[str], sources: Sequence[str]) -> None:
        """Drop listings, photos and outcomes of these visits (`fresh=1`); their pictures go with the next removal."""
        with self._database.write() as connection:
            work_list.forget(connection, property_hashes, sources)

    def lease(
        self,
        property_hash: str,
        source: str,
        run_id: str,
        holder: str,
        now: float,
        seconds: float = leases.LEASE_SECONDS,
        page_before: float = math.inf,
    ) -> VisitLease | None:
        """Take a visit for `seconds`.

        A good one whose page was read after `page_before` is for photos only that time may have healed. None if
        somebody finished it since this run began, if it rests after a refusal, or if a run is at it whose lease has not
        expired and whose process is not known to be dead.
        """
        with self._database.write() as connection:
            visit = DueVisit(property_hash, source)
            return leases.lease(connection, visit, run_id, holder, now, seconds, page_before)

    def heartbeat(self, run_id: str, now: float, seconds: float = leases.LEASE_SECONDS) -> int:
        """Prolong all leases of a run; returns how many it still holds."""
        with self._database.write() as connection:
            return leases.heartbeat(connection, run_id, now, seconds)

    def release(self, lease: VisitLease, reason: str = "", not_before: float | None = None) -> None:
        """Give an unfinished visit back; what it recorded stays. Raises LeaseLost."""
        with self._database.write() as connection:
            leases.release(connection, lease, reason, not_before)

    def record_listing(self, lease: VisitLease, listing: ListingRecord, now: float) -> tuple[PhotoRow, ...]:
        """Store a listing with its photos; returns those to fetch, in gallery order. Raises LeaseLost."""
        with self._database.write() as connection:
            return listings.record(connection, lease, listing, now)

    def store_photo(
        self, photo_id: int, image: ImageRecord, fetched: Fetched, ensure_file: Callable[[], None], now: float
    ) -> bool:
        """Make a pending photo stored; False if another process was faster. `ensure_file` puts the file in place."""
        with self._database.write() as connection:
            return photos.store(connection, photo_id, image, fetched, ensure_file, now)

    def fail_photo(self, photo_id: int, reason: str, now: float) -> bool:
        """Name why a pending photo could not be had; one that was had before keeps its earlier picture."""
        with self._database.write() as connection:
            return photos.fail(connection, photo_id, reason, now)

    def finish_visit(
        self,
        lease: VisitLease,
        outcome: str,
        reason: str,
        decide: Decide,
        now: float,
        not_before: float | None = None,
        *,
        detail: str = "",
        restore: Restore = _never,
        judge: RunCrossCheck = _no_verdicts,
        photos_wanted: bool = True,
    ) -> Finished:
        """End a visit: mark removed photos (outcome `ok` only), decide the home's duplicates anew, mark it done.

        `detail` is for people: near misses by name, the way and step that failed.

        `decide`, `restore` and `judge` run inside the transaction; `judge` says which listings are refused.
        `restore` is called for a copy that is kept again and whose file is gone; where it returns False the photo
        becomes pending. A visit that ends `ok` with photos pending stays open instead, unless `photos_wanted` is False
        (dry run). Raises LeaseLost.
        """
        ending = visit_endings.Ending(outcome, reason, not_before, photos_wanted, detail)
        with self._database.write() as connection:
            return visit_endings.finish(connection, lease, ending, decide, restore, judge, now)

    def write_breaker(self, row: breakers.BreakerRow) -> None:
        """Note how a source stands: failures in a row, and since when it is left alone."""
        with self._database.write() as connection:
            breakers.write(connection, row)

    def take_back(self, run_id: str, reasons: Collection[str], since: float) -> None:
        """Make pending again what a run ended as failed for these reasons from `since` on."""
        with self._database.write() as connection:
            view_changes.note(connection)
            requeue.take_back(connection, run_id, reasons, since)

    def note_views_written(self, mark: str) -> None:
        """Note which state the JSON files show; `views_written` gives it back."""
        with self._database.write() as connection:
            view_changes.note_written(connection, mark)

    def take_trial(self, source: str, opened_at: float, now: float) -> bool:
        """Claim the one trial of a source that was left alone since `opened_at`; False if another run has it."""
        with self._database.write() as connection:
            return breakers.take_trial(connection, source, opened_at, now)

    def compare_new_images(self, known_up_to: int, find: near_duplicate_pairs.Find) -> int:
        """Have images that are new compared with all earlier ones, of any home; returns the last row seen."""
        with self._database.write() as connection:
            return near_duplicate_pairs.compare_new(connection, known_up_to, find)

    def remove_unreferenced(self, files: FileStore) -> int:
        """Unlink pictures that decisions left unused; returns how many. To be called after finishing and at start."""
        total = 0
        while True:
            with self._database.write() as connection:
                noted, removed = removal_queue.remove_batch(connection, files)
            total += removed
            if noted < removal_queue.BATCH:
                return total

    @contextlib.contextmanager
    def viewing(self, property_hash: str) -> Iterator[gallery.HomeGallery | None]:
        """A home held still while its folder is written, then marked as shown; None if it is unknown."""
        with self._database.write() as connection:
            yield next(gallery.galleries(connection, [property_hash]), None)
            gallery.mark_viewed(connection, property_hash)

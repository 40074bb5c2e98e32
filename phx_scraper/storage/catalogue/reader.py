"""What can be asked of the catalogue without changing it."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from phx_scraper.model.image import ImageRecord
from phx_scraper.model.photo import PhotoCounts, PhotoImage
from phx_scraper.model.run import RunRow
from phx_scraper.model.visit import DueVisit, VisitRow, WaitingVisit
from phx_scraper.storage.catalogue import (
    apply_duplicates,
    breakers,
    gallery,
    leases,
    photo_counts,
    photos,
    registration,
    removal_queue,
    runs,
    schema,
    view_changes,
)
from phx_scraper.storage.catalogue.database import Database
from phx_scraper.storage.files import paths

if TYPE_CHECKING:
    from phx_scraper.homes import Home


class CatalogueReader:
    """The reading half of `Catalogue`. Each method sees one state of the catalogue and waits for nobody."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def path(self) -> Path:
        """The database file."""
        return self._database.path

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction for questions that have no method of their own."""
        with self._database.read() as connection:
            yield connection

    def knows_homes(self) -> bool:
        """Whether any home was ever put on the list."""
        with self._database.read() as connection:
            return connection.execute(select(schema.homes.c.slug).limit(1)).first() is not None

    def read_through(self) -> None:
        """Look for damage on every page of the file. Raises CatalogueError."""
        self._database.read_through()

    def run(self, run_id: str) -> RunRow | None:
        """One run."""
        with self._database.read() as connection:
            return runs.get(connection, run_id)

    def last_run(self, spider: str) -> RunRow | None:
        """The latest run of a spider; its `ending` is None while it runs, or if no run since has noted its death."""
        with self._database.read() as connection:
            return runs.last(connection, spider)

    def ended_runs(self, number: int) -> list[RunRow]:
        """The latest runs that have ended, `number` at most."""
        with self._database.read() as connection:
            return runs.ended(connection, number)

    def change_counts(self, run_id: str) -> dict[str, dict[str, dict[str, int]]]:
        """Photos that a run found new, unchanged, changed or removed: property_hash -> source -> change -> count."""
        with self._database.read() as connection:
            return runs.change_counts(connection, run_id)

    def view_change_count(self) -> int:
        """How often something has changed that the JSON files may show."""
        with self._database.read() as connection:
            return view_changes.count(connection)

    def views_written(self) -> str:
        """Which state the JSON files show, by whoever wrote them last; empty where nobody noted it."""
        with self._database.read() as connection:
            return view_changes.written(connection)

    def breaker_rows(self) -> dict[str, breakers.BreakerRow]:
        """How the sources stand that have failed lately, by name."""
        with self._database.read() as connection:
            return breakers.read(connection)

    def due(
        self,
        property_hashes: Sequence[str],
        sources: Sequence[str],
        now: float,
        refresh_days: float,
        rest: float = math.inf,
    ) -> list[DueVisit]:
        """Visits to work on now: by home, then by source, both in the order given.

        Pending ones; refused and failed ones unless their `not_before` is still to come; others that were finished
        `refresh_days` ago or earlier; good ones with photos whose trouble time can heal and that were asked for
        `rest` seconds ago or earlier. Visits that some run works on are left out.
        """
        with self._database.read() as connection:
            return leases.due(connection, property_hashes, sources, now, refresh_days, rest)

    def waiting(
        self, property_hashes: Sequence[str], sources: Sequence[str], run_id: str, now: float
    ) -> list[WaitingVisit]:
        """Visits that other runs than `run_id` work on, and until when; in the same order."""
        with self._database.read() as connection:
            return leases.waiting(connection, property_hashes, sources, run_id, now)

    def visits(self, property_hashes: Sequence[str], sources: Sequence[str]) -> list[VisitRow]:
        """How these visits stand, in the same order; unknown ones are left out."""
        with self._database.read() as connection:
            return list(photo_counts.visit_rows(connection, property_hashes, sources))

    def labels(self, homes: Sequence[Home]) -> list[str]:
        """The `property_hash` in this catalogue of those homes that it knows, in order."""
        with self._database.read() as connection:
            return registration.labels(connection, homes)

    def home_images(self, property_hash: str) -> list[PhotoImage]:
        """All live photos of a home that have an image, as the duplicate rule is asked about them."""
        with self._database.read() as connection:
            return apply_duplicates.home_images(connection, property_hash)

    def visits_of_run(self, run_id: str) -> list[VisitRow]:
        """Visits that this run was the last to finish, by address and source."""
        with self._database.read() as connection:
            return photo_counts.visits_of_run(connection, run_id)

    def photo_counts(self, property_hash: str, source: str) -> PhotoCounts:
        """A visit's photos by state."""
        return self.photo_totals([property_hash], source)

    def photo_totals(self, property_hashes: Sequence[str], source: str) -> PhotoCounts:
        """A source's photos of these homes by state."""
        with self._database.read() as connection:
            counts = photo_counts.photo_counts(connection, property_hashes, [source])
        return photo_counts.add_up(list(counts.values()))

    def photo_counts_by_visit(
        self, property_hashes: Sequence[str], sources: Sequence[str]
    ) -> dict[tuple[str, str], PhotoCounts]:
        """Photos by state of each (property_hash, source) that has any."""
        with self._database.read() as connection:
            return photo_counts.photo_counts(connection, property_hashes, sources)

    def known_image(self, raw_sha256: str, hash_version: str) -> ImageRecord | None:
        """The image of these bytes if hashed by this version; its file may be gone, if it was only ever a copy."""
        with self._database.read() as connection:
            return photos.known_image(connection, raw_sha256, hash_version)

    def is_picture(self, content_hash: str, extension: str) -> bool:
        """Whether some image has, or had as a copy, the standardised picture of this hash."""
        with self._database.read() as connection:
            return photos.is_picture(connection, paths.processed(content_hash, extension))

    @contextlib.contextmanager
    def galleries(self, property_hashes: Sequence[str] | None = None) -> Iterator[Iterator[gallery.HomeGallery]]:
        """Homes with listings and photos (default: all, by address), of one instant, read a few at a time."""
        with self._database.read() as connection:
            yield gallery.galleries(connection, property_hashes)

    def folders_to_clear(self) -> list[str]:
        """Folders of homes that became one with another: their pictures go before the next removal of files."""
        with self._database.read() as connection:
            return removal_queue.folders_to_clear(connection)

    def stale_homes(self) -> list[str]:
        """Homes whose folder does not show what the catalogue says, also after a crash; by address."""
        with self._database.read() as connection:
            return gallery.stale_homes(connection)

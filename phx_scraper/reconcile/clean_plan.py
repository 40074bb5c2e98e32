"""What a cleaning takes: candidates by kind, the least loss first, and of each kind the oldest first."""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from phx_scraper.model.catalogue_place import CataloguePlace
from phx_scraper.reconcile.cleanable_files import ASIDE, BACKUP, ORPHAN, PROBE, UNREAD, cleanable_files, found_file
from phx_scraper.storage.catalogue import cleanable
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.store import FileStore
from phx_scraper.storage.files.store_size import GIGABYTE

REMOVED, ORIGINAL = "removed", "original"
KINDS = {
    UNREAD: "pages that could not be read (metadata/unread)",
    PROBE: "pages that scrapy probe kept (metadata/probe)",
    BACKUP: "earlier catalogues (metadata)",
    ORPHAN: "pictures, originals and thumbnails that nothing in the catalogue names",
    ASIDE: "files that scrapy reconcile --repair set aside (quarantine)",
    REMOVED: "pictures that no listing shows any more",
    ORIGINAL: "originals, as they were downloaded (raw)",
}
"""Every kind of thing that can be cleaned, in the order in which they go, in a few words."""
LEFTOVERS = (UNREAD, PROBE, BACKUP, ORPHAN, ASIDE)
"""Kinds that nothing needs."""
DAY = 86400.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """One thing that can go: a file by its path, or an image by its `raw_sha256`; `bytes` is what the disk gains."""

    kind: str
    name: str
    files: int
    bytes: int
    since: float


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be cleaned: the least age in days by kind; `most_gb` None: all of that, else no more than is needed
    for the store to be no larger.
    """

    least_days: Mapping[str, float]
    most_gb: float | None = None


@dataclass(frozen=True, slots=True)
class CleanPlan:
    """What goes, what is too young to go, and what the store takes before (bytes); `most_bytes` is what it may take."""

    going: tuple[Candidate, ...]
    too_young: tuple[Candidate, ...]
    store_bytes: int
    most_bytes: float = math.inf

    @property
    def freed(self) -> int:
        """Bytes that the disk gains."""
        return sum(candidate.bytes for candidate in self.going)

    @property
    def excess(self) -> int:
        """Bytes by which the store will still be larger than it may be."""
        return int(max(0, self.store_bytes - self.freed - self.most_bytes))


def clean_plan(connection: Connection, files: FileStore, catalogue: CataloguePlace, wanted: Wanted) -> CleanPlan:
    """Look for all that is wanted; changes nothing. `catalogue` is where it is."""
    size, now = files.size(), time.time()
    most = math.inf if wanted.most_gb is None else wanted.most_gb * GIGABYTE
    left: float = size - most if wanted.most_gb is not None else math.inf
    going: list[Candidate] = []
    too_young: list[Candidate] = []
    taken: set[str] = set()
    for candidate in _candidates(connection, files, catalogue, wanted.least_days.keys()):
        if candidate.name in taken:
            continue  # Its original goes with it.
        if candidate.since > now - wanted.least_days[candidate.kind] * DAY:
            too_young.append(candidate)
        elif left > 0:
            going.append(candidate)
            taken.add(candidate.name)
            left -= candidate.bytes
    return CleanPlan(tuple(going), tuple(too_young), size, most)


def _candidates(
    connection: Connection, files: FileStore, catalogue: CataloguePlace, kinds: Collection[str]
) -> Iterator[Candidate]:
    for kind in (kind for kind in LEFTOVERS if kind in kinds):
        for file in cleanable_files(kind, connection, files, catalogue):
            yield Candidate(kind, file.path, 1, file.bytes, file.since)
    for row in cleanable.removed_images(connection) if REMOVED in kinds else ():
        yield _image(files, REMOVED, row, row.path, row.raw_path, *paths.thumbnails_of([row.path]))
    for row in cleanable.originals(connection) if ORIGINAL in kinds else ():
        yield _image(files, ORIGINAL, row, row.raw_path)


def _image(files: FileStore, kind: str, row: Row[Any], *named: str | None) -> Candidate:
    found = [file for file in (found_file(files, path) for path in named if path) if file is not None]
    return Candidate(kind, row.raw_sha256, len(found), sum(file.bytes for file in found), row.since)

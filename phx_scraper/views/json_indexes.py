"""The smaller JSON files under `metadata/`: hashes, visits, folders and URLs, for programs that look things up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row

from phx_scraper.storage.catalogue import export_queries
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.store import FileStore
from phx_scraper.views.documents import document, timestamp
from phx_scraper.views.photo_entry import image_id
from phx_scraper.views.tracked_urls import tracked_urls

Rows = Iterable[Row[Any]]
Entries = Iterator[tuple[str, Any]]


NAMES = ("hash_index", "extraction_state", "address_folder_lookup", "url_tracker")


def write_state(catalogue: Catalogue, files: FileStore, now: float | None = None) -> None:
    """Write `hash_index`, `extraction_state`, `address_folder_lookup` and `url_tracker`. Raises StorageError."""

    def write(name: str, section: str, read: Callable[[Connection], Rows], entries: Callable[[Rows], Entries]) -> None:
        with catalogue.reading() as connection:
            files.replace(paths.metadata(name), document(section, entries(read(connection)), now))

    write("hash_index", "images", export_queries.kept_pictures, _hashes)
    write("extraction_state", "properties", export_queries.all_visits, _visits)
    write("address_folder_lookup", "mappings", export_queries.shown_homes, _folders)
    _write_urls(catalogue, files, now)


def _write_urls(catalogue: Catalogue, files: FileStore, now: float | None) -> None:
    with catalogue.reading() as connection:
        about = {"total_urls": export_queries.count_urls(connection)}
        entries = tracked_urls(export_queries.photo_urls(connection))
        files.replace(paths.metadata("url_tracker"), document("urls", entries, now, about))


def _hashes(rows: Rows) -> Entries:
    """Image id -> hashes of a kept picture."""
    for row in rows:
        yield (
            image_id(row.property_hash, row.source, row.key),
            {
                "phash": row.phash,
                "dhash": row.dhash,
                "hash_version": row.hash_version,
                "content_hash": row.content_hash,
                "property_hash": row.property_hash,
                "source": row.source,
                "local_path": row.path,
            },
        )


def _visits(rows: Rows) -> Entries:
    """Address -> how the home stands at each source."""
    for (address, property_hash), group in groupby(rows, key=lambda row: (row.address, row.property_hash)):
        yield address, {"property_hash": property_hash, "sources": {row.source: _visit(row) for row in group}}


def _visit(row: Row[Any]) -> dict[str, Any]:
    return {
        "outcome": row.outcome,
        "reason": row.reason or None,
        "claimed_photo_count": row.claimed_photo_count,
        "finished_at": timestamp(row.finished_at),
        "not_before": timestamp(row.not_before),
        "run_id": row.run_id,
    }


def _folders(rows: Rows) -> Entries:
    """Address -> folder that a person opens; only homes that show pictures."""
    for row in rows:
        folder = paths.home_folder(row.slug)
        yield row.address, {"folder": folder, "property_hash": row.property_hash, "pictures": row.pictures}

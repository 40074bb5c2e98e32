"""Damage that no interruption may cause: rows without their file, files whose content does not match their name."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from phx_scraper.reconcile.check import check
from phx_scraper.storage.catalogue import schema
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.folder_store import FolderStore

LOST_DATA = frozenset({"missing_picture", "missing_original", "wrong_size", "hash_mismatch", "wrong_row", "unsafe"})


@contextmanager
def catalogue_copy(store: Path) -> Iterator[Catalogue]:
    """The catalogue with its write-ahead log, in a copy: opening the original would recover it for the next run."""
    with tempfile.TemporaryDirectory(prefix="phx-copy-") as folder:
        for path in (store / paths.CATALOGUE).parent.glob("catalogue.sqlite*"):
            shutil.copy(path, folder)
        catalogue = Catalogue.open(Path(folder) / Path(paths.CATALOGUE).name)
        try:
            yield catalogue
        finally:
            catalogue.close()


def final_photos(store: Path) -> frozenset[str]:
    """URLs (host and path) of the photos that the catalogue holds as final."""
    if not (store / paths.CATALOGUE).exists():
        return frozenset()
    with catalogue_copy(store) as catalogue, catalogue.reading() as connection:
        rows = connection.execute(schema.photos.select().where(schema.photos.c.state != "pending"))
        return frozenset("/" + row.fetched_url.partition("://")[2] for row in rows if row.fetched_url)


def permanent_damage(store: Path) -> list[str]:
    """After a kill or a clean stop: damaged files, and rows whose file is missing."""
    found = list(_incomplete_files(store))
    if (store / paths.CATALOGUE).exists():
        with catalogue_copy(store) as catalogue:
            problems = check(catalogue, FolderStore(store, changes=False), 1.0).problems
        found += [f"{one.kind}: {one.subject} {one.detail}" for one in problems if one.kind in LOST_DATA]
    return found


def leftovers(store: Path) -> list[str]:
    """After a complete run: the problems that `scrapy reconcile --read-data` reports, and incomplete files."""
    with catalogue_copy(store) as catalogue:
        found = [
            f"{one.kind}: {one.subject} {one.detail}"
            for one in check(catalogue, FolderStore(store, changes=False), 1.0).problems
        ]
    return found + list(_incomplete_files(store)) + temporary_files(store)


def temporary_files(store: Path) -> list[str]:
    """Temporary files left in the store."""
    return [f"half written: {path}" for path in (store / paths.TEMPORARY).glob("*")]


def _incomplete_files(store: Path) -> Iterator[str]:
    """A picture's name is the hash of its bytes, a home's pictures are links to these, views are valid JSON."""
    known = set()
    for folder in (paths.RAW, paths.PROCESSED):
        for path in (store / folder).rglob("*"):
            if path.is_file():
                known.add(digest := _sha256(path))
                if digest != path.stem:
                    yield f"incomplete: {path.relative_to(store)}"
    for path in (store / paths.HOMES).rglob("*"):
        if path.is_file() and path.suffix != ".json" and _sha256(path) not in known:
            yield f"incomplete: {path.relative_to(store)}"
    for path in store.rglob("*.json"):
        if not _is_json(path):
            yield f"incomplete: {path.relative_to(store)}"


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _is_json(path: Path) -> bool:
    try:
        json.loads(path.read_bytes())
    except ValueError:
        return False
    return True

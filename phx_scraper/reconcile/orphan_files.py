"""From the files to the catalogue: all below `processed/`, `raw/`, `thumbs/`, `homes/` and `.tmp/` has its reason."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, select

from phx_scraper.reconcile.report import Problem, Report
from phx_scraper.storage.catalogue import photo_versions, schema
from phx_scraper.storage.catalogue.crawls_at_work import crawls_at_work
from phx_scraper.storage.catalogue.removal_queue import folders_to_clear, has_file, known_originals
from phx_scraper.storage.catalogue.sql_helpers import chunks
from phx_scraper.storage.catalogue.thumbnails import known_thumbnails
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.store import FileStore

photos, images, homes = schema.photos, schema.images, schema.homes

# A file is in place before its row is: one this young may belong to a run that is at work.
YOUNG_SECONDS = 600.0


def check_strays(connection: Connection, files: FileStore, report: Report) -> None:
    """Find files that nothing names, links, and what dead processes left."""
    spare_young = bool(crawls_at_work(connection))
    for path in orphans(connection, files, report):
        if not (spare_young and _is_young(files, path)):
            report.problems.append(Problem("orphan", path))
    _check_homes(connection, files, report)
    _check_temporaries(files, report)


def orphans(connection: Connection, files: FileStore, report: Report) -> Iterator[str]:
    """Paths of pictures, originals and thumbnails that nothing in the catalogue names, nor notes for removal."""
    for folder, known in ((paths.PROCESSED, _shown), (paths.RAW, _originals), (paths.THUMBNAILS, _thumbnails)):
        for part in chunks(_files(files, folder, report)):
            named = known(connection, part)
            yield from (path for path in part if path not in named)


def _files(files: FileStore, folder: str, report: Report) -> Iterator[str]:
    """Paths of all files below a folder, sorted within each; links are named and not followed."""
    for path, is_link in files.walk(folder):
        if is_link:
            report.problems.append(Problem("unsafe", path, "a symbolic link"))
        else:
            yield path


def _is_young(files: FileStore, path: str) -> bool:
    found = files.look(path)
    return found is None or time.time() - found.modified_ns / 1e9 < YOUNG_SECONDS


def _shown(connection: Connection, part: Sequence[str]) -> set[str]:
    """Standardised pictures that a photo needs or showed before, or that are noted to be removed by the next run."""
    needed = select(images.c.path).join(photos, photos.c.raw_sha256 == images.c.raw_sha256)
    of_photos = connection.execute(needed.where(images.c.path.in_(part), has_file())).scalars()
    return set(of_photos) | _noted(connection, part) | photo_versions.pictures(connection, part)


def _originals(connection: Connection, part: Sequence[str]) -> set[str]:
    """Originals of known images, or noted likewise."""
    return known_originals(connection, part) | _noted(connection, part)


def _thumbnails(connection: Connection, part: Sequence[str]) -> set[str]:
    """Thumbnails of known images, or noted likewise."""
    return known_thumbnails(connection, part) | _noted(connection, part)


def _noted(connection: Connection, part: Sequence[str]) -> set[str]:
    removals = schema.file_removals.c.path
    return set(connection.execute(select(removals).where(removals.in_(part))).scalars())


def _check_homes(connection: Connection, files: FileStore, report: Report) -> None:
    """Our files in folders of homes that the catalogue does not know; a folder without our list is a person's."""
    slugs = {paths.safe_name(slug) for slug in connection.execute(select(homes.c.slug)).scalars()}
    slugs.update(folders_to_clear(connection))
    for path in _files(files, paths.HOMES, report):
        folder, _, name = path.removeprefix(f"{paths.HOMES}/").partition("/")
        name = name.removeprefix(f"{paths.ORIGINALS}/")
        is_ours = paths.is_home_picture(name) or name == paths.HOME_MANIFEST_NAME
        if folder not in slugs and is_ours and files.exists(f"{paths.HOMES}/{folder}/{paths.HOME_MANIFEST_NAME}"):
            report.problems.append(Problem("orphan", path, "a folder of no known home"))


def _check_temporaries(files: FileStore, report: Report) -> None:
    report.problems.extend(Problem("temporary", path) for path in files.leftovers())

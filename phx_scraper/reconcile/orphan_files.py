"""From the files to the catalogue: whatever lies below `processed/`, `raw/`, `homes/` and `.tmp/` has its reason."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy import Connection, select

from phx_scraper.reconcile.report import Problem, Report
from phx_scraper.storage.catalogue import photo_versions, schema
from phx_scraper.storage.catalogue.crawls_at_work import crawls_at_work
from phx_scraper.storage.catalogue.removal_queue import folders_to_clear, has_file, known_originals
from phx_scraper.storage.catalogue.sql_helpers import chunks
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.temp_files import is_leftover

photos, images, homes = schema.photos, schema.images, schema.homes

# A file is in place before its row is: one this young may belong to a run that is at work.
YOUNG_SECONDS = 600.0


def check_strays(connection: Connection, root: Path, report: Report) -> None:
    """Find files that nothing names, links, and what dead processes left."""
    spare_young = bool(crawls_at_work(connection))
    for path in orphans(connection, root, report):
        if not (spare_young and _is_young(root / path)):
            report.problems.append(Problem("orphan", path))
    _check_homes(connection, root, report)
    _check_temporaries(root, report)


def orphans(connection: Connection, root: Path, report: Report) -> Iterator[str]:
    """Paths of pictures and originals that nothing in the catalogue names, nor notes for removal."""
    for folder, known in ((paths.PROCESSED, _shown), (paths.RAW, _originals)):
        for part in chunks(_files(root, folder, report)):
            named = known(connection, part)
            yield from (path for path in part if path not in named)


def _files(root: Path, folder: str, report: Report) -> Iterator[str]:
    """Paths of all files below a folder, sorted within each; links are named and not followed."""
    for place, folders, names in os.walk(root / folder):
        folders.sort()
        for name in sorted([*names, *folders]):
            path = Path(place, name)
            relative = path.relative_to(root).as_posix()
            if path.is_symlink():
                report.problems.append(Problem("unsafe", relative, "a symbolic link"))
            elif name in names:
                yield relative


def _is_young(path: Path) -> bool:
    try:
        return time.time() - path.lstat().st_mtime < YOUNG_SECONDS
    except FileNotFoundError:
        return True


def _shown(connection: Connection, part: Sequence[str]) -> set[str]:
    """Standardised pictures that a photo needs or showed before, or that are noted to be removed by the next run."""
    needed = select(images.c.path).join(photos, photos.c.raw_sha256 == images.c.raw_sha256)
    of_photos = connection.execute(needed.where(images.c.path.in_(part), has_file())).scalars()
    return set(of_photos) | _noted(connection, part) | photo_versions.pictures(connection, part)


def _originals(connection: Connection, part: Sequence[str]) -> set[str]:
    """Originals of known images, or noted likewise."""
    return known_originals(connection, part) | _noted(connection, part)


def _noted(connection: Connection, part: Sequence[str]) -> set[str]:
    removals = schema.file_removals.c.path
    return set(connection.execute(select(removals).where(removals.in_(part))).scalars())


def _check_homes(connection: Connection, root: Path, report: Report) -> None:
    """Our files in folders of homes that the catalogue does not know; a folder without our list is a person's."""
    slugs = {paths.safe_name(slug) for slug in connection.execute(select(homes.c.slug)).scalars()}
    slugs.update(folders_to_clear(connection))
    for path in _files(root, paths.HOMES, report):
        folder, _, name = path.removeprefix(f"{paths.HOMES}/").partition("/")
        name = name.removeprefix(f"{paths.ORIGINALS}/")
        is_ours = paths.is_home_picture(name) or name == paths.HOME_MANIFEST_NAME
        if folder not in slugs and is_ours and (root / paths.HOMES / folder / paths.HOME_MANIFEST_NAME).is_file():
            report.problems.append(Problem("orphan", path, "a folder of no known home"))


def _check_temporaries(root: Path, report: Report) -> None:
    for path in _files(root, paths.TEMPORARY, report):
        if is_leftover(root / path):
            report.problems.append(Problem("temporary", path))

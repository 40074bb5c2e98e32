"""From the catalogue to the files: each picture, original and thumbnail of a photo is there, and whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Connection, Row, case, func, select, union_all

from phx_scraper.errors import StorageError, UnsafePath
from phx_scraper.reconcile.report import MISSING_THUMBNAIL, Problem, Report
from phx_scraper.storage.catalogue import schema
from phx_scraper.storage.catalogue.removal_queue import has_file
from phx_scraper.storage.catalogue.revisit_tables import photo_versions
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.store import FileStore

photos, images = schema.photos, schema.images

_ROWS_AT_ONCE = 1000
_JPEG_START, _JPEG_END = b"\xff\xd8", b"\xff\xd9"

Chosen = Callable[[], bool]
"""Says of one file after another whether its bytes are read."""


def check_pictures(connection: Connection, files: FileStore, chosen: Chosen, report: Report) -> None:
    """Hold every file that a photo needs to the catalogue; those that `chosen` picks are read in full."""
    for row in _needed(connection):
        if row.shown:
            _check(files, row.path, (row.file_size_bytes, row.content_hash), "missing_picture", row, chosen, report)
        if row.raw_path is not None:
            _check(files, row.raw_path, (row.raw_bytes, row.raw_sha256), "missing_original", row, chosen, report)
        if row.shown or row.raw_path is not None:  # else there is nothing that it could be made of
            _check_thumbnail(files, row, chosen, report)


def _needed(connection: Connection) -> Iterator[Row[Any]]:
    """Images that some photo has or had, with `shown`: how many photos need the standardised file."""
    have = select(photos.c.raw_sha256, has_file().label("needs")).where(photos.c.raw_sha256.is_not(None))
    had = select(photo_versions.c.raw_sha256, photo_versions.c.has_picture.label("needs"))
    either = union_all(have, had).subquery()
    of_photos = (
        select(either.c.raw_sha256, func.count(case((either.c.needs, 1))).label("shown"))
        .group_by(either.c.raw_sha256)
        .subquery()
    )
    query = select(images, of_photos.c.shown).join(of_photos, of_photos.c.raw_sha256 == images.c.raw_sha256)
    streamed = connection.execution_options(yield_per=_ROWS_AT_ONCE).execute(query.order_by(images.c.raw_sha256))
    yield from streamed


def _check(
    files: FileStore, path: str, expected: tuple[int, str], absent: str, row: Row[Any], chosen: Chosen, report: Report
) -> None:
    report.checked["files"] += 1

    def problem(kind: str, detail: str = "") -> None:
        report.problems.append(Problem(kind, path, detail, raw_sha256=row.raw_sha256))

    try:
        found = files.find(path)
        if found is None:
            problem(absent)
        elif found.size != expected[0]:
            problem("wrong_size", f"{found.size} bytes, not {expected[0]}")
        elif chosen():
            report.checked["read"] += 1
            digest = files.digest(path)
            if digest != expected[1]:
                problem("hash_mismatch", f"sha256 {digest}")
    except UnsafePath as error:
        problem(absent, str(error))
    except StorageError as error:
        problem("hash_mismatch", str(error))


def _check_thumbnail(files: FileStore, row: Row[Any], chosen: Chosen, report: Report) -> None:
    """No hash of it is kept: a file that was cut off shows by its ends."""
    report.checked["files"] += 1
    path, detail = paths.thumbnail(row.content_hash), ""
    try:
        found = files.find(path)
        is_good = found is not None and found.size > 0
        if is_good and chosen():
            report.checked["read"] += 1
            data = files.read(path)
            is_good = data.startswith(_JPEG_START) and data.endswith(_JPEG_END)
            detail = "" if is_good else "the file is no whole JPEG"
    except StorageError as error:
        is_good, detail = False, str(error)
    if not is_good:
        report.problems.append(Problem(MISSING_THUMBNAIL, path, detail, raw_sha256=row.raw_sha256))

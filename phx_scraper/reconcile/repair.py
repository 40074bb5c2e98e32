"""Repairs that lose nothing: a file is restored, relinked or set aside in `quarantine/`, a photo is asked for again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, case, select, update

from phx_scraper.errors import StorageError
from phx_scraper.imaging.decoder_pool import Process
from phx_scraper.model.image import Image
from phx_scraper.model.visit import DueVisit
from phx_scraper.reconcile.report import MISSING_THUMBNAIL, OF_FILES, Problem
from phx_scraper.reconcile.restore_picture import Restored, put_back, restored_picture
from phx_scraper.storage.catalogue import photo_versions, removals_begun, schema
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.removal_queue import shown
from phx_scraper.storage.catalogue.rows import record
from phx_scraper.storage.catalogue.sql_helpers import NO_LEASE, mark_stale, of_visit
from phx_scraper.storage.files.store import FileStore

photos, images, visits, homes = schema.photos, schema.images, schema.visits, schema.homes

QUARANTINE = "quarantine"
LOST = "file_lost"
"""Why a photo failed that its listing shows no longer and whose file is gone."""


@dataclass(frozen=True, slots=True)
class Repairer:
    """Repairs a store; `process` decodes originals to make standardised pictures again from them.

    Every repair looks again before it acts, and no file is touched in a transaction: a crawl may be at work meanwhile.
    """

    catalogue: Catalogue
    files: FileStore
    process: Process

    def repair(self, problems: Sequence[Problem]) -> Iterator[str]:
        """Repair what can be repaired without losing anything; yields a sentence for each. Raises StorageError."""
        others = (one for one in problems if one.kind != MISSING_THUMBNAIL)  # see make_thumbnails
        # Files first: a picture that lies under a wrong name is found before it is asked for again.
        for problem in sorted(others, key=lambda one: one.kind != "orphan"):
            yield f"{problem.kind} {problem.subject}: {self._repaired(problem, problems)}"

    def _repaired(self, problem: Problem, problems: Sequence[Problem]) -> str:
        if problem.kind == "orphan":
            return self._orphan(problem, problems)
        if problem.kind in OF_FILES:
            return self._picture(problem)
        with self.catalogue.transaction() as connection:
            return self._row_or_view(connection, problem)

    def _row_or_view(self, connection: Connection, problem: Problem) -> str:
        if problem.kind == "stale_lease" and problem.visit is not None:
            connection.execute(update(visits).where(of_visit(visits, DueVisit(*problem.visit))).values(**NO_LEASE))
            return "given back"
        if problem.kind == "wrong_row" and problem.visit is not None:
            return self._row(connection, problem, problem.visit)
        if problem.kind == "stale_view":
            return "written anew"
        if problem.kind == "temporary":
            return "removed, as every start does with unfinished files of dead processes"
        return "left as it is: move it away by hand"

    def _orphan(self, orphan: Problem, problems: Sequence[Problem]) -> str:
        """A crawl that is storing the same bytes right now writes them once more."""
        with self.catalogue.transaction() as connection:
            if shown(connection, [orphan.subject]):
                return "needed by now"
            numbers = removals_begun.begin(connection, [orphan.subject])
        try:
            return self._place(orphan, problems)
        finally:
            with self.catalogue.transaction() as connection:
                removals_begun.end(connection, numbers)

    def _place(self, orphan: Problem, problems: Sequence[Problem]) -> str:
        """Give a stray file the name that misses it, or set it aside."""
        try:
            found = self.files.digest(orphan.subject)
        except StorageError as error:
            return f"left as it is ({error})"
        for missing in problems:
            if missing.kind in {"missing_picture", "missing_original"} and found in missing.subject:
                self.files.link(orphan.subject, missing.subject)
                self._set_aside(orphan.subject)
                return f"relinked as {missing.subject}"
        return f"moved to {self._set_aside(orphan.subject)}"

    def _set_aside(self, path: str) -> str:
        number, target = 1, f"{QUARANTINE}/{path}"
        while self.files.exists(target) and not self.files.is_same(path, target):
            number, target = number + 1, f"{QUARANTINE}/{number}/{path}"
        self.files.link(path, target)
        self.files.remove(path)
        return target

    def _picture(self, problem: Problem) -> str:
        """Files are seen to while nobody waits for the catalogue."""
        with self.catalogue.reading() as connection:
            image = _image(connection, problem)
        if image is None:
            return "nothing names it any more"
        is_original = problem.subject == image.raw_path
        if self._is_whole(problem.subject, image.raw_sha256 if is_original else image.content_hash):
            return "whole by now"
        made = None if is_original else restored_picture(image, self.files, self.process)
        done = ""
        if self.files.exists(problem.subject):
            done = f"moved to {self._set_aside(problem.subject)}, "
        is_back = made is not None and self._is_put_back(image, made)
        with self.catalogue.transaction() as connection:
            _touch(connection, image.raw_sha256)
            if is_back:
                return f"{done}made again from its original"
            return f"{done}{_ask_again(connection, image.raw_sha256, keep=is_original)}"

    def _is_whole(self, path: str, expected: str) -> bool:
        return self.files.exists(path) and self.files.digest(path) == expected

    def _is_put_back(self, image: Image, made: Restored) -> bool:
        try:
            put_back(self.catalogue, self.files, [(image, made)])
        except StorageError:
            return False
        return True

    def _row(self, connection: Connection, problem: Problem, visit: tuple[str, str]) -> str:
        row = connection.execute(select(photos.c.raw_sha256).where(photos.c.id == problem.photo_id)).first()
        has_image = row is not None and row.raw_sha256 is not None
        if not has_image:
            nothing = {"state": "pending", "raw_sha256": None, "etag": "", "last_modified": ""}
            connection.execute(update(photos).where(photos.c.id == problem.photo_id).values(**nothing))
        _open(connection, visit)
        mark_stale(connection, visit[0])
        return "its visit is open again"


def _image(connection: Connection, problem: Problem) -> Image | None:
    row = connection.execute(select(images).where(images.c.raw_sha256 == problem.raw_sha256)).first()
    return None if row is None else record(Image, row)


def _open(connection: Connection, visit: tuple[str, str]) -> None:
    """Have a finished visit go on with its pending photos, without reading its page again."""
    again = {"outcome": "pending", "reason": "", "not_before": None, "needs_page": False}
    chosen = and_(of_visit(visits, DueVisit(*visit)), visits.c.outcome == "ok")
    connection.execute(update(visits).where(chosen).values(**again))


def _touch(connection: Connection, raw_sha256: str) -> None:
    shown = select(photos.c.property_hash).where(photos.c.raw_sha256 == raw_sha256).distinct()
    for property_hash in connection.execute(shown).scalars().all():
        mark_stale(connection, property_hash)


def _ask_again(connection: Connection, raw_sha256: str, keep: bool) -> str:
    """Have all photos of an image fetched again; `keep` where the picture itself is still there."""
    of_image = photos.c.raw_sha256 == raw_sha256
    places = connection.execute(select(photos.c.property_hash, photos.c.source).where(of_image).distinct()).all()
    photo_versions.give_up(connection, raw_sha256, original=keep)
    if not places:
        return "the source shows another one by now: nothing can bring it back"
    values: dict[str, Any] = {"state": "pending", "etag": "", "last_modified": ""}
    if keep:
        connection.execute(update(photos).where(of_image, photos.c.removed_at.is_(None)).values(**values))
    else:
        gone = photos.c.removed_at.is_not(None)
        values["state"] = case((gone, "failed"), else_="pending")
        values["reason"] = case((gone, LOST), else_="")
        connection.execute(update(photos).where(of_image).values(raw_sha256=None, **values))
    for place in places:
        _open(connection, (place.property_hash, place.source))
    return "asked for again by the next crawl"

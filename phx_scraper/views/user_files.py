"""Files in a home's folder that a person put there or changed: they are kept, under names that are in nobody's way."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from phx_scraper.errors import StorageError
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.photos import is_original, is_picture
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.store import FileStore

logger = logging.getLogger("phx_scraper")

EDITED, FOREIGN = "edited-by-you", "yours"
"""What is put into the name of a picture that a person changed, or put where one of ours belongs."""


class UserFiles:
    """Tells, in one home's folder, what a person owns from what was made here; looks at the list before that goes.

    With `originals` it is about the originals' folder in there.
    """

    def __init__(self, catalogue: Catalogue, files: FileStore, slug: str, originals: bool = False) -> None:
        self._catalogue = catalogue
        self._files = files
        self._originals = originals
        self._folder = paths.home_originals(slug) if originals else paths.home_folder(slug)
        fields = ("original_file", "raw_sha256") if originals else ("file", "content_hash")
        self._listed = dict(_listed(files, paths.home_manifest(slug), *fields))

    def make_way(self, wanted: Iterable[str], placed: Iterable[str]) -> None:
        """Set aside what a person has under one of these paths; and edited pictures that are not `placed` any more."""
        listed = {f"{self._folder}/{name}" for name in self._listed if paths.is_home_picture(name)}
        here = {path for path in wanted if path.rpartition("/")[0] == self._folder}
        for path in sorted(here | listed.difference(placed)):
            if not self._files.is_free(path) and not self._is_ours(path):
                self.set_aside(path)

    def stale(self, placed: Iterable[str]) -> list[str]:
        """Pictures of ours that are not `placed`; files of a person's under such names are none of our business."""
        names = [name for name in self._files.names(self._folder) if paths.is_home_picture(name)]
        others = sorted({f"{self._folder}/{name}" for name in names}.difference(placed))
        return [path for path in others if self._is_ours(path)]

    def set_aside(self, path: str) -> str:
        """Rename a person's file, say so, and return its new path."""
        name = PurePosixPath(path)
        mark = EDITED if name.name in self._listed else FOREIGN
        number, target = 1, str(name.with_name(f"{name.stem}.{mark}{name.suffix}"))
        while not self._files.is_free(target):
            number += 1
            target = str(name.with_name(f"{name.stem}.{mark}-{number}{name.suffix}"))
        self._files.move(path, target)
        logger.warning("%s was not as this program left it: it is kept as %s", path, target)
        return target

    def _is_ours(self, path: str) -> bool:
        """Whether the bytes are those of a picture that was made here, shown today or not."""
        if not self._files.exists(path):
            return False
        try:
            digest = self._files.digest(path)
        except StorageError:
            return False
        extension = PurePosixPath(path).suffix.removeprefix(".")
        in_store = paths.raw(digest, extension) if self._originals else paths.processed(digest, extension)
        if digest in self._listed.values() or self._files.exists(in_store):
            return True
        with self._catalogue.reading() as tx:
            return is_original(tx, digest) if self._originals else is_picture(tx, in_store)


def _listed(files: FileStore, manifest: str, file: str, sha256: str) -> Iterator[tuple[str, str]]:
    """Name and hash, by these fields, of each file that the folder's list names; nothing where it cannot be read."""
    try:
        told = json.loads(files.read(manifest))
    except (StorageError, ValueError, RecursionError):
        return
    images = told.get("images") if isinstance(told, dict) else None
    for entry in images if isinstance(images, list) else ():
        name, digest = (entry.get(file), entry.get(sha256)) if isinstance(entry, dict) else (None, None)
        if isinstance(name, str) and isinstance(digest, str | None):
            yield name.rpartition("/")[2], digest or ""

"""What people changed or deleted since the last run, made good before a run begins."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from phx_scraper.errors import StorageError, UnsafePath
from phx_scraper.imaging.decoder_pool import Process
from phx_scraper.model.image import Image
from phx_scraper.reconcile.repair import Repairer
from phx_scraper.reconcile.report import Problem
from phx_scraper.reconcile.restore_picture import put_back, restored_picture
from phx_scraper.run.changed_folders import changed_folders
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.gallery import HomeGallery, galleries
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.store import FileFacts, FileStore
from phx_scraper.views.folders import write_home
from phx_scraper.views.user_files import UserFiles

logger = logging.getLogger("phx_scraper")


def restore_homes(
    catalogue: Catalogue,
    files: FileStore,
    property_hashes: Sequence[str],
    process: Process,
    stopping: Callable[[], bool],
) -> None:
    """Bring back what is gone of these homes, and set aside what a person changed. Raises StorageError.

    A picture comes back from the other names of its file, else from its original, which `process` decodes, else it is
    asked for again. `stopping` ends this early; the next run goes on.
    """
    wanting = changed_folders(catalogue, files, property_hashes)
    if not wanting:
        return
    with ThreadPoolExecutor(thread_name_prefix="restore") as threads:
        tending = _Tending(catalogue, files, process, stopping, threads)
        for property_hash in wanting:
            if not stopping():
                tending.home(property_hash)
    if tending.lost:
        logger.warning(
            "%d pictures were gone from %s or had been changed there: %d are back, the others are asked for again",
            tending.lost,
            files.place_of(paths.PROCESSED),
            tending.back,
        )


@dataclass
class _Tending:
    catalogue: Catalogue
    files: FileStore
    process: Process
    stopping: Callable[[], bool]
    threads: ThreadPoolExecutor
    lost: int = field(default=0)
    back: int = field(default=0)

    def home(self, property_hash: str) -> None:
        with self.catalogue.reading() as tx:
            found = list(galleries(tx, [property_hash]))
        problems = [problem for gallery in found for problem in self._problems(gallery)]
        if self.stopping():
            return
        list(Repairer(self.catalogue, self.files, self.process).repair(problems))
        self.back -= len(problems)
        write_home(self.catalogue, self.files, property_hash)

    def _problems(self, gallery: HomeGallery) -> list[Problem]:
        """What is left to repair once all that can be had from this machine is back."""
        listed = _listed_at(self.files, gallery)
        foreign = [image for _, image in _views(gallery) if self._is_changed(image, listed)]
        kept = [image for image in foreign if not self._let_go(gallery, image)]
        lost = [image for _, image in _views(gallery) if not self.files.exists(image.path)]
        self.lost, self.back = self.lost + len(lost) + len(kept), self.back + len(lost) + len(kept)
        self._link_back(gallery, lost)
        are_back = self.threads.map(self._is_put_back, lost)
        gone = [image for image, is_back in zip(lost, are_back, strict=True) if not is_back]
        return [
            *(Problem("hash_mismatch", image.path, raw_sha256=image.raw_sha256) for image in kept),
            *(Problem("missing_picture", image.path, raw_sha256=image.raw_sha256) for image in gone),
        ]

    def _is_changed(self, image: Image, listed: int) -> bool:
        found = _facts(self.files, image.path)
        if found is None or _is_well(found, image, listed):
            return False
        # What cannot be read is for `scrapy reconcile --read-data` to tell.
        return _digest(self.files, image.path) not in {image.content_hash, None}

    def _let_go(self, gallery: HomeGallery, image: Image) -> bool:
        """Keep what a person wrote into a picture's file by that file's name in the folder; False if it has none."""
        shared = [path for path in _pictures(self.files, gallery) if self.files.is_same(image.path, path)]
        for path in shared:
            UserFiles(self.catalogue, self.files, gallery.home.slug).set_aside(path)
        return bool(shared) and self.files.remove(image.path)

    def _link_back(self, gallery: HomeGallery, lost: Sequence[Image]) -> None:
        """A picture's name in the folder outlives its name in the store, and is as good."""
        wanted = {image.content_hash: image for image in lost}
        for path in _pictures(self.files, gallery) if wanted else ():
            image = wanted.get(_digest(self.files, path) or "")
            if image is not None:
                self.files.link(path, image.path)

    def _is_put_back(self, image: Image) -> bool:
        if self.files.exists(image.path):
            return True
        made = None if self.stopping() else restored_picture(image, self.files, self.process)
        if made is None:
            return False
        try:
            put_back(self.catalogue, self.files, [(image, made)])
        except StorageError as error:
            # It is repaired or asked for again by the catalogue, where trouble with the disk shows again.
            logger.debug("%s could not be made again: %s", image.path, error)
            return False
        return True


def _listed_at(files: FileStore, gallery: HomeGallery) -> int:
    """When the folder's list was written, in nanoseconds since 1970; -1 if there is none: then nothing is trusted."""
    found = _facts(files, paths.home_manifest(gallery.home.slug))
    return -1 if found is None else found.modified_ns


def _is_well(found: FileFacts, image: Image, listed: int) -> bool:
    return found.size == image.file_size_bytes and found.modified_ns <= listed


def _views(gallery: HomeGallery) -> Iterator[tuple[str, Image]]:
    """Path in the home's folder, and image, of each picture that is kept, as if none were missing."""
    for number, photo in enumerate(gallery.kept, start=1):
        assert photo.image is not None
        extension = PurePosixPath(photo.image.path).suffix.removeprefix(".")
        yield paths.home_picture(gallery.home.slug, number, extension), photo.image


def _pictures(files: FileStore, gallery: HomeGallery) -> list[str]:
    """Files in the home's folder that have names of pictures."""
    folder = paths.home_folder(gallery.home.slug)
    names = [f"{folder}/{name}" for name in files.names(folder) if paths.is_home_picture(name)]
    return [path for path in names if files.exists(path)]


def _digest(files: FileStore, path: str) -> str | None:
    try:
        return files.digest(path)
    except UnsafePath:
        raise
    except StorageError:
        return None


def _facts(files: FileStore, path: str) -> FileFacts | None:
    try:
        return files.find(path)
    except UnsafePath:
        raise
    except StorageError:
        return None

"""One photo's bytes on their way to disk: decoded, hashed and standardised in one thread, written in another."""

from __future__ import annotations

from phx_scraper.config.fields import Config
from phx_scraper.errors import StorageError
from phx_scraper.imaging.decoder_pool import Process
from phx_scraper.imaging.hashing import HASH_VERSION
from phx_scraper.model.image import Image
from phx_scraper.reconcile.restore_picture import form_of
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.photos import files_of, known_image
from phx_scraper.storage.catalogue.removals_begun import last, wait_until_free
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.file_stats import sha256
from phx_scraper.storage.files.store import FileStore, Written


class PhotoFile:
    """The bytes of one photo; `process` before `write`.

    Its files are in the store after `since` was the last removal (of `storage.catalogue.removals_begun`). `square` is
    there after `process`, empty where the same bytes were stored before.
    """

    def __init__(self, data: bytes, config: Config, process: Process) -> None:
        self._data = data
        self._config = config
        self._process = process
        self._encoded = self._thumbnail = b""
        self._image: Image | None = None
        self._seen: tuple[str, ...] = ()
        self.since = 0
        self.square = b""
        self.damaged: list[str] = []

    def process(self, catalogue: Catalogue, files: FileStore) -> Image:
        """Decode and encode, unless the same bytes were stored before. Raises BadPhoto, StorageError."""
        with catalogue.reading() as tx:
            self.since = last(tx)
            known = known_image(tx, sha256(self._data), HASH_VERSION)
        self._image = known if known is not None and self._is_still_good(known, files) else self._processed()
        return self._image

    def write(self, files: FileStore) -> None:
        """Bring original, standardised picture and thumbnail into the store. Raises StorageError.

        What is there is read, and written anew where it is `damaged`.
        """
        for path, data in self._parts().items():
            if path not in self._seen and files.write(path, data, compare=True) is Written.REPLACED:
                self.damaged.append(path)
        assert self._image is not None
        thumbnail = paths.thumbnail(self._image.content_hash)
        if thumbnail not in self._seen:
            # To wait for the disk would cost twice what it costs to make it.
            files.without_sync().write(thumbnail, self._thumbnail)

    def write_again(self, catalogue: Catalogue, files: FileStore) -> None:
        """The same, once nobody is removing these files, where one of them may be gone. Raises StorageError."""
        assert self._image is not None
        self._seen = ()
        self.since = wait_until_free(catalogue, files_of(self._image))
        self.write(files)

    def _parts(self) -> dict[str, bytes]:
        assert self._image is not None
        parts = {self._image.path: self._encoded}
        if self._image.raw_path is not None and self._config.keep_raw:
            parts[self._image.raw_path] = self._data
        return parts

    def _processed(self) -> Image:
        picture, config = self._process(self._data), self._config
        self._encoded, self._thumbnail = picture.png, picture.thumbnail
        self.square = picture.square
        path = paths.processed(picture.content_hash, form_of(config).extension)
        raw_path = paths.raw(picture.raw_sha256, extension_of(picture.original_format)) if config.keep_raw else None
        return picture.stored_at(path, raw_path)

    def _is_still_good(self, known: Image, files: FileStore) -> bool:
        """Whether a picture stored before is what these settings would make of the same bytes, and still there."""
        if not form_of(self._config).fits(known) or (known.raw_path is None and self._config.keep_raw):
            return False
        seen = known.path, paths.thumbnail(known.content_hash)
        try:
            self._encoded, self._thumbnail = map(files.read, seen)
        except StorageError:
            return False
        is_good = sha256(self._encoded) == known.content_hash
        self._seen = seen if is_good else ()
        return is_good


def is_known_file(data: bytes, raw_sha256: str) -> bool:
    """Whether these are the bytes that a photo has already."""
    return sha256(data) == raw_sha256


def extension_of(original_format: str) -> str:
    """File name extension for a decoder's format name, `JPEG` -> `jpg`."""
    return {"JPEG": "jpg", "MPO": "jpg", "TIFF": "tif"}.get(original_format, original_format.lower())

"""One photo's bytes on their way to disk: decoded, hashed and standardised in one thread, written in another."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial

from phx_scraper.config.fields import Config
from phx_scraper.errors import BadPhoto, StorageError
from phx_scraper.imaging import Options, ProcessedImage, process
from phx_scraper.imaging.decoder_pool import Process
from phx_scraper.imaging.hashing import HASH_VERSION
from phx_scraper.model.image import ImageRecord
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.store import FileStore

KnownImage = Callable[[str, str], ImageRecord | None]
"""Asked with a sha256 and a hash version: the image of these bytes, if the catalogue has it."""


class PhotoFile:
    """The bytes of one photo; `process` before `write`, which may be called again to put back what was removed."""

    def __init__(
        self, data: bytes, files: FileStore, options: Options, keep_raw: bool, decode: Process | None = None
    ) -> None:
        self._data = data
        self._files = files
        self._options = options
        self._keep_raw = keep_raw
        self._process: Process = decode or partial(process, options=options)
        self._encoded = b""
        self._image: ImageRecord | None = None

    def process(self, known_image: KnownImage) -> ImageRecord:
        """Decode and encode, unless the same bytes were stored before. Raises BadPhoto."""
        known = known_image(hashlib.sha256(self._data).hexdigest(), HASH_VERSION)
        self._image = known if known is not None and self._is_still_good(known) else self._processed()
        return self._image

    def write(self) -> None:
        """Bring original and standardised picture into the store. Raises StorageError."""
        assert self._image is not None
        if self._image.raw_path is not None and self._keep_raw:
            self._files.write(self._image.raw_path, self._data)
        if not self._files.exists(self._image.path):
            self._files.write(self._image.path, self._encoded or self._process(self._data).png)

    def _processed(self) -> ImageRecord:
        picture = self._process(self._data)
        self._encoded = picture.png
        path = paths.processed(picture.content_hash, self._options.image_format.lower().replace("jpeg", "jpg"))
        raw_path = paths.raw(picture.raw_sha256, extension_of(picture.original_format)) if self._keep_raw else None
        return _record(picture, len(self._data), path, raw_path)

    def _is_still_good(self, known: ImageRecord) -> bool:
        """Whether a picture stored before is what these options would make of the same bytes."""
        longest = min(self._options.max_dimension, max(known.original_width, known.original_height))
        return (
            self._options.image_format == "PNG"
            and known.path.endswith(".png")
            and max(known.width, known.height) == longest
            and self._files.exists(known.path)
            and (known.raw_path is not None or not self._keep_raw)
        )


def imaging_options(options: Config) -> Options:
    """The picture settings of a run as `imaging` takes them."""
    return Options(
        max_dimension=options.max_dimension,
        image_format="PNG" if options.image_format == "PNG" else "JPEG",
        jpeg_quality=options.jpeg_quality,
        min_width=options.min_width,
        min_height=options.min_height,
        max_pixels=options.max_pixels,
        max_bytes=options.max_photo_bytes,
    )


def restorer(files: FileStore, options: Config) -> Callable[[ImageRecord], bool]:
    """A function that makes a picture's file again from its original bytes; False where that cannot be done."""

    def restore(image: ImageRecord) -> bool:
        try:
            picture = process(files.read(image.raw_path or ""), imaging_options(options))
        except (BadPhoto, StorageError):
            return False
        if picture.content_hash == image.content_hash:
            files.write(image.path, picture.png)
        return picture.content_hash == image.content_hash

    return restore


def extension_of(original_format: str) -> str:
    """File name extension for a decoder's format name, `JPEG` -> `jpg`."""
    return {"JPEG": "jpg", "MPO": "jpg", "TIFF": "tif"}.get(original_format, original_format.lower())


def _record(picture: ProcessedImage, raw_bytes: int, path: str, raw_path: str | None) -> ImageRecord:
    return ImageRecord(
        raw_sha256=picture.raw_sha256,
        content_hash=picture.content_hash,
        phash=picture.phash,
        dhash=picture.dhash,
        hash_version=picture.hash_version,
        width=picture.width,
        height=picture.height,
        original_width=picture.original_width,
        original_height=picture.original_height,
        original_format=picture.original_format,
        raw_bytes=raw_bytes,
        raw_path=raw_path,
        path=path,
        file_size_bytes=len(picture.png),
        signature=picture.signature,
        quality=picture.quality,
        flat=picture.flat,
    )

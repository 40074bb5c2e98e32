"""One photo's bytes on their way to disk: decoded, hashed, standardised and stored, all in a worker thread."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from phx_scraper.errors import BadPhoto, StorageError
from phx_scraper.imaging import Options, ProcessedImage, process
from phx_scraper.imaging.hashing import HASH_VERSION
from phx_scraper.options import CrawlOptions
from phx_scraper.storage import paths
from phx_scraper.storage.files import FileStore
from phx_scraper.storage.records import ImageRecord

KnownImage = Callable[[str, str], ImageRecord | None]
"""Asked with a sha256 and a hash version: the image of these bytes, if the catalogue has it."""


@dataclass(frozen=True, slots=True)
class StoredPicture:
    """A picture that lies in the store; `ensure_file` puts it back if a concurrent removal took it."""

    image: ImageRecord
    ensure_file: Callable[[], None]


def imaging_options(options: CrawlOptions) -> Options:
    """The picture settings of a run as `imaging` takes them."""
    return Options(
        max_dimension=options.max_dimension,
        image_format=options.image_format,
        jpeg_quality=options.jpeg_quality,
        min_width=options.min_width,
        min_height=options.min_height,
        max_pixels=options.max_pixels,
        max_bytes=options.max_photo_bytes,
    )


def store_picture(
    data: bytes, files: FileStore, options: Options, keep_raw: bool, known_image: KnownImage
) -> StoredPicture:
    """Bring bytes into the store, decoding them only if they are new. Raises BadPhoto, StorageError."""
    known = known_image(hashlib.sha256(data).hexdigest(), HASH_VERSION)
    if known is not None and _still_good(known, files, options, keep_raw):
        return StoredPicture(known, lambda: _ensure(files, known.path, lambda: process(data, options).png))
    picture = process(data, options)
    path = paths.processed(picture.content_hash, options.image_format.lower().replace("jpeg", "jpg"))
    raw_path = paths.raw(picture.raw_sha256, extension_of(picture.original_format)) if keep_raw else None
    if raw_path:
        files.write(raw_path, data)
    files.write(path, picture.png)
    return StoredPicture(_record(picture, data, path, raw_path), lambda: _ensure(files, path, lambda: picture.png))


def _still_good(known: ImageRecord, files: FileStore, options: Options, keep_raw: bool) -> bool:
    """Whether a picture stored before is what these options would make of the same bytes."""
    longest = min(options.max_dimension, max(known.original_width, known.original_height))
    return (
        options.image_format == "PNG"
        and known.path.endswith(".png")
        and max(known.width, known.height) == longest
        and files.exists(known.path)
        and (not keep_raw or (known.raw_path is not None and files.exists(known.raw_path)))
    )


def _ensure(files: FileStore, path: str, encoded: Callable[[], bytes]) -> None:
    if not files.exists(path):
        files.write(path, encoded())


def restorer(files: FileStore, options: CrawlOptions) -> Callable[[ImageRecord], bool]:
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


def _record(picture: ProcessedImage, data: bytes, path: str, raw_path: str | None) -> ImageRecord:
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
        raw_bytes=len(data),
        raw_path=raw_path,
        path=path,
        file_size_bytes=len(picture.png),
        signature=picture.signature,
        quality=picture.quality,
        flat=picture.flat,
    )

"""Images described anew from their files, where the rows that described them are lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Protocol

from phx_scraper.errors import BadPhoto, StorageError
from phx_scraper.model.image import ImageRecord
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.store import FileStore


class Described(Protocol):
    """What `imaging.process` makes of a picture."""

    raw_sha256: str
    content_hash: str
    phash: str
    dhash: str
    hash_version: str
    width: int
    height: int
    original_width: int
    original_height: int
    original_format: str
    png: bytes
    signature: bytes
    quality: dict[str, float]
    flat: bool


Describe = Callable[[bytes], Described]
"""`imaging.process` under the project's settings. Raises BadPhoto."""


def image_again(files: FileStore, entry: Mapping[str, Any], describe: Describe) -> ImageRecord | None:
    """The image of a photo that a manifest tells of, from its original or else from its standardised file.

    None if neither is there and whole. A stored photo's file is made again from the original where it is gone. Raises
    StorageError.
    """
    raw_path, path = entry.get("original_path"), entry.get("local_path")
    try:
        if isinstance(raw_path, str) and files.exists(raw_path):
            data = files.read(raw_path)
            found = describe(data)
            if found.raw_sha256 == entry.get("raw_sha256"):
                return _from_original(files, entry, found, (len(data), raw_path))
        if isinstance(path, str) and files.exists(path):
            return _from_standardised(entry, describe(files.read(path)), (len(files.read(path)), path))
    except BadPhoto:
        return None
    return None


def _from_original(
    files: FileStore, entry: Mapping[str, Any], found: Described, original: tuple[int, str]
) -> ImageRecord:
    """Hashes come from the original; size and name of the stored file from the manifest, where that file is there."""
    image = _record(found, original, paths.processed(found.content_hash), len(found.png))
    path = entry.get("local_path")
    if not isinstance(path, str):
        return image
    if path == image.path or not files.exists(path):
        files.write(image.path, found.png)
        return image
    stored = {name: entry[name] for name in ("content_hash", "width", "height", "file_size_bytes")}
    return replace(image, path=path, **stored)


def _from_standardised(entry: Mapping[str, Any], found: Described, stored: tuple[int, str]) -> ImageRecord:
    """Without the original its hashes and sizes are what the manifest says."""
    image = _record(found, (0, None), stored[1], stored[0])
    names = ("raw_sha256", "phash", "dhash", "original_width", "original_height", "original_format")
    return replace(image, content_hash=found.raw_sha256, **{name: entry[name] for name in names})


def _record(found: Described, original: tuple[int, str | None], path: str, size: int) -> ImageRecord:
    return ImageRecord(
        raw_sha256=found.raw_sha256,
        content_hash=found.content_hash,
        phash=found.phash,
        dhash=found.dhash,
        hash_version=found.hash_version,
        width=found.width,
        height=found.height,
        original_width=found.original_width,
        original_height=found.original_height,
        original_format=found.original_format,
        raw_bytes=original[0],
        raw_path=original[1],
        path=path,
        file_size_bytes=size,
        signature=found.signature,
        quality=found.quality,
        flat=found.flat,
    )


def described_or_none(files: FileStore, entry: Mapping[str, Any], describe: Describe) -> ImageRecord | None:
    """`image_again`, with a file that cannot be read or named counted as gone."""
    try:
        return image_again(files, entry, describe)
    except (StorageError, KeyError):
        return None

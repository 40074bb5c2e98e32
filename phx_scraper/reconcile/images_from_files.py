"""Images described anew from their files, where the rows that described them are lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from phx_scraper.errors import BadPhoto, StorageError
from phx_scraper.imaging.decoder_pool import Process
from phx_scraper.imaging.process_image import ProcessedImage
from phx_scraper.model.image import Image
from phx_scraper.model.stored_form import StoredForm
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.store import FileStore


def image_again(files: FileStore, entry: Mapping[str, Any], process: Process) -> Image | None:
    """The image of a photo that a manifest tells of, from its original or else from its standardised file.

    None if neither is there and whole. A stored photo's file is made again from the original where it is gone. Raises
    StorageError.
    """
    raw_path, path = entry.get("original_path"), entry.get("local_path")
    try:
        if isinstance(raw_path, str) and files.exists(raw_path):
            found = process(files.read(raw_path))
            if found.raw_sha256 == entry.get("raw_sha256"):
                return _from_original(files, entry, found, raw_path)
        if isinstance(path, str) and files.exists(path):
            return _from_standardised(entry, process(files.read(path)), path)
    except BadPhoto:
        return None
    return None


def _from_original(files: FileStore, entry: Mapping[str, Any], found: ProcessedImage, raw_path: str) -> Image:
    """Hashes come from the original; size and name of the stored file from the manifest, where that file is there."""
    image = found.stored_at(paths.processed(found.content_hash, StoredForm.of(found.made_as).extension), raw_path)
    path = entry.get("local_path")
    if not isinstance(path, str):
        return image
    if path == image.path or not files.exists(path):
        files.write(image.path, found.png)
        return image
    stored = {name: entry[name] for name in ("content_hash", "width", "height", "file_size_bytes")}
    return replace(image, path=path, made_as="", **stored)


def _from_standardised(entry: Mapping[str, Any], found: ProcessedImage, path: str) -> Image:
    """Without the original its hashes and sizes are what the manifest says."""
    names = ("raw_sha256", "phash", "dhash", "original_width", "original_height", "original_format")
    own = {"content_hash": found.raw_sha256, "file_size_bytes": found.raw_bytes, "raw_bytes": 0, "made_as": ""}
    return replace(found.stored_at(path, None), **own, **{name: entry[name] for name in names})


def described_or_none(files: FileStore, entry: Mapping[str, Any], process: Process) -> Image | None:
    """`image_again`, with a file that cannot be read or named counted as gone."""
    try:
        return image_again(files, entry, process)
    except (StorageError, KeyError):
        return None

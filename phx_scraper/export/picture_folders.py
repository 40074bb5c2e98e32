"""Pictures for people and older programs: `{home}/img_001.jpg …` with `images_manifest.json` beside them."""

from __future__ import annotations

import io
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from PIL import Image

from phx_scraper.errors import StorageError
from phx_scraper.model.photo import Photo
from phx_scraper.storage.catalogue.gallery import HomeGallery
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.file_stats import sha256
from phx_scraper.storage.files.store import FileStore
from phx_scraper.views.documents import VERSION, whole
from phx_scraper.views.photo_entry import photo_entry

EXTENSIONS = {"png": "png", "jpg": "jpg", "jpeg": "jpg"}


@dataclass(frozen=True, slots=True)
class PictureForm:
    """`extension` is png or jpg; `quality` 1 to 95 is for jpg. Pictures that have that form already are copied."""

    extension: str = "png"
    quality: int = 85


@dataclass(slots=True)
class WrittenPictures:
    """What a folder export holds; `missing` are kept photos whose file is gone from the store, or cannot be read."""

    homes: int = 0
    pictures: int = 0
    missing: int = 0


def write_folders(out: Path, files: FileStore, homes: Iterable[HomeGallery], form: PictureForm) -> WrittenPictures:
    """A folder for each home with kept pictures. Raises OSError."""
    written = WrittenPictures()
    with ThreadPoolExecutor() as threads:
        for gallery in homes:
            found = list(threads.map(partial(_encoded, files, form), gallery.kept))
            pictures = [(photo, data) for photo, data in zip(gallery.kept, found, strict=True) if data is not None]
            written.missing += len(gallery.kept) - len(pictures)
            if pictures:
                written.homes += 1
                written.pictures += len(pictures)
                _write_home(out / paths.safe_name(gallery.home.slug), gallery, pictures, form.extension)
    return written


def _write_home(folder: Path, gallery: HomeGallery, pictures: list[tuple[Photo, bytes]], extension: str) -> None:
    images = []
    folder.mkdir(parents=True)
    for number, (photo, data) in enumerate(pictures, start=1):
        name = f"img_{number:03d}.{extension}"
        (folder / name).write_bytes(data)
        images.append({"file": name, **photo_entry(gallery, photo), **_as_written(folder.name, name, data)})
    document = {"version": VERSION, "property_address": gallery.home.address, "images": images}
    (folder / paths.HOME_MANIFEST_NAME).write_bytes(b"".join(whole(document)))


def _as_written(folder: str, name: str, data: bytes) -> dict[str, Any]:
    """The fields that are about a file say what is true of the exported one, by its path in the export."""
    file = {"local_path": f"{folder}/{name}", "original_path": None}
    return {**file, "file_size_bytes": len(data), "content_hash": sha256(data)}


def _encoded(files: FileStore, form: PictureForm, photo: Photo) -> bytes | None:
    """The bytes of the exported file; None where the stored one is gone or cannot be read."""
    assert photo.image is not None  # a kept photo has an image: the catalogue writes both in one transaction
    path = photo.image.path
    try:
        data = files.read(path)
        if EXTENSIONS.get(path.rpartition(".")[2]) == form.extension:
            return data
        with Image.open(io.BytesIO(data)) as picture:
            return _converted(picture, form)
    except (StorageError, OSError, ValueError, SyntaxError):  # Pillow's ways of saying that a file is damaged
        return None


def _converted(picture: Image.Image, form: PictureForm) -> bytes:
    converted = io.BytesIO()
    if form.extension == "jpg":
        picture.convert("RGB").save(converted, "JPEG", quality=form.quality, optimize=True)
    else:
        picture.save(converted, "PNG")
    return converted.getvalue()

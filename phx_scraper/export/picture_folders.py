"""Pictures for people and older programs: `{home}/img_001.jpg …` with `images_manifest.json` beside them."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from PIL import Image

from phx_scraper.export.photo_rows import entries
from phx_scraper.model.photo import Photo
from phx_scraper.storage.catalogue.gallery import HomeGallery
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.disk_errors import reported
from phx_scraper.views.documents import VERSION, whole
from phx_scraper.views.photo_entry import image_id

EXTENSIONS = {"png": "png", "jpg": "jpg", "jpeg": "jpg"}


@dataclass(frozen=True, slots=True)
class PictureForm:
    """`extension` is png or jpg; `quality` 1 to 95 is for jpg. Pictures that have that form already are copied."""

    extension: str = "png"
    quality: int = 85


@dataclass(slots=True)
class WrittenPictures:
    """What a folder export holds; `missing` are kept photos whose file is gone from the store."""

    homes: int = 0
    pictures: int = 0
    missing: int = 0


def write_folders(out: Path, store: Path, homes: Iterable[HomeGallery], form: PictureForm) -> WrittenPictures:
    """A folder for each home with kept pictures. Raises StorageError, DiskFull."""
    written = WrittenPictures()
    with ThreadPoolExecutor() as threads:
        for gallery in homes:
            kept = [photo for photo in gallery.kept if (store / _path(photo)).is_file()]
            written.missing += len(gallery.kept) - len(kept)
            if kept:
                written.homes += 1
                written.pictures += len(kept)
                _write_home(out / paths.safe_name(gallery.home.slug), store, gallery, kept, form, threads)
    return written


def _write_home(
    folder: Path, store: Path, gallery: HomeGallery, kept: list[Photo], form: PictureForm, threads: ThreadPoolExecutor
) -> None:
    names = {
        image_id(gallery.home.property_hash, photo.source, photo.key): number for number, photo in enumerate(kept, 1)
    }
    with reported("write", folder):
        folder.mkdir(parents=True)
        targets = [folder / f"img_{number:03d}.{form.extension}" for number in range(1, len(kept) + 1)]
        list(threads.map(partial(_write_picture, form), [store / _path(photo) for photo in kept], targets))
        images = [
            {"file": f"img_{names[entry['image_id']]:03d}.{form.extension}", **entry}
            for entry in entries(gallery)
            if entry["image_id"] in names
        ]
        document = {"version": VERSION, "property_address": gallery.home.address, "images": images}
        (folder / paths.HOME_MANIFEST_NAME).write_bytes(b"".join(whole(document)))


def _write_picture(form: PictureForm, source: Path, target: Path) -> None:
    if PurePosixPath(source).suffix.lstrip(".").lower() in {form.extension, form.extension.replace("jpg", "jpeg")}:
        shutil.copyfile(source, target)
        return
    data = io.BytesIO()
    with Image.open(source) as picture:
        if form.extension == "jpg":
            picture.convert("RGB").save(data, "JPEG", quality=form.quality, optimize=True)
        else:
            picture.save(data, "PNG")
    target.write_bytes(data.getvalue())


def _path(photo: Photo) -> str:
    assert photo.image is not None  # a kept photo has an image: the catalogue writes both in one transaction
    return photo.image.path

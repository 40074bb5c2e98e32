"""Which files of the store a home's folder shows, and under which names: pictures, and originals where asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import NamedTuple

from phx_scraper.errors import StorageError, UnsafePath
from phx_scraper.model.photo import Photo
from phx_scraper.storage.catalogue.gallery import HomeGallery
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.store import FileStore


class StoreFile(NamedTuple):
    """A file of the store: its path there, its bytes, and their SHA-256."""

    path: str
    size: int
    sha256: str

    def is_at(self, files: FileStore, path: str) -> bool:
        """Whether a folder has it at `path`: where links are impossible, or were lost, a copy stands for it."""
        if files.is_same(self.path, path):
            return True
        try:
            found = files.find(path)
            return found is not None and found.size == self.size and files.digest(path) == self.sha256
        except UnsafePath:
            raise
        except StorageError:
            return False


@dataclass(slots=True)
class FolderFiles:
    """Paths in a home's folder, in gallery order: `pictures` with their `photos`, `originals` under the same numbers.

    `original_of` leads from a picture's path to its original's; `missing` are kept photos whose picture is gone.
    """

    photos: dict[str, Photo] = field(default_factory=dict)
    pictures: dict[str, StoreFile] = field(default_factory=dict)
    originals: dict[str, StoreFile] = field(default_factory=dict)
    original_of: dict[str, str] = field(default_factory=dict)
    missing: list[Photo] = field(default_factory=list)

    def wrong(self, files: FileStore) -> list[str]:
        """Paths at which something else is, or nothing."""
        return [path for path, shown in self.all().items() if not shown.is_at(files, path)]

    def all(self) -> dict[str, StoreFile]:
        """Pictures and originals."""
        return self.pictures | self.originals


def folder_files(files: FileStore, gallery: HomeGallery) -> FolderFiles:
    """Names for the kept pictures that are there, numbered without gaps."""
    found = FolderFiles()
    for photo in gallery.kept:
        image = photo.image
        assert image is not None  # a stored photo has an image: the catalogue writes both in one transaction
        if not files.exists(image.path):
            found.missing.append(photo)
            continue
        number = len(found.photos) + 1
        path = paths.home_picture(gallery.home.slug, number, _extension(image.path))
        found.photos[path] = photo
        found.pictures[path] = StoreFile(image.path, image.file_size_bytes, image.content_hash)
        if gallery.home.originals and image.raw_path is not None and files.exists(image.raw_path):
            original = paths.home_original(gallery.home.slug, number, _extension(image.raw_path))
            found.originals[original] = StoreFile(image.raw_path, image.raw_bytes, image.raw_sha256)
            found.original_of[path] = original
    return found


def _extension(path: str) -> str:
    return PurePosixPath(path).suffix.removeprefix(".")

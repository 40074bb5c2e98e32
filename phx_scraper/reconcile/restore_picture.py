"""A standardised picture made again from its original, in a process of its own."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import NamedTuple

from sqlalchemy import Connection

from phx_scraper.config.fields import Config
from phx_scraper.errors import BadPhoto, FilesRemoved, StorageError
from phx_scraper.imaging.decoder_pool import DecoderPool, Process
from phx_scraper.imaging.image_options import Options
from phx_scraper.imaging.process_image import ProcessedImage
from phx_scraper.model.image import Image
from phx_scraper.model.stored_form import StoredForm
from phx_scraper.storage.catalogue import removals_begun
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.outdated_pictures import renew
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.store import FileStore


class Restored(NamedTuple):
    """An image as its original gives it now, in the form that today's settings ask for, and the bytes of its files."""

    image: Image
    data: bytes
    thumbnail: bytes

    @property
    def paths(self) -> tuple[str, str]:
        """Of its files."""
        return self.image.path, paths.thumbnail(self.image.content_hash)


def restored_picture(image: Image, files: FileStore, process: Process) -> Restored | None:
    """The picture made again; None where it cannot be had from this machine.

    Without its original, a picture without loss that has the wanted size gives every other format as well. It takes
    long, so nobody may wait for it: never under the catalogue's write lock. Raises DecoderUnavailable.
    """
    original = None if image.raw_path is None else _processed(files, image.raw_path, process)
    if original is not None and original.raw_sha256 == image.raw_sha256:
        return Restored(_renewed(image, original), original.png, original.thumbnail)
    if not image.path.endswith(".png"):
        return None
    stored = _processed(files, image.path, process)
    if stored is None or stored.raw_sha256 != image.content_hash:
        return None
    is_wanted_size = max(image.width, image.height) == StoredForm.of(stored.made_as).longest(image)
    return Restored(_renewed(image, stored), stored.png, stored.thumbnail) if is_wanted_size else None


def make_again(catalogue: Catalogue, files: FileStore, image: Image, process: Process) -> None:
    """Make a picture again that is gone, where that can be done. Raises StorageError, DecoderUnavailable."""
    made = restored_picture(image, files, process)
    if made is not None:
        put_back(catalogue, files, [(image, made)])


def put_back(catalogue: Catalogue, files: FileStore, made_again: Sequence[tuple[Image, Restored]]) -> list[str]:
    """Bring pictures made again into the store, with their thumbnails, and their rows; never in a transaction.

    Returns the homes whose folders are to follow: those that show one, where its form is another one now. Raises
    StorageError.
    """
    wanted = [path for _, made in made_again for path in made.paths]
    while True:
        since = removals_begun.wait_until_free(catalogue, wanted)
        for _, made in made_again:
            bring(files, made)
        with suppress(FilesRemoved), catalogue.transaction() as tx:
            return name_again(tx, made_again, since)


def bring(files: FileStore, made: Restored) -> None:
    """Bring a picture made again into the store, with its thumbnail. Raises StorageError."""
    files.write(made.image.path, made.data)
    files.without_sync().write(paths.thumbnail(made.image.content_hash), made.thumbnail)


def name_again(connection: Connection, made_again: Sequence[tuple[Image, Restored]], since: int) -> list[str]:
    """Have rows name pictures made again, which were brought after `since` was the last removal; returns as `put_back`.

    Raises FilesRemoved where one may be gone again.
    """
    removals_begun.require_there(connection, since, [path for _, made in made_again for path in made.paths])
    homes: dict[str, None] = {}
    for old, made in made_again:
        if made.image != old:
            homes |= dict.fromkeys(renew(connection, old, made.image))
    return list(homes)


def _processed(files: FileStore, path: str, process: Process) -> ProcessedImage | None:
    try:
        return process(files.read(path))
    except (BadPhoto, StorageError):
        return None


def _renewed(image: Image, made: ProcessedImage) -> Image:
    """Hashes and measures stay what they are: which pictures are copies of one another does not depend on the form."""
    path = paths.processed(made.content_hash, StoredForm.of(made.made_as).extension)
    return replace(
        image,
        content_hash=made.content_hash,
        width=made.width,
        height=made.height,
        path=path,
        file_size_bytes=made.file_size_bytes,
        made_as=made.made_as,
    )


def form_of(config: Config) -> StoredForm:
    """The form that a run's settings give to pictures."""
    return _options(config).form


def decoder_pool(config: Config, any_size: bool = False, square: bool = False) -> DecoderPool:
    """Decoders by the settings of a run; with `any_size` also for pictures that are too small by them.

    With `square` what a model looks at is made, too.
    """
    options = replace(_options(config), square=square)
    wanted = replace(options, min_width=1, min_height=1) if any_size else options
    return DecoderPool(config.image_workers, wanted, config.decoder_timeout)


def _options(config: Config) -> Options:
    return Options(
        max_dimension=config.max_dimension,
        image_format="PNG" if config.image_format == "PNG" else "JPEG",
        jpeg_quality=config.jpeg_quality,
        min_width=config.min_width,
        min_height=config.min_height,
        max_pixels=config.max_pixels,
        max_bytes=config.max_photo_bytes,
    )

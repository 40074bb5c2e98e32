"""A standardised picture made again from its original, in a process of its own."""

from __future__ import annotations

from phx_scraper.config.fields import Config
from phx_scraper.errors import BadPhoto, StorageError
from phx_scraper.imaging.decoder_pool import DecoderPool, Process
from phx_scraper.imaging.image_options import Options
from phx_scraper.model.image import Image
from phx_scraper.storage.files.store import FileStore


def restored_picture(image: Image, files: FileStore, process: Process) -> bytes | None:
    """The bytes of the standardised picture; None where the original is gone or gives another one now.

    It takes as long as a picture does, so nobody may wait for it: never under the catalogue's write lock. Raises
    DecoderUnavailable.
    """
    if image.raw_path is None:
        return None
    try:
        found = process(files.read(image.raw_path))
    except (BadPhoto, StorageError):
        return None
    return found.png if found.content_hash == image.content_hash else None


def decoder_pool(config: Config, any_size: bool = False) -> DecoderPool:
    """Decoders by the settings of a run; with `any_size` also for pictures that are too small by them."""
    options = Options(
        max_dimension=config.max_dimension,
        image_format="PNG" if config.image_format == "PNG" else "JPEG",
        jpeg_quality=config.jpeg_quality,
        min_width=1 if any_size else config.min_width,
        min_height=1 if any_size else config.min_height,
        max_pixels=config.max_pixels,
        max_bytes=config.max_photo_bytes,
    )
    return DecoderPool(config.image_workers, options, config.decoder_timeout)

"""Checks, hashes, measures and standardises one picture."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from phx_scraper.errors import BadPhoto
from phx_scraper.imaging.containers.container import require_minimum
from phx_scraper.imaging.decode import Decoded, decode
from phx_scraper.imaging.duplicates.signature import make_signature
from phx_scraper.imaging.hashing import HASH_VERSION, hash_image
from phx_scraper.imaging.image_options import DEFAULT, Options
from phx_scraper.imaging.lanczos import Pixels
from phx_scraper.imaging.png_encoder import png_bytes
from phx_scraper.imaging.quality import (
    grey_of,
    is_single_colour,
    is_structureless,
    quality_measures,
    reduce_for_measuring,
)
from phx_scraper.imaging.square import square_of
from phx_scraper.imaging.standardise import jpeg_bytes, standardise
from phx_scraper.imaging.thumbnail import thumbnail_of
from phx_scraper.model.image import Image


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessedImage(Image):
    """One accepted picture: its identity, hashes, sizes, measures and the bytes to store; not stored yet.

    `raw_sha256` and `content_hash` are 64 hex digits (of the downloaded and of the stored bytes), `phash` and `dhash`
    16 hex digits as imagehash prints them, valid together with `hash_version`. `width` and `height` are those of the
    stored picture, `original_*` those of the upright download, all in pixels. `png` is the encoded standardised
    picture (JPEG bytes when the options say so), `thumbnail` its small copy (JPEG), `square` the pixels of
    `square_of` it, empty where the options ask for none. `signature` is what the verified
    duplicate rule compares.
    `quality`: `sharpness` (variance of the Laplacian, grey levels squared), `exposure` (mean grey, 0..1),
    `entropy` (of the grey histogram, bits 0..8). `flat`: too little structure for a hash to mean anything.
    """

    path: str = ""
    raw_path: str | None = None
    png: bytes
    thumbnail: bytes
    square: bytes = b""


def process(data: bytes, options: Options = DEFAULT) -> ProcessedImage:
    """Turn downloaded bytes into a stored picture's bytes, hashes and measures; pure and thread-safe.

    Raises BadPhoto, and nothing else, whatever the bytes: `empty`, `html`, `not_image`, `unsupported_format`,
    `truncated`, `too_large`, `too_many_pixels`, `too_small`, `flat` or `decode_error`.
    """
    if len(data) > options.max_bytes:
        raise BadPhoto("too_large", f"{len(data)} bytes")
    decoded = decode(data, options.max_pixels)
    require_minimum(decoded.image.size, options.min_width, options.min_height)
    try:
        return _processed(data, decoded, options)
    except MemoryError as error:
        raise BadPhoto("decode_error", "out of memory") from error


def _processed(data: bytes, decoded: Decoded, options: Options) -> ProcessedImage:
    image = decoded.image
    pixels = standardise(image, options.max_dimension)
    if is_single_colour(pixels):
        raise BadPhoto("flat", "hardly more than one colour")
    hashes = hash_image(image)
    measured = reduce_for_measuring(pixels)
    grey = grey_of(measured)
    encoded = _encoded(pixels, options)
    return ProcessedImage(
        raw_sha256=hashlib.sha256(data).hexdigest(),
        content_hash=hashlib.sha256(encoded).hexdigest(),
        phash=hashes.phash,
        dhash=hashes.dhash,
        hash_version=HASH_VERSION,
        width=pixels.shape[1],
        height=pixels.shape[0],
        original_width=image.width,
        original_height=image.height,
        original_format=decoded.format,
        raw_bytes=len(data),
        file_size_bytes=len(encoded),
        png=encoded,
        thumbnail=thumbnail_of(pixels, measured),
        square=square_of(pixels).tobytes() if options.square else b"",
        signature=make_signature(measured, grey),
        quality=quality_measures(grey),
        flat=is_structureless(hashes.reduced),
        made_as=str(options.form),
    )


def _encoded(pixels: Pixels, options: Options) -> bytes:
    if options.image_format == "JPEG":
        return jpeg_bytes(pixels, options.jpeg_quality)
    return png_bytes(pixels)

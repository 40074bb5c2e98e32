"""A thumbnail is its picture in small, the same from the picture in hand and from its file."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from PIL import Image

from phx_scraper.errors import BadPhoto
from phx_scraper.imaging import Options, process
from phx_scraper.imaging.decoder_pool import DecoderPool
from phx_scraper.imaging.thumbnail import LONGEST_SIDE, make_thumbnail, thumbnail_size
from tests.unit.imaging.pictures import encoded, room

# The last ones: a picture whose half is too small to be reduced further, one that fits, one of a few rows.
SIZES = [(1500, 1000), (700, 1000), (600, 450), (320, 240), (2000, 210)]


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data), formats=["JPEG"])
    image.load()
    return image


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_it_is_the_picture_in_small(size: tuple[int, int]) -> None:
    picture = room(4, size)
    found = process(encoded(picture))
    small = opened(found.thumbnail)
    assert small.size == thumbnail_size(found.width, found.height)
    assert max(small.size) <= LONGEST_SIDE
    # Decibels between the light of a perfect reduction and of ours, losses of the JPEG included: 35 to 40. One that is
    # a pixel off has 31 at most.
    exact = picture.resize(small.size, Image.Resampling.LANCZOS).convert("L")
    assert cv2.PSNR(np.asarray(small.convert("L")), np.asarray(exact)) > 33


def test_it_is_never_larger_than_the_picture() -> None:
    assert thumbnail_size(200, 250) == (200, 250)
    assert thumbnail_size(1024, 683) == (320, 213)
    assert thumbnail_size(1024, 1) == (320, 1)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_stored_picture_gives_the_same_bytes_as_the_original(size: tuple[int, int]) -> None:
    data = encoded(room(5, size), "JPEG", quality=90)
    found = process(data)
    assert make_thumbnail(found.png) == make_thumbnail(data) == found.thumbnail


def test_decoder_processes_make_the_same() -> None:
    data = encoded(room(6, (900, 600)))
    pool = DecoderPool(1, Options(), 60)
    try:
        made = pool.process(data)
        assert made == process(data)
        assert pool.thumbnail(made.png) == made.thumbnail
        with pytest.raises(BadPhoto, match="not_image"):
            pool.thumbnail(b"no picture at all")
        assert pool.thumbnail(data) == made.thumbnail, "the decoder goes on"
    finally:
        pool.close()
    assert DecoderPool(1, Options(), 0).thumbnail(data) == made.thumbnail


def test_a_picture_of_too_many_pixels_has_none() -> None:
    with pytest.raises(BadPhoto, match="too_many_pixels"):
        make_thumbnail(encoded(room(7, (300, 200))), Options(max_pixels=1000))

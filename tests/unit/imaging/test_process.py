from __future__ import annotations

import dataclasses
import hashlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image

from phx_scraper.errors import BadPhoto, UsageError
from phx_scraper.imaging import Options, process
from phx_scraper.imaging.standardise import standard_size
from tests.unit.imaging.pictures import SMALL, difference, encoded, room, stored


def test_all_fields_describe_the_picture() -> None:
    image = room(2, (1500, 1000))
    data = encoded(image, "JPEG", quality=90)
    result = process(data)
    assert result.raw_sha256 == hashlib.sha256(data).hexdigest()
    assert result.content_hash == hashlib.sha256(result.png).hexdigest()
    assert (result.width, result.height) == stored(result.png).size == (1024, 683)
    assert (result.original_width, result.original_height, result.original_format) == (1500, 1000, "JPEG")
    assert set(result.quality) == {"sharpness", "exposure", "entropy"}
    assert not result.flat
    assert process(data) == result


@pytest.mark.parametrize(
    "size", [(1500, 1000), (333, 1999), (2100, 210), (1024, 1024), (500, 300), (1025, 700)], ids=str
)
def test_the_pngs_pixels_are_pillows_lanczos_pixels(size: tuple[int, int]) -> None:
    image = room(3, size)
    expected = image.copy()
    expected.thumbnail((1024, 1024), Image.Resampling.LANCZOS, reducing_gap=None)
    result = stored(process(encoded(image)).png)
    assert (result.mode, result.size) == ("RGB", expected.size)
    assert np.array_equal(np.asarray(result), np.asarray(expected))


def test_sizes_follow_thumbnails_arithmetic_and_never_grow() -> None:
    rng = np.random.default_rng(5)
    for _ in range(400):
        size = (int(rng.integers(1, 3000)), int(rng.integers(1, 3000)))
        longest = int(rng.integers(1, 1500))
        thumbnail = Image.new("1", size)
        thumbnail.thumbnail((longest, longest))
        assert standard_size(size, longest) == thumbnail.size


def test_png_is_no_more_than_8_percent_above_level_6() -> None:
    rng = np.random.default_rng(1)
    # Smooth light with camera-like noise: what photos are made of; drawn flat areas would say nothing.
    base = Image.fromarray(rng.integers(0, 256, (12, 18, 3)).astype(np.uint8)).resize(
        (900, 600), Image.Resampling.BICUBIC
    )
    noisy = np.clip(np.asarray(base) + rng.normal(0, 5, (600, 900, 3)), 0, 255).astype(np.uint8)
    image = Image.fromarray(noisy)
    assert len(process(encoded(image)).png) <= 1.08 * len(encoded(image, compress_level=6))


def test_jpeg_output() -> None:
    image = room(4, (800, 600))
    result = process(encoded(image), Options(image_format="JPEG", jpeg_quality=85))
    assert stored(result.png).format == "JPEG"
    assert difference(stored(result.png), image) < 6
    assert len(result.png) < len(process(encoded(image)).png)


def test_minimum_counts_the_upright_picture() -> None:
    exif = Image.Exif()
    exif[274] = 6
    data = encoded(room(5, (200, 300)), "JPEG", exif=exif)
    assert process(data, Options(min_width=300, min_height=200)).original_width == 300
    with pytest.raises(BadPhoto) as caught:
        process(data, Options(min_width=200, min_height=201))
    assert caught.value.reason == "too_small"


def test_limits_of_bytes_and_pixels() -> None:
    data = encoded(room(6))
    for options, reason in (
        (Options(max_bytes=len(data) - 1), "too_large"),
        (Options(max_pixels=480 * 320 - 1), "too_many_pixels"),
    ):
        with pytest.raises(BadPhoto) as caught:
            process(data, options)
        assert caught.value.reason == reason
    process(data, Options(max_bytes=len(data), max_pixels=480 * 320))


@pytest.mark.parametrize(
    "wrong",
    [{"image_format": "GIF"}, {"jpeg_quality": 0}, {"jpeg_quality": 100}, {"max_dimension": 0}, {"max_pixels": 0}],
    ids=str,
)
def test_unusable_options_are_named(wrong: dict[str, object]) -> None:
    with pytest.raises(UsageError, match=next(iter(wrong))):
        dataclasses.replace(Options(), **wrong)  # type: ignore[arg-type]


def test_threads_give_the_same_results_as_one_after_another() -> None:
    files = [encoded(room(seed, (400, 300)), name) for seed in range(6) for name in ("PNG", "JPEG", "WEBP")]
    alone = [process(data) for data in files]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(process, files)) == alone


def test_quality_orders_pictures_as_a_person_would() -> None:
    image = room(7, (600, 400))
    blurred = image.resize((60, 40)).resize((600, 400))
    dark = image.point(lambda value: value // 3)
    sharp, soft, dim = (process(encoded(picture), SMALL).quality for picture in (image, blurred, dark))
    assert sharp["sharpness"] > 4 * soft["sharpness"]
    assert dim["exposure"] < 0.5 * sharp["exposure"]
    assert 0 < dim["entropy"] < sharp["entropy"] <= 8

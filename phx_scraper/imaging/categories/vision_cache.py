"""The converted model in the user's cache folder: made once, for all collections, checked whenever it is opened."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from phx_scraper.errors import VisionUnavailable
from phx_scraper.imaging.categories.vision_network import Network, open_network
from phx_scraper.imaging.categories.vision_onnx import onnx_model
from phx_scraper.imaging.categories.vision_weights import WEIGHTS_SHA256, read_weights, weights_path

# Raised with every change of the conversion, so that files of before are not read.
_CONVERSION = 2
MODEL_VERSION = f"lite0-{WEIGHTS_SHA256[:8]}-{_CONVERSION}"
"""Names the model in versions of predictions and in files of heads."""


def cache_folder() -> Path:
    """`$XDG_CACHE_HOME/phx_scraper`, else `~/.cache/phx_scraper` (XDG Base Directory Specification).

    Raises VisionUnavailable where the user has no home folder.
    """
    named = os.environ.get("XDG_CACHE_HOME", "")
    try:
        return (Path(named) if Path(named).is_absolute() else Path.home() / ".cache") / "phx_scraper"
    except RuntimeError as error:
        raise VisionUnavailable(
            "Pictures are not looked at: there is no home folder for the model; "
            "set XDG_CACHE_HOME to a folder that can be written."
        ) from error


def cached_network(folder: Path) -> Network:
    """The model, converted if the folder has none that works. Raises VisionUnavailable."""
    path = folder / f"{MODEL_VERSION}.onnx"
    weights = weights_path()
    with contextlib.suppress(OSError, VisionUnavailable):
        return open_network(path.read_bytes())
    model = onnx_model(read_weights(weights))
    network = open_network(model)
    _write(path, model)
    return network


def _write(path: Path, data: bytes) -> None:
    """Several processes may do it at once; what a power cut leaves half written is found when it is opened."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".") as own:
            made = Path(own) / path.name
            made.write_bytes(data)
            made.replace(path)
    except OSError as error:
        raise VisionUnavailable(
            f"Pictures are not looked at: the model cannot be written to {path.parent} ({error.strerror}); "
            "make that folder writable, or set XDG_CACHE_HOME to one that is."
        ) from error

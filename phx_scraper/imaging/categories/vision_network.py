"""The model run on one picture, by ONNX Runtime where it is installed and by OpenCV otherwise; one thread each.

What either calculates is compared with stored values before it is used: a runtime that reads the file otherwise gives
wrong answers without an error.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from phx_scraper.errors import VisionUnavailable
from phx_scraper.imaging.categories.vision_kinds import kind_of
from phx_scraper.imaging.categories.vision_reference import agrees, drawn_picture
from phx_scraper.imaging.square import square_of

Pixels: TypeAlias = npt.NDArray[np.uint8]
Values: TypeAlias = npt.NDArray[np.float32]
_Run: TypeAlias = Callable[[Values], tuple[Values, Values]]

_MEAN, _RANGE = 127.0, 128.0


@dataclass(frozen=True, slots=True)
class Sight:
    """What is seen in a picture: `features`, 1280 values of at least 0; `logits` of ImageNet's 1000 classes.

    `kind` is that of a drawing, empty for what may be a photo.
    """

    features: Values
    logits: Values
    kind: str = ""


class Network:
    """Thread-safe; calls of several threads wait for one another."""

    def __init__(self, run: _Run) -> None:
        self._run = run
        self._lock = threading.Lock()

    def look(self, pixels: Pixels) -> Sight:
        """What is seen in an RGB picture (height, width, 3), squashed to the square that the model takes."""
        small = square_of(pixels)
        values = (small.astype(np.float32) - _MEAN) / _RANGE
        with self._lock:
            features, logits = self._run(np.ascontiguousarray(values.transpose(2, 0, 1)[None]))
        return Sight(features.ravel(), logits.ravel(), kind_of(small, logits.ravel()))


def open_network(model: bytes) -> Network:
    """The model in the first runtime that calculates what it should. Raises VisionUnavailable where none does."""
    for load in (_onnx_runtime, _opencv):
        # A damaged model, or a runtime that cannot read it: each library raises errors of its own.
        try:
            run = load(model)
            if run is not None and _is_right(network := Network(run)):
                return network
        except Exception:  # noqa: S112  # nosec B112 # it is told below that neither runtime is right
            continue
    raise VisionUnavailable(
        "Pictures are not looked at: neither OpenCV nor ONNX Runtime calculates what the model should give."
    )


def _is_right(network: Network) -> bool:
    sight = network.look(drawn_picture())
    return agrees(sight.features, sight.logits)


def _onnx_runtime(model: bytes) -> _Run | None:
    try:
        import onnxruntime
    except ImportError:
        return None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])

    def run(image: Values) -> tuple[Values, Values]:
        features, logits = session.run(["features", "logits"], {"image": image})
        return features, logits

    return run


def _opencv(model: bytes) -> _Run:
    net = cv2.dnn.readNetFromONNX(np.frombuffer(model, np.uint8))

    def run(image: Values) -> tuple[Values, Values]:
        net.setInput(image)
        features, logits = net.forward(["features", "logits"])
        return np.asarray(features, np.float32), np.asarray(logits, np.float32)

    return run

"""A drawn picture and what the model gives for it: part of the features and logits, made by ONNX Runtime 1.32."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

_STEP = 20
# Runtimes differ by 0.00002; a model with one wrong padding differs by whole numbers.
_TOLERANCE = 0.02


def _numbers(text: str) -> npt.NDArray[np.float32]:
    return np.array(text.split(), np.float32)


_FEATURES = _numbers(
    "0.0 0.0 0.1192 0.0481 0.0 0.0 0.0 0.2391 0.4678 0.0 0.0 1.1439 0.8039 0.0 0.0 0.0 0.0 0.0 0.0 0.0 0.8778 0.0 "
    "0.1118 0.0 2.1544 0.0103 0.0017 0.0 0.1403 0.0 0.0817 0.0 0.0 0.0 0.0 0.1001 0.075 0.0 0.0474 0.0 0.5813 "
    "0.0372 0.0143 0.0 0.0 0.0023 0.0 0.0 0.0 0.0 0.0 0.0 0.0058 0.0 0.0 1.9719 0.0 0.0171 0.0 0.0 0.0087 0.2829 "
    "0.0 0.0914"
)
_LOGITS = _numbers(
    "-1.3324 -1.1702 -1.3703 -2.4757 0.3933 -2.1275 -1.3751 -0.8831 -0.5113 -1.0935 -0.173 -0.3628 0.5226 0.5606 "
    "-0.2609 -0.4039 1.1107 -0.3725 0.1562 -1.2068 -0.6875 -0.3846 -0.5368 -2.2502 -0.1561 -0.3484 -1.7441 "
    "-1.3232 2.9011 -0.9394 1.5847 0.4395 -0.7219 -1.1948 1.5025 0.5902 1.254 0.5006 -1.0181 0.669 -1.6956 "
    "-1.4456 -0.1846 -1.7808 -0.5705 2.8315 0.1001 4.1941 0.8333 -0.7045"
)


def drawn_picture() -> npt.NDArray[np.uint8]:
    """Rings, a ramp and stripes, 320 x 240, RGB: whole numbers only, so that it is the same everywhere."""
    y, x = np.mgrid[0:240, 0:320]
    rings = ((x - 160) ** 2 + (y - 120) ** 2) // 97 % 256
    ramp = (x * 3 + y * 2) // 5 % 256
    stripes = ((x // 20 + y // 30) % 3) * 110
    return np.stack([rings, ramp, stripes], axis=-1).astype(np.uint8)


def agrees(features: npt.NDArray[np.float32], logits: npt.NDArray[np.float32]) -> bool:
    """Whether outputs for the drawn picture are those of the model."""
    parts = ((features[::_STEP], _FEATURES), (logits[::_STEP], _LOGITS))
    return all(part.shape == stored.shape and bool(np.abs(part - stored).max() < _TOLERANCE) for part, stored in parts)

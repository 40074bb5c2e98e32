"""The small thing that the verified duplicate rule compares: the picture itself, at 128 by 128 pixels.

Every picture is stretched to a square, so that squeezed copies come out equal. Beside it stand the bars that frame
it (letterbox, border), found at full size, where their edges are sharp. About 6 KB, at most 12.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

SIDE = 128
_VERSION = b"\x01"
_BOX = struct.Struct(">4H")
_BOX_SCALE = 65535
_JPEG_QUALITY = 90

# Grey levels: how much a bar may vary within a line and from line to line (JPEG ringing, mostly).
_BAR_DEVIATION, _BAR_DRIFT = 5.0, 6.0
_WIDEST_BAR = 0.3

Pixels = npt.NDArray[np.uint8]
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Signature:
    """A read signature: (128, 128, 3) RGB pixels, and the bars' widths (left, top, right, bottom), shares of a side."""

    pixels: Pixels
    bars: Box


def make_signature(pixels: Pixels, grey: Pixels) -> bytes:
    """Signature of a standardised RGB picture and its grey reduction: version, bars, and a JPEG of the square."""
    square = cv2.resize(pixels, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    options = [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY]
    _, jpeg = cv2.imencode(".jpg", cv2.cvtColor(square, cv2.COLOR_RGB2BGR), options)
    bars = (round(share * _BOX_SCALE) for share in find_bars(grey))
    return _VERSION + _BOX.pack(*bars) + jpeg.tobytes()


def read_signature(data: bytes) -> Signature | None:
    """The signature's content; None for one that is empty, of another version or damaged."""
    start = len(_VERSION) + _BOX.size
    if not data.startswith(_VERSION) or len(data) <= start:
        return None
    left, top, right, bottom = (value / _BOX_SCALE for value in _BOX.unpack(data[len(_VERSION) : start]))
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8, offset=start), cv2.IMREAD_COLOR_RGB)
    if pixels is None or pixels.shape != (SIDE, SIDE, 3):
        return None
    return Signature(np.asarray(pixels, np.uint8), (left, top, right, bottom))


def find_bars(grey: Pixels) -> Box:
    """Widths (left, top, right, bottom) of one-coloured bars along the edges, as shares of the side; 0 where none.

    A side without an end to its bar within 30 % has none: then the picture itself is that plain.
    """
    height, width = grey.shape
    lines = grey.astype(np.float32)
    top, bottom = _bar(lines), _bar(lines[::-1])
    middle = lines[top : height - bottom].T
    left, right = _bar(middle), _bar(middle[::-1])
    return left / width, top / height, right / width, bottom / height


def _bar(lines: npt.NDArray[np.float32]) -> int:
    """How many lines from the first on are of one and the same colour, with one more for the bar's soft edge."""
    means = lines.mean(axis=1)
    plain = (lines.std(axis=1) < _BAR_DEVIATION) & (np.abs(means - means[0]) < _BAR_DRIFT)
    count = int(np.argmin(plain))
    return count + 1 if 0 < count <= _WIDEST_BAR * len(lines) and not plain.all() else 0

"""The signature that the verified duplicate rule compares: the picture at 128 by 128 pixels.

Every picture is stretched to a square, so that squeezed copies become equal. The signature also has the widths of the
bars that frame the picture (letterbox, border), measured at full size, where edges are sharp. About 6 KB, at most 12.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

SIDE = 128
_VERSION = b"\x01"
# Bars left, top, right, bottom, and the fullest greys' share, each as 0..65535.
_HEADER = struct.Struct(">5H")
_SCALE = 65535
_JPEG_QUALITY = 90

# Grey levels: how much a bar may vary within a line and from line to line (JPEG ringing, mostly).
_BAR_DEVIATION, _BAR_DRIFT = 5.0, 6.0
_WIDEST_BAR = 0.3
_GREY_BINS, _FULLEST_BINS, _DRAWN_SHARE = 32, 3, 0.68

Pixels = npt.NDArray[np.uint8]
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Signature:
    """A read signature: (128, 128, 3) RGB pixels; widths of the bars (left, top, right, bottom) as shares of a side.

    `drawn`: a plan, map, card or logo: three of 32 grey bins hold most of its area. Of 99 listing photos none reaches
    half, while maps and plans begin at 0.85.
    """

    pixels: Pixels
    bars: Box
    drawn: bool


def make_signature(pixels: Pixels, grey: Pixels) -> bytes:
    """Signature of an RGB picture (512 pixels are enough) and its greys: version, bars, and a JPEG of the square."""
    square = cv2.resize(pixels, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    options = [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY]
    _, jpeg = cv2.imencode(".jpg", cv2.cvtColor(square, cv2.COLOR_RGB2BGR), options)
    shares = (round(share * _SCALE) for share in (*find_bars(grey), fullest_greys(grey)))
    return _VERSION + _HEADER.pack(*shares) + jpeg.tobytes()


def read_signature(data: bytes) -> Signature | None:
    """The signature's content; None for one that is empty, of another version or damaged."""
    start = len(_VERSION) + _HEADER.size
    if not data.startswith(_VERSION) or len(data) <= start:
        return None
    left, top, right, bottom, fullest = (value / _SCALE for value in _HEADER.unpack(data[len(_VERSION) : start]))
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8, offset=start), cv2.IMREAD_COLOR_RGB)
    if pixels is None or pixels.shape != (SIDE, SIDE, 3):
        return None
    return Signature(np.asarray(pixels, np.uint8), (left, top, right, bottom), fullest > _DRAWN_SHARE)


def fullest_greys(grey: Pixels) -> float:
    """Share of the area that the three fullest of 32 grey bins hold."""
    counts = cv2.calcHist([grey], [0], None, [_GREY_BINS], [0, 256]).ravel()
    return float(np.sort(counts)[-_FULLEST_BINS:].sum() / grey.size)


def find_bars(grey: Pixels) -> Box:
    """Widths (left, top, right, bottom) of one-coloured bars along the edges, as shares of the side; 0 where none.

    A bar that does not end within 30 % of a side is not counted: then the picture itself is of one colour there.
    """
    height, width = grey.shape
    top, bottom = _bar(grey), _bar(grey[::-1])
    middle = grey[top : height - bottom].T
    left, right = _bar(middle), _bar(middle[::-1])
    return left / width, top / height, right / width, bottom / height


def _bar(lines: Pixels) -> int:
    """Number of lines from the first on that have the same colour, with one more for the bar's soft edge."""
    # Nearly every picture has none: its first line decides.
    if lines[0].std() >= _BAR_DEVIATION:
        return 0
    means = lines.mean(axis=1)
    plain = (lines.std(axis=1) < _BAR_DEVIATION) & (np.abs(means - means[0]) < _BAR_DRIFT)
    count = int(np.argmin(plain))
    return count + 1 if 0 < count <= _WIDEST_BAR * len(lines) and not plain.all() else 0

"""Tells drawings from photos: floor plans, maps, logos and text cards, by what they are drawn on and how.

A drawing lies on a ground of one colour that surrounds it and shows through it; a photo in a frame fills its frame.
What is a drawing, and none of the four for sure, is a `sketch`.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]

# ImageNet's classes of printed matter; `book jacket` is not among them, which paintings are taken for.
_PRINTED = (916, 917, 918, 922)
_SURELY_PRINTED = 0.6
_BORDER = 3
_SAME_COLOUR = 10
_LEAST_BORDER, _LEAST_GROUND, _MOST_FILL = 0.75, 0.25, 0.85
_LIGHT = 180
_LEAST_PART = 4


@dataclass(frozen=True, slots=True)
class _Drawing:
    """`light`: grey of the ground; `extent`: bounding box of all that is drawn; `parts`: how many hang together.

    Of the largest part: `largest`, its bounding box; `thickness`, how much of that it fills. `upright`: share of edges
    that run along the picture's sides. Boxes are shares of the picture's area.
    """

    light: float
    extent: float
    parts: int
    largest: float
    thickness: float
    upright: float


def kind_of(small: Pixels, logits: npt.NDArray[np.float32]) -> str:
    """`floor_plan`, `map`, `logo`, `text_card`, `sketch`, or empty for what may be a photo; RGB, 224 x 224."""
    drawing = _drawing(small)
    if drawing is not None:
        return _kind(drawing)
    shares = np.exp(logits - logits.max())
    return "text_card" if shares[list(_PRINTED)].sum() > _SURELY_PRINTED * shares.sum() else ""


def _kind(drawing: _Drawing) -> str:
    if drawing.extent < 0.25 and drawing.parts < 12:
        return "logo"
    if drawing.largest < 0.06 and drawing.parts >= 8:
        return "text_card"
    if drawing.light >= _LIGHT and drawing.largest >= 0.1 and drawing.upright >= 0.4:
        return "floor_plan"
    # Roads cross at any angle and hang together.
    if drawing.light >= _LIGHT and drawing.largest >= 0.5 and drawing.thickness < 0.4 and drawing.upright < 0.2:
        return "map"
    return "sketch"


def _drawing(small: Pixels) -> _Drawing | None:
    colour = _ground(small)
    if colour is None:
        return None
    drawn = np.abs(small - colour).max(axis=2) > _SAME_COLOUR
    rows, columns = np.nonzero(drawn)
    if not len(rows):
        return None
    extent = _span(rows) * _span(columns)
    if drawn.mean() > 1 - _LEAST_GROUND or len(rows) / extent > _MOST_FILL:
        return None
    parts, largest, thickness = _parts(drawn)
    return _Drawing(float(colour.mean()), extent / drawn.size, parts, largest, thickness, _upright(small, drawn))


def _ground(small: Pixels) -> npt.NDArray[np.float64] | None:
    """The one colour of a picture's border; None for nearly all photos, and soon."""
    edges = (small[:_BORDER], small[-_BORDER:], small[:, :_BORDER], small[:, -_BORDER:])
    border = np.concatenate([edge.reshape(-1, 3) for edge in edges]).astype(np.int16)
    colour = np.asarray(np.median(border, axis=0))
    is_ground = (np.abs(border - colour) <= _SAME_COLOUR).all(axis=1)
    return colour if is_ground.mean() >= _LEAST_BORDER else None


def _span(places: npt.NDArray[np.intp]) -> float:
    """Where nearly all places lie; a page number in a corner does not count."""
    first, last = np.quantile(places, [0.02, 0.98])
    return float(last - first + 1)


def _parts(drawn: npt.NDArray[np.bool_]) -> tuple[int, float, float]:
    _, _, found, _ = cv2.connectedComponentsWithStats(drawn.astype(np.uint8), connectivity=8)
    parts = found[1:][found[1:, cv2.CC_STAT_AREA] >= _LEAST_PART]
    if not len(parts):
        return 0, 0.0, 0.0
    largest = parts[parts[:, cv2.CC_STAT_AREA].argmax()]
    box = float(largest[cv2.CC_STAT_WIDTH] * largest[cv2.CC_STAT_HEIGHT])
    return len(parts), box / drawn.size, float(largest[cv2.CC_STAT_AREA]) / box


def _upright(small: Pixels, drawn: npt.NDArray[np.bool_]) -> float:
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    across, down = cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)
    strength, angle = cv2.cartToPolar(across, down, angleInDegrees=True)
    along = np.abs((angle + 45) % 90 - 45) < 6
    return float(strength[drawn & along].sum() / max(strength[drawn].sum(), 1e-6))

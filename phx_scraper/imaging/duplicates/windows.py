"""A signature prepared for comparison: its picture, and coarse vectors of the windows that a crop could leave.

A copy is cropped by up to 10 % a side, so the windows without 0, 5 or 10 % at either end of either axis are compared
with the whole of the other picture. At 16 by 16 pixels a window that is 2.5 % off still fits well. All windows of all
pictures against all pictures is one matrix product.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from phx_scraper.imaging.duplicates.signature import SIDE, Box, Pixels, Signature

COARSE = 16
_CUTS = (0.0, 0.05, 0.10)
_AXIS_WINDOWS = tuple((low, high) for low in _CUTS for high in _CUTS)
# (left, top, right, bottom) of each window, in the order of the rows of `View.windows`; the first is the whole.
WINDOWS: tuple[Box, ...] = tuple((x[0], y[0], x[1], y[1]) for x in _AXIS_WINDOWS for y in _AXIS_WINDOWS)

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class View:
    """A picture at 128 by 128 pixels: `grey` and `colour` (with a third axis), levels 0..255.

    `windows`: (81, 256) unit vectors, the first of them the whole view; `mirror`: the whole, left and right swapped.
    """

    grey: Floats
    colour: Floats
    windows: Floats
    mirror: Floats


def views_of(signature: Signature) -> tuple[View, ...]:
    """The whole square, and the part inside its bars if there are any."""
    views = [_view(signature.pixels)]
    if any(signature.bars):
        views.append(_view(_enlarged(signature.pixels, signature.bars)))
    return tuple(views)


def flipped(view: View) -> View:
    """The picture with left and right swapped; its vectors are unchanged."""
    grey, colour = (np.ascontiguousarray(square[:, ::-1]) for square in (view.grey, view.colour))
    return replace(view, grey=grey, colour=colour)


def _view(pixels: Pixels) -> View:
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.float32)
    count = len(_AXIS_WINDOWS)
    grid = (_REDUCTIONS @ grey @ _REDUCTIONS.T).reshape(count, COARSE, count, COARSE)
    # The grid is (vertical window, row, horizontal window, column); rows of the result go by horizontal window first.
    coarse = grid.transpose(2, 0, 1, 3).reshape(count * count, COARSE * COARSE)
    mirror = coarse[:1].reshape(COARSE, COARSE)[:, ::-1].reshape(1, -1)
    return View(grey, pixels.astype(np.float32), _unit(coarse), _unit(mirror)[0])


def _enlarged(pixels: Pixels, box: Box) -> Pixels:
    """The part inside the bars, stretched to the full square."""
    left, top, right, bottom = box
    across, down = 1 - left - right, 1 - top - bottom
    matrix = np.array(
        [[across, 0, left * SIDE - 0.5 + 0.5 * across], [0, down, top * SIDE - 0.5 + 0.5 * down]], np.float32
    )
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    warped = cv2.warpAffine(pixels, matrix, (SIDE, SIDE), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(warped, np.uint8)


def _unit(vectors: Floats) -> Floats:
    """Rows without their mean, of length 1; so the product of two is their correlation."""
    centred = vectors - vectors.mean(axis=1, keepdims=True)
    lengths = np.linalg.norm(centred, axis=1, keepdims=True)
    return np.asarray(centred / np.maximum(lengths, 1e-3), np.float32)


def _reduction(low: float, high: float) -> Floats:
    """(16, 128) weights that average the window between the cuts into 16 equal cells."""
    edges = np.linspace(low * SIDE, (1 - high) * SIDE, COARSE + 1)
    pixel = np.arange(SIDE)
    overlap = np.minimum(edges[1:, None], pixel + 1) - np.maximum(edges[:-1, None], pixel)
    weights = np.clip(overlap, 0, None)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), np.float32)


_REDUCTIONS = np.concatenate([_reduction(low, high) for low, high in _AXIS_WINDOWS])

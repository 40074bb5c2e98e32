"""Which differences between two aligned squares make them different photographs.

Lettering is thin; a logo is in a corner; a caption is a box or a strip at an edge (see `captions`). Anything else that
is thicker than a letter's stroke is in one photograph and not in the other.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from phx_scraper.imaging.duplicates.alignment import Floats, Mask
from phx_scraper.imaging.duplicates.overlays import Span, captions
from phx_scraper.imaging.duplicates.signature import SIDE
from phx_scraper.imaging.duplicates.tone_difference import ToneMatch

# Grey levels that re-encoding does not reach, and the additional part for an edge that is half a pixel off.
_DIFFERS, _EDGE_SHARE = 24.0, 0.5
_OTHER_TEXTURE, _ONE_SIGN, _HALO = 12.0, 0.9, 7
_LEAST_FILLED = 120
# Pixels: thinner things are strokes.
_STROKE = np.ones((7, 7), np.uint8)
_CORNER, _LOGO_AREA = 30, 260


@dataclass(frozen=True)
class Regions:
    """Shares of the square (0..1) without captions and logos: all that is `differing`, and the `largest` region that is
    not lettering. `agreeing`: (128, 128) mask, 255 where the pictures agree.
    """

    differing: float
    largest: float
    agreeing: Mask


def find_regions(first: Floats, second: Floats, tones: ToneMatch, inside: Mask, trusted: Mask) -> Regions:
    """Find where two colour squares differ, without what may have been added to one of them.

    `trusted` is 0 where the texture of the two does not correlate.
    """
    differs = (tones.difference > _DIFFERS + _EDGE_SHARE * _edges(second)).astype(np.uint8)
    texture = ((tones.difference > _OTHER_TEXTURE) & (trusted == 0)).astype(np.uint8)
    agreeing = np.where((inside > 0) & (differs == 0), 255, 0).astype(np.uint8)
    if not (differs.any() or texture.any()):
        return Regions(0.0, 0.0, agreeing)
    spans = [*captions(_boxes(_closed(differs)), _boxes(_closed(texture | differs)), first, second)]
    # A small logo is thinner than a stroke here; the texture that it changes around it is not.
    spans += [
        box for mask in (differs, texture | differs) for box, area in _boxes(_closed(mask)) if _is_logo(box, area)
    ]
    for span in spans:
        differs[span.rows, span.columns] = 0
        halo = span.grown(_HALO)
        texture[halo.rows, halo.columns] = 0
    lettered = _is_lettering(tones, differs)
    if not lettered:
        differs |= texture
    return Regions(float(differs.mean()), _largest(differs, lettered) / SIDE**2, agreeing)


def _largest(differs: Mask, lettered: bool) -> int:
    """Pixels of the largest region that is not lettering: solid by itself, or with filled gaps and not a line."""
    solid = [area for _, area in _boxes(differs)]
    filled = [area for box, area in _boxes(_closed(differs)) if not (lettered or box.is_line)]
    return max([*solid, *(area for area in filled if area >= _LEAST_FILLED)], default=0)


def _is_lettering(tones: ToneMatch, differs: Mask) -> bool:
    """Lettering only brightens, or only darkens, and is wider than high; it also changes the texture around it."""
    darker = (tones.first < tones.second)[differs > 0]
    one_sign = darker.size > 0 and abs(float(darker.mean()) - 0.5) > _ONE_SIGN - 0.5
    boxes = [box for box, area in _boxes(_closed(differs)) if area >= _LEAST_FILLED] if one_sign else []
    return one_sign and (any(box.is_line for box in boxes) or not any(box.is_tall for box in boxes))


def _edges(colour: Floats) -> Floats:
    """Grey levels by which the picture changes from one pixel to the next."""
    grey = np.asarray(colour.mean(axis=2), np.float32)
    across, down = cv2.Sobel(grey, cv2.CV_32F, 1, 0, scale=1 / 8), cv2.Sobel(grey, cv2.CV_32F, 0, 1, scale=1 / 8)
    return np.asarray(np.maximum(np.abs(across), np.abs(down)), np.float32)


def _closed(differs: Mask) -> Mask:
    """With gaps between letters filled; outside the square there is nothing to connect to."""
    margin = len(_STROKE)
    wider = cv2.copyMakeBorder(differs, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=0)
    closed = cv2.morphologyEx(wider, cv2.MORPH_CLOSE, _STROKE)
    return np.asarray(closed[margin:-margin, margin:-margin], np.uint8)


def _boxes(differs: Mask) -> list[tuple[Span, int]]:
    """Box and area (pixels) of each connected region that is not lettering."""
    solid = cv2.morphologyEx(differs, cv2.MORPH_OPEN, _STROKE)
    _, _, stats, _ = cv2.connectedComponentsWithStats(solid)
    return [(Span(x, y, x + wide, y + high), area) for x, y, wide, high, area in stats[1:].tolist()]


def _is_logo(box: Span, area: int) -> bool:
    across, down = min(box.right, SIDE - box.left), min(box.bottom, SIDE - box.top)
    return area <= _LOGO_AREA and across <= _CORNER and down <= _CORNER

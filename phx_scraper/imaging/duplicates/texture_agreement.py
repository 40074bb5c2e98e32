"""How far the texture of two aligned squares agrees.

For photos: local correlation of the band-passed greys in windows of 15 pixels, where either picture has texture.
Gradients and plain walls have none and do not count. Text, a strip or a logo changes the result only where it is.
For drawings (plans, maps, cards, logos: few greys fill most of the area) the white background always agrees and a moved
wall is the only difference; so nothing at all may differ, in grey or in colour.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from phx_scraper.imaging.duplicates.alignment import Floats, overlap_mask, warp_onto
from phx_scraper.imaging.duplicates.windows import View

_WINDOW = 15
_BAND_SIGMA = 5.0
# Grey levels squared: what counts as texture in a window, and what JPEG noise may add to a variance.
_TEXTURE, _NOISE = 20.0, 2.0
_AGREES, _DISAGREES = 0.6, 0.3
_STRIP = 26
_OUTSIDE_STRIP = (np.s_[_STRIP:], np.s_[:-_STRIP], np.s_[:, _STRIP:], np.s_[:, :-_STRIP])
_STRIP_PENALTY = 0.25
_SMALLEST_COVER, _SMALLEST_TEXTURE = 0.5, 0.05
# Grey levels: copies of drawings were seen to differ by up to 10 in a patch, a card with other words by 21.
_DRAWING_WINDOW, _DRAWING_DIFFERENCE = 5, 13.0


@dataclass(frozen=True)
class Agreement:
    """`cover`: share of the square in both pictures; `texture`: share with texture; `agreeing`: share of the latter
    that correlates; `outside_strip`: the same without a fifth of the square along its worst edge, which a banner may
    cover; `trusted`: (128, 128) mask, 255 where texture does not contradict the alignment; `proven`: 255 where texture
    confirms it; `warp`: that alignment, (2, 3), from pixels of the second square to pixels of the first.
    """

    cover: float
    texture: float
    agreeing: float
    outside_strip: float
    trusted: npt.NDArray[np.uint8]
    proven: npt.NDArray[np.uint8]
    warp: Floats

    @property
    def likeness(self) -> float:
        """How far the pictures agree, 0..1: everywhere, or nearly everywhere outside a strip along one edge."""
        return max(self.agreeing, self.outside_strip - _STRIP_PENALTY)

    @property
    def meaningful(self) -> bool:
        """Whether the overlap and its texture are large enough."""
        return self.cover >= _SMALLEST_COVER and self.texture >= _SMALLEST_TEXTURE


def photo_agreement(first: Floats, second: Floats, warp: Floats) -> Agreement:
    """Compare the second grey square with the first one warped onto it."""
    inside = overlap_mask(warp)
    mean = _local_mean(inside)
    correlation, texture = _local_correlation(band_pass(warp_onto(first, warp)), band_pass(second), inside, mean)
    seen = (texture > _TEXTURE) & (inside > 0) & (mean > 0.5)
    count = int(seen.sum())
    agrees = correlation > _AGREES
    outside = [_share(agrees[rest], seen[rest]) for rest in _OUTSIDE_STRIP]
    trusted = np.where(seen & (correlation < _DISAGREES), 0, 255).astype(np.uint8)
    proven = np.where(seen & agrees, 255, 0).astype(np.uint8)
    agreeing = _share(agrees, seen)
    return Agreement(float(inside.mean()), count / seen.size, agreeing, max(outside), trusted, proven, warp)


def _share(agrees: npt.NDArray[np.bool_], seen: npt.NDArray[np.bool_]) -> float:
    return float(agrees[seen].mean()) if seen.any() else 0.0


def _local_correlation(first: Floats, second: Floats, inside: Floats, mean: Floats) -> tuple[Floats, Floats]:
    """(correlation, larger variance) of the two squares in the window around each pixel, outside pixels left out."""
    weight = np.asarray(1 / np.maximum(mean, 1e-3), np.float32)
    a, b = first * inside, second * inside
    mean_a, mean_b = _local_mean(a) * weight, _local_mean(b) * weight
    variance_a = np.maximum(_local_mean(a * a) * weight - mean_a**2, 0)
    variance_b = np.maximum(_local_mean(b * b) * weight - mean_b**2, 0)
    covariance = _local_mean(a * b) * weight - mean_a * mean_b
    scale = np.sqrt((variance_a + _NOISE) * (variance_b + _NOISE))
    return np.asarray(covariance / scale, np.float32), np.asarray(np.maximum(variance_a, variance_b), np.float32)


def drawings_agree(first: View, second: View, warp: Floats) -> bool:
    """True when no patch of five pixels differs in any colour, after brightness and contrast were fitted."""
    inside = cv2.erode(overlap_mask(warp), np.ones((3, 3), np.uint8)).astype(np.float32)
    if inside.mean() < _SMALLEST_COVER:
        return False
    warped = warp_onto(first.colour, warp)
    gain, offset = np.polyfit(warped[inside > 0].ravel(), second.colour[inside > 0].ravel(), 1)
    residue = (warped * gain + offset - second.colour) * inside[:, :, None]
    patches = cv2.blur(residue, (_DRAWING_WINDOW, _DRAWING_WINDOW), borderType=cv2.BORDER_REFLECT)
    return bool(np.abs(patches).max() < _DRAWING_DIFFERENCE)


def band_pass(square: Floats) -> Floats:
    """The square without low frequencies: gradients and vignettes are removed, edges and texture stay."""
    return np.asarray(square - cv2.GaussianBlur(square, (0, 0), _BAND_SIGMA), np.float32)


def _local_mean(values: Floats) -> Floats:
    return np.asarray(cv2.blur(values, (_WINDOW, _WINDOW), borderType=cv2.BORDER_REFLECT), np.float32)

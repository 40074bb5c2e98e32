"""What no change of brightness, contrast, gamma, colour balance or saturation explains between two aligned squares.

A curve from the greys of one picture to those of the other is fitted in both directions, and one for each colour in
the direction in which colour fades. What the curves leave over is the difference. Where a picture is clipped it does
not know what the other one shows, and where its curve is steep it magnifies noise.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt

from phx_scraper.imaging.duplicates.alignment import Floats, Mask
from phx_scraper.imaging.duplicates.tone_curves import Doubles, applied, fitted, steepness

_LUMA = np.array([[0.299, 0.587, 0.114]], np.float32)
# The curves are fitted to every third pixel of every third row.
_SPARSE = np.s_[1::3, 1::3]
# Grey levels. Pictures that are nowhere further apart than the first need no curve.
_EQUAL, _CLIPPED = 10.0, 242
_CLIP_REACH = np.ones((5, 5), np.uint8)
_SMOOTH = 1.2
# Say of a place that has no texture, or whose texture does not agree.
_UNPROVEN = 0.02


@dataclass(frozen=True)
class Toned:
    """`difference`: grey levels (128, 128), 0 outside; `first`, `second`: greys, both in tones of the second picture;
    `clear`: 255 where neither is clipped.
    """

    difference: Floats
    first: Floats
    second: Floats
    clear: Mask


@dataclass
class _Side:
    """One of the two pictures, with samples of it (n,) and (n, 3)."""

    colour: Floats
    grey: Floats

    @cached_property
    def greys(self) -> Doubles:
        return np.asarray(self.grey[_SPARSE].ravel(), np.float64)

    def chroma(self, weights: Doubles) -> Doubles:
        """(n, 3) deviation from grey, without its mean, by the root of the weights."""
        away = (self.colour - self.grey[..., None])[_SPARSE].reshape(-1, 3)
        centred = away - weights @ away / weights.sum()
        return np.asarray(centred * np.sqrt(weights)[:, None], np.float64)

    def faded(self, strength: float) -> Floats:
        mixed = strength * np.eye(3) + (1 - strength) * _LUMA
        return np.asarray(np.clip(cv2.transform(self.colour, mixed.astype(np.float32)), 0, 255), np.float32)

    @cached_property
    def usable(self) -> npt.NDArray[np.bool_]:
        """Where the picture is not clipped, nor anything near."""
        return np.asarray(cv2.dilate(self.colour.max(axis=2), _CLIP_REACH) < _CLIPPED)


def toned(first: Floats, second: Floats, inside: Mask, proven: Mask) -> Toned:
    """Compare two (128, 128, 3) squares where `inside`. The curves are fitted where it is `proven` that both show the
    same: a sky or a wall has no texture, so that another one in its place would bend them to itself.
    """
    ours, theirs = (_Side(colour, np.asarray(cv2.transform(colour, _LUMA), np.float32)) for colour in (first, second))
    plain = np.where(inside > 0, _smooth(first - second).max(axis=2), np.float32(0))
    if plain.max() < _EQUAL:
        return Toned(plain, ours.grey, theirs.grey, np.full(plain.shape, 255, np.uint8))
    weights = np.where(proven > 0, 1.0, _UNPROVEN)[_SPARSE].ravel() * (inside > 0)[_SPARSE].ravel() + 1e-6
    there, back = fitted(ours.greys, theirs.greys, weights), fitted(theirs.greys, ours.greys, weights)
    difference = np.maximum(
        np.maximum(_left_over(ours, theirs, there), _left_over(theirs, ours, back)),
        _colours_left_over(ours, theirs, weights, (there, back)),
    )
    # A curve may go astray where nothing is proven. One of the two has to do for the whole picture: a shadow on half of
    # it is equal in one half and a curve in the other.
    if plain.mean() < difference.mean():
        difference = plain
    clear = np.where(ours.usable & theirs.usable, 255, 0).astype(np.uint8)
    return Toned(np.where(inside > 0, difference, np.float32(0)), applied(there, ours.grey), theirs.grey, clear)


def _left_over(source: _Side, target: _Side, curve: Floats) -> Floats:
    missed = _smooth(applied(curve, source.grey) - target.grey) / applied(steepness(curve), source.grey)
    return np.asarray(missed * source.usable, np.float32)


def _colours_left_over(ours: _Side, theirs: _Side, weights: Doubles, curves: tuple[Floats, Floats]) -> Floats:
    """The largest difference of a colour, predicted from the picture with the stronger colours."""
    our_chroma, their_chroma = ours.chroma(weights), theirs.chroma(weights)
    # Brightness changes colour by as much; what is more or less than that is saturation.
    gain = _spread(theirs.greys, weights) / _spread(ours.greys, weights)
    common = float((our_chroma * their_chroma).sum())
    strong, weak = float((our_chroma**2).sum()) * gain, float((their_chroma**2).sum()) / gain
    if strong >= weak:
        source, target, curve, strength = ours, theirs, curves[0], common / (strong + 500)
    else:
        source, target, curve, strength = theirs, ours, curves[1], common / (weak + 500)
    faded = source.faded(min(1.0, max(0.0, strength)))
    samples = faded[_SPARSE].reshape(-1, 3).astype(np.float64), target.colour[_SPARSE].reshape(-1, 3).astype(np.float64)
    channels = [fitted(samples[0][:, channel], samples[1][:, channel], weights) for channel in range(3)]
    missed = _smooth(applied(np.stack(channels, axis=1), faded) - target.colour).max(axis=2)
    return np.asarray(missed / applied(steepness(curve), source.grey) * source.usable, np.float32)


def _spread(levels: Doubles, weights: Doubles) -> float:
    mean = weights @ levels / weights.sum()
    return float(np.sqrt(weights @ (levels - mean) ** 2 / weights.sum())) + 2


def _smooth(difference: Floats) -> Floats:
    return np.asarray(np.abs(cv2.GaussianBlur(difference, (0, 0), _SMOOTH)), np.float32)

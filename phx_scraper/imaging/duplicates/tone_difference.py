"""Differences of two aligned squares beyond brightness, contrast, gamma, colour balance and saturation.

A curve from the greys of one picture to those of the other is fitted in both directions, and one for each colour from
the more to the less saturated picture. The difference is what the curves do not explain. Clipped places cannot be
compared, and a steep curve amplifies noise.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt

from phx_scraper.imaging.duplicates.alignment import Floats, Mask
from phx_scraper.imaging.duplicates.tone_curves import Doubles, apply_curve, fit_curve, steepness

_LUMA = np.array([[0.299, 0.587, 0.114]], np.float32)
# The curves are fitted to every third pixel of every third row.
_SPARSE = np.s_[1::3, 1::3]
# Grey levels. Pictures that differ nowhere by more than the first need no curve.
_EQUAL, _CLIPPED = 10.0, 242
_CLIP_REACH = np.ones((5, 5), np.uint8)
_SMOOTH = 1.2
# Weight of a place without texture, or whose texture does not agree.
_UNPROVEN = 0.02


@dataclass(frozen=True)
class ToneMatch:
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


def match_tones(first: Floats, second: Floats, inside: Mask, proven: Mask) -> ToneMatch:
    """Compare two (128, 128, 3) squares where `inside`. The curves are fitted where it is `proven` that both show the
    same: a sky or a wall has no texture, so another one in its place would change the curves.
    """
    ours, theirs = (_Side(colour, np.asarray(cv2.transform(colour, _LUMA), np.float32)) for colour in (first, second))
    plain = np.where(inside > 0, _smooth(first - second).max(axis=2), np.float32(0))
    if plain.max() < _EQUAL:
        return ToneMatch(plain, ours.grey, theirs.grey, np.full(plain.shape, 255, np.uint8))
    weights = np.where(proven > 0, 1.0, _UNPROVEN)[_SPARSE].ravel() * (inside > 0)[_SPARSE].ravel() + 1e-6
    there, back = fit_curve(ours.greys, theirs.greys, weights), fit_curve(theirs.greys, ours.greys, weights)
    difference = np.maximum(
        np.maximum(_residue(ours, theirs, there), _residue(theirs, ours, back)),
        _colour_residue(ours, theirs, weights, (there, back)),
    )
    # A curve may be wrong where nothing is proven. Curves or no curves must explain the whole picture: with a shadow on
    # one half, no curve explains one half and a curve the other.
    if plain.mean() < difference.mean():
        difference = plain
    clear = np.where(ours.usable & theirs.usable, 255, 0).astype(np.uint8)
    return ToneMatch(np.where(inside > 0, difference, np.float32(0)), apply_curve(there, ours.grey), theirs.grey, clear)


def _residue(source: _Side, target: _Side, curve: Floats) -> Floats:
    missed = _smooth(apply_curve(curve, source.grey) - target.grey) / apply_curve(steepness(curve), source.grey)
    return np.asarray(missed * source.usable, np.float32)


def _colour_residue(ours: _Side, theirs: _Side, weights: Doubles, curves: tuple[Floats, Floats]) -> Floats:
    """The largest difference of a colour, predicted from the picture with the stronger colours."""
    our_chroma, their_chroma = ours.chroma(weights), theirs.chroma(weights)
    # Brightness changes colours by the same factor; the rest is saturation.
    gain = _spread(theirs.greys, weights) / _spread(ours.greys, weights)
    common = float((our_chroma * their_chroma).sum())
    strong, weak = float((our_chroma**2).sum()) * gain, float((their_chroma**2).sum()) / gain
    if strong >= weak:
        source, target, curve, strength = ours, theirs, curves[0], common / (strong + 500)
    else:
        source, target, curve, strength = theirs, ours, curves[1], common / (weak + 500)
    faded = source.faded(min(1.0, max(0.0, strength)))
    samples = faded[_SPARSE].reshape(-1, 3).astype(np.float64), target.colour[_SPARSE].reshape(-1, 3).astype(np.float64)
    channels = [fit_curve(samples[0][:, channel], samples[1][:, channel], weights) for channel in range(3)]
    missed = _smooth(apply_curve(np.stack(channels, axis=1), faded) - target.colour).max(axis=2)
    return np.asarray(missed / apply_curve(steepness(curve), source.grey) * source.usable, np.float32)


def _spread(levels: Doubles, weights: Doubles) -> float:
    mean = weights @ levels / weights.sum()
    return float(np.sqrt(weights @ (levels - mean) ** 2 / weights.sum())) + 2


def _smooth(difference: Floats) -> Floats:
    return np.asarray(np.abs(cv2.GaussianBlur(difference, (0, 0), _SMOOTH)), np.float32)

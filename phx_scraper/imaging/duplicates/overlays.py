"""Finds captions: boxes and strips with lettering that portals and agents put over a photo.

A caption is at an edge and has straight borders; its background is one colour, or the picture dimmed by one factor.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from phx_scraper.imaging.duplicates.alignment import Floats
from phx_scraper.imaging.duplicates.signature import SIDE

# Pixels of the square: how far a strip or a box reaches in, how high a box is.
_DEEPEST_STRIP, _DEEPEST_BOX, _LOWEST_BOX, _HIGHEST_BOX = 22, 26, 7, 17
_SMALLEST_SPAN = SIDE // 4
_SHORTEST_LINE, _LINE_ASPECT = 24, 2.0
_FARTHEST = 8
_ASPECT, _FILLED, _SOFT, _FRAME_SHARE = 1.5, 0.8, (3, 5), 0.75
# Grey levels within which a background is one colour, its share of the whole without lettering, and of each line.
_ONE_GROUND = 14.0
_GROUND_SHARE, _LINE_SHARE, _DIMMED_SHARE = 0.5, 0.25, 0.7
_LEAST_GAIN, _MOST_GAIN = 0.2, 0.9


@dataclass(frozen=True)
class Span:
    """A box of pixels, right and bottom excluded."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def rows(self) -> slice:
        """As the first index of an array."""
        return slice(self.top, self.bottom)

    @property
    def columns(self) -> slice:
        """As the second index of an array."""
        return slice(self.left, self.right)

    @property
    def is_line(self) -> bool:
        """Much wider than high, like lettering."""
        wide = self.right - self.left
        return wide >= _SHORTEST_LINE and wide >= _LINE_ASPECT * (self.bottom - self.top)

    @property
    def is_tall(self) -> bool:
        """Higher than wide, like doors and people."""
        return self.bottom - self.top > self.right - self.left

    def grown(self, by: int) -> Span:
        """Larger on each side, within the square."""
        return Span(
            max(0, self.left - by), max(0, self.top - by), min(SIDE, self.right + by), min(SIDE, self.bottom + by)
        )


def captions(
    boxes: Sequence[tuple[Span, int]], textured: Sequence[tuple[Span, int]], first: Floats, second: Floats
) -> Iterator[Span]:
    """The parts of two colour squares that are captions.

    `boxes` differ in tone, `textured` in tone or texture; each with the number of pixels that do.
    """
    for strip in dict.fromkeys([*_strips([box for box, _ in boxes]), *_strips([box for box, _ in textured])]):
        if any(_is_strip(_core(strip, soft), first, second) for soft in _SOFT):
            yield strip
    for box, area in boxes:
        if _is_tag(box, area):
            soft = 3 if box.bottom - box.top > 8 else 2
            core = Span(box.left + soft, box.top + soft, box.right - soft, box.bottom - soft)
            ours, theirs = first[core.rows, core.columns], second[core.rows, core.columns]
            if _is_framed(ours) or _is_framed(theirs) or _is_dimmed(ours, theirs):
                yield box


def _is_strip(core: Span, first: Floats, second: Floats) -> bool:
    ours, theirs = first[core.rows, core.columns], second[core.rows, core.columns]
    return min(ours.shape[:2]) > 2 and (_is_ground(ours) or _is_ground(theirs) or _is_dimmed(ours, theirs))


def _is_framed(part: Floats) -> bool:
    """The background is visible all around the lettering."""
    ring = np.concatenate([part[0], part[-1], part[1:-1, 0], part[1:-1, -1]])
    return bool((np.abs(ring - np.median(ring, axis=0)).max(axis=1) < _ONE_GROUND).mean() >= _FRAME_SHARE)


def _is_tag(box: Span, area: int) -> bool:
    """A filled box at the upper or lower edge, wider than high."""
    wide, high = box.right - box.left, box.bottom - box.top
    above = box.top <= _FARTHEST and box.bottom <= _DEEPEST_BOX
    below = box.bottom >= SIDE - _FARTHEST and box.top >= SIDE - _DEEPEST_BOX
    return (
        (above or below)
        and _LOWEST_BOX <= high <= _HIGHEST_BOX
        and wide >= _ASPECT * high
        and area >= _FILLED * wide * high
    )


def _strips(boxes: Sequence[Span]) -> Iterator[Span]:
    """Strips along whole edges, as deep as the boxes near the edge that together reach along a quarter of it."""
    for near in (True, False):
        shallow = [box for box in boxes if (box.bottom if near else SIDE - box.top) <= _DEEPEST_STRIP]
        if sum(box.right - box.left for box in shallow) >= _SMALLEST_SPAN:
            top, bottom = min(box.top for box in shallow), max(box.bottom for box in shallow)
            yield Span(0, 0, SIDE, bottom) if near else Span(0, top, SIDE, SIDE)
        shallow = [box for box in boxes if (box.right if near else SIDE - box.left) <= _DEEPEST_STRIP]
        if sum(box.bottom - box.top for box in shallow) >= _SMALLEST_SPAN:
            left, right = min(box.left for box in shallow), max(box.right for box in shallow)
            yield Span(0, 0, right, SIDE) if near else Span(left, 0, SIDE, SIDE)


def _core(span: Span, soft: int) -> Span:
    """Without the soft border that a caption has at this size; at the picture's edge it has none."""
    return Span(
        span.left + soft * (span.left > 0),
        span.top + soft * (span.top > 0),
        span.right - soft * (span.right < SIDE),
        span.bottom - soft * (span.bottom < SIDE),
    )


def _is_ground(part: Floats) -> bool:
    """One colour except for lettering, on every line along its longer side."""
    ground = np.abs(part - np.median(part, axis=(0, 1))).max(axis=2) < _ONE_GROUND
    lines = ground.mean(axis=1 if part.shape[1] >= part.shape[0] else 0)
    return bool(ground.mean() >= _GROUND_SHARE and lines.min() >= _LINE_SHARE)


def _is_dimmed(ours: Floats, theirs: Floats) -> bool:
    """One of the parts is the other under a half-transparent background, except for lettering."""
    return any(_share_dimmed(source, target) >= _DIMMED_SHARE for source, target in ((ours, theirs), (theirs, ours)))


def _share_dimmed(source: Floats, target: Floats) -> float:
    before, after = (part.reshape(-1, 3).astype(np.float64) for part in (source, target))
    kept = np.ones(len(before), np.bool_)
    for _ in range(3):
        means = before[kept].mean(axis=0), after[kept].mean(axis=0)
        centred = before[kept] - means[0]
        gain = float((centred * (after[kept] - means[1])).sum() / ((centred**2).sum() + 1))
        missed = np.abs((before - means[0]) * gain + means[1] - after).max(axis=1)
        kept = missed <= max(_ONE_GROUND, float(np.median(missed)))
    return float((missed < _ONE_GROUND).mean()) if _LEAST_GAIN <= gain <= _MOST_GAIN else 0.0

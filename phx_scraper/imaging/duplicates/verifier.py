"""The verified rule: two pictures are copies when, aligned, their pixels agree.

Four steps, each on fewer pairs: coarse windows (one matrix product a picture), alignment of the likely pairs, agreement
of their texture, and if half of it agrees, agreement everywhere (`same_photo`). Of different listing photos one pair in
sixty reaches the second step and hardly any the last; those are reported with their measures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from phx_scraper.imaging.duplicates.alignment import Floats, Mask, pixel_warp, refine_warp
from phx_scraper.imaging.duplicates.placements import Placement, Placements
from phx_scraper.imaging.duplicates.same_photo import Measures, measure_pair
from phx_scraper.imaging.duplicates.signature import SIDE, Signature
from phx_scraper.imaging.duplicates.texture_agreement import Agreement, drawings_agree, photo_agreement
from phx_scraper.imaging.duplicates.windows import flipped, views_of

# Correlation of coarse windows: no edit of a listing photo fell below 0.75, one different pair in 60 exceeds this.
_LIKELY = 0.65
# Share of the textured places that must agree for the last step; different photographs stay below 0.1 unless they show
# one view. Lettering all over a photo, or a very bright copy, reduces it to nearly half.
_WORTH_MEASURING = 0.45
# Above the first, or below the second, no other alignment is tried.
_SURE, _HOPELESS = 0.9, 0.1
# A further alignment is measured only if this much more agrees.
_BETTER = 0.02


@dataclass(frozen=True)
class Relation:
    """`kind`: `near`, `mirror` (left and right swapped), or empty; `measures` where the pair was likely enough to be
    measured.
    """

    kind: str
    measures: Measures | None = None


_NONE = Relation("")


class Verifier:
    """Compares the pictures of one home with each other, by their numbers in the sequence of signatures given."""

    def __init__(self, signatures: Sequence[Signature]) -> None:
        self._drawn = [signature.drawn for signature in signatures]
        self._placements = Placements([views_of(signature) for signature in signatures])
        # As lists: for nearly all of thousands of pairs only this table is read.
        self._likely = (self._placements.best_scores() >= _LIKELY).tolist()

    def relation(self, first: int, second: int) -> Relation:
        """Whether two pictures are copies of each other."""
        if not self._likely[first][second]:
            return _NONE
        straight = self._placements.best(first, second, mirrored=False)
        if self._drawn[first] and self._drawn[second]:
            overlay = self._placements.whole_on_whole(first, second)
            return Relation("near") if _same_drawing(overlay) or _same_drawing(straight) else _NONE
        measures = _measured(straight, mirrored=False)
        if measures is not None and measures.one_photograph:
            return Relation("near", measures)
        swapped = _measured(self._placements.best(first, second, mirrored=True), mirrored=True)
        if swapped is not None and swapped.one_photograph:
            return Relation("mirror", swapped)
        return Relation("", measures or swapped)


def _same_drawing(placement: Placement) -> bool:
    """Whether both are the same drawing. A mirrored one is another drawing: the plan of a neighbouring unit."""
    if placement.score < _LIKELY:
        return False
    start = pixel_warp(placement.transform)
    found = _aligned(placement.first.grey, placement.second.grey, start)
    return found.meaningful and any(
        drawings_agree(placement.first, placement.second, warp) for warp in (start, found.warp)
    )


def _measured(placement: Placement, *, mirrored: bool) -> Measures | None:
    """Measures under the first alignment that shows one photograph, else the best; None where none is likely."""
    if placement.score < _LIKELY:
        return None
    first, second = placement.first, flipped(placement.second) if mirrored else placement.second
    best: Measures | None = None
    for found in _alignments(first.grey, second.grey, pixel_warp(placement.transform)):
        if found.likeness < _HOPELESS:
            break
        likeness = best.likeness + _BETTER if best is not None else _WORTH_MEASURING
        if found.meaningful and found.likeness >= likeness:
            best = measure_pair(first.colour, second.colour, found)
        if found.likeness >= _SURE or (best is not None and best.one_photograph):
            break
    return best


def _alignments(first: Floats, second: Floats, placement: Floats) -> Iterator[Agreement]:
    """Agreement under several alignments, most likely first.

    A strip or lettering distorts an alignment and the placement before it; so alignments without the disagreeing parts
    are tried, and the plain overlay too.
    """
    for start in (placement, pixel_warp(np.eye(3))):
        found = _aligned(first, second, start)
        yield found
        yield _without_what_disagrees(first, second, start)
        yield _without_what_disagrees(first, second, found.warp)


def _aligned(first: Floats, second: Floats, start: Floats, mask: Mask | None = None) -> Agreement:
    """Agreement under the refined alignment, or under the first one where refining fails."""
    better = refine_warp(first, second, start, mask)
    return photo_agreement(first, second, start if better is None else better)


def _without_what_disagrees(first: Floats, second: Floats, warp: Floats) -> Agreement:
    trusted = photo_agreement(first, second, warp).trusted
    mask = cv2.warpAffine(trusted, warp, (SIDE, SIDE), flags=cv2.INTER_NEAREST)
    return _aligned(first, second, warp, np.asarray(mask, np.uint8))

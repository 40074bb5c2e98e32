"""The verified rule: two pictures are copies when, laid over one another, their pixels agree.

Four steps, each on fewer pairs: coarse windows (one matrix product a picture), alignment of the likely pairs, how much
of their texture agrees, and for those of which half does, whether they agree everywhere (`sameness`). Of different
listing photos one pair in sixty reaches the second step, hardly any the last: those stay apart, with their measures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from phx_scraper.imaging.duplicates.alignment import Floats, Mask, pixel_warp, refined
from phx_scraper.imaging.duplicates.placements import Guess, Guesses
from phx_scraper.imaging.duplicates.same_photo import Measures, measured
from phx_scraper.imaging.duplicates.signature import SIDE, Signature
from phx_scraper.imaging.duplicates.texture_agreement import Agreement, drawings_agree, photo_agreement
from phx_scraper.imaging.duplicates.windows import flipped, views_of

# Correlation of coarse windows: no edit of a listing photo fell below 0.75, one different pair in 60 exceeds this.
_LIKELY = 0.65
# Share of the textured places that must agree for a pair to be looked at more closely; different photographs stay below
# 0.1 unless they show one view. Lettering all over a photo, or a very bright copy, spoils nearly half.
_WORTH_MEASURING = 0.45
# Beyond the first the alignment at hand decides and no other is tried; nor below the second.
_SURE, _HOPELESS = 0.9, 0.1
# A further alignment must agree in so much more to be measured too.
_BETTER = 0.02


@dataclass(frozen=True)
class Relation:
    """`kind`: `near`, `mirror` (left and right swapped), or nothing; `measures` where the pictures were likely enough
    to be one photograph to be measured, whatever came of it.
    """

    kind: str
    measures: Measures | None = None


_NONE = Relation("")


class Verifier:
    """Compares the pictures of one home with each other, by their numbers in the sequence of signatures given."""

    def __init__(self, signatures: Sequence[Signature]) -> None:
        self._drawn = [signature.drawn for signature in signatures]
        self._guesses = Guesses([views_of(signature) for signature in signatures])
        # As lists: of thousands of pairs nearly all end with a look into this table.
        self._likely = (self._guesses.peaks() >= _LIKELY).tolist() if signatures else []

    def relation(self, first: int, second: int) -> Relation:
        """What ties two pictures."""
        if not self._likely[first][second]:
            return _NONE
        straight = self._guesses.best(first, second, mirrored=False)
        if self._drawn[first] and self._drawn[second]:
            overlaid = self._guesses.overlaid(first, second)
            return Relation("near") if _same_drawing(overlaid) or _same_drawing(straight) else _NONE
        measures = _measured(straight, mirrored=False)
        if measures is not None and measures.one_photograph:
            return Relation("near", measures)
        swapped = _measured(self._guesses.best(first, second, mirrored=True), mirrored=True)
        if swapped is not None and swapped.one_photograph:
            return Relation("mirror", swapped)
        return Relation("", measures or swapped)


def _same_drawing(guess: Guess) -> bool:
    """A mirrored drawing is another drawing: the neighbour's unit, its lettering the right way round."""
    if guess.score < _LIKELY:
        return False
    start = pixel_warp(guess.transform)
    found = _aligned(guess.first.grey, guess.second.grey, start)
    return found.meaningful and any(drawings_agree(guess.first, guess.second, warp) for warp in (start, found.warp))


def _measured(guess: Guess, *, mirrored: bool) -> Measures | None:
    """Measures under the first alignment that shows one photograph, else the best; None where none is worth it."""
    if guess.score < _LIKELY:
        return None
    first, second = guess.first, flipped(guess.second) if mirrored else guess.second
    best: Measures | None = None
    for found in _alignments(first.grey, second.grey, pixel_warp(guess.transform)):
        if found.likeness < _HOPELESS:
            break
        likeness = best.likeness + _BETTER if best is not None else _WORTH_MEASURING
        if found.meaningful and found.likeness >= likeness:
            best = measured(first.colour, second.colour, found)
        if found.likeness >= _SURE or (best is not None and best.one_photograph):
            break
    return best


def _alignments(first: Floats, second: Floats, guess: Floats) -> Iterator[Agreement]:
    """Agreement under one alignment after the other, most promising first.

    A strip or lettering pulls an alignment towards itself, and may mislead the guess; so what disagreed is left out,
    and the plain overlay is tried too.
    """
    for start in (guess, pixel_warp(np.eye(3))):
        found = _aligned(first, second, start)
        yield found
        yield _without_what_disagrees(first, second, start)
        yield _without_what_disagrees(first, second, found.warp)


def _aligned(first: Floats, second: Floats, start: Floats, mask: Mask | None = None) -> Agreement:
    """Agreement under the refined alignment, or under the first guess where nothing better is found."""
    better = refined(first, second, start, mask)
    return photo_agreement(first, second, start if better is None else better)


def _without_what_disagrees(first: Floats, second: Floats, warp: Floats) -> Agreement:
    trusted = photo_agreement(first, second, warp).trusted
    mask = cv2.warpAffine(trusted, warp, (SIDE, SIDE), flags=cv2.INTER_NEAREST)
    return _aligned(first, second, warp, np.asarray(mask, np.uint8))

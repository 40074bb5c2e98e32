"""The verified rule: two pictures are copies when, laid over one another, their pixels agree.

Three steps, each on fewer pairs: coarse windows (one matrix product a picture), alignment of the likely pairs,
agreement of the aligned ones. Of different listing photos one pair in sixty reaches the second step.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import cv2
import numpy as np

from phx_scraper.imaging.agreement import Agreement, drawings_agree, photo_agreement
from phx_scraper.imaging.alignment import Floats, Mask, pixel_warp, refined
from phx_scraper.imaging.guesses import Guess, Guesses
from phx_scraper.imaging.signature import SIDE, Signature
from phx_scraper.imaging.views import views_of

# Correlation of coarse windows: no edit of a listing photo fell below 0.75, one different pair in 60 exceeds this.
_LIKELY = 0.65
# Share of the textured places that must agree. Different photos stay below 0.1, one view with other contents in it
# (furniture, a cat in the Mona Lisa's arms) near 0.65; nine in ten hard edits lie above 0.8.
_SAME_SHARE, _SAME_SHARE_BY_HASH = 0.74, 0.5
# Beyond these the alignment at hand decides and no other is tried.
_SURE, _HOPELESS = 0.9, 0.1


class Verifier:
    """Compares the pictures of one home with each other, by their numbers in the sequence of signatures given."""

    def __init__(self, signatures: Sequence[Signature]) -> None:
        self._drawn = [signature.drawn for signature in signatures]
        self._guesses = Guesses([views_of(signature) for signature in signatures])
        # As lists: of thousands of pairs nearly all end with a look into this table.
        self._likely = (self._guesses.peaks() >= _LIKELY).tolist() if signatures else []

    def relation(self, first: int, second: int, hashes_agree: bool = False) -> str:
        """`near`, `mirror` (left and right swapped), or nothing.

        Where the hashes agree by the plain rule, less agreement of the pixels will do: lettering all over a photo
        hides half of its texture, but hardly moves a hash.
        """
        if not self._likely[first][second]:
            return ""
        straight = self._guesses.best(first, second, mirrored=False)
        if self._drawn[first] and self._drawn[second]:
            overlaid = self._guesses.overlaid(first, second)
            return "near" if _same_drawing(overlaid) or _same_drawing(straight) else ""
        likeness = _likeness(straight, mirrored=False)
        mirrored = _likeness(self._guesses.best(first, second, mirrored=True), mirrored=True)
        if hashes_agree and likeness >= _SAME_SHARE_BY_HASH:
            return "near"
        if max(likeness, mirrored) < _SAME_SHARE:
            return ""
        return "near" if likeness >= mirrored else "mirror"


def _same_drawing(guess: Guess) -> bool:
    """A mirrored drawing is another drawing: the neighbour's unit, its lettering the right way round."""
    if guess.score < _LIKELY:
        return False
    start = pixel_warp(guess.transform)
    found = _aligned(guess.first.grey, guess.second.grey, start)
    return found.meaningful and any(drawings_agree(guess.first, guess.second, warp) for warp in (start, found.warp))


def _likeness(guess: Guess, *, mirrored: bool) -> float:
    """How far two views agree under the best alignment found, 0..1; 0 where none makes sense."""
    if guess.score < _LIKELY:
        return 0.0
    first, second = guess.first.grey, guess.second.grey
    second = np.ascontiguousarray(second[:, ::-1]) if mirrored else second
    best: Agreement | None = None
    for found in _alignments(first, second, pixel_warp(guess.transform)):
        if best is None or found.likeness > best.likeness:
            best = found
        if best.likeness >= _SURE or best.likeness < _HOPELESS:
            break
    return best.likeness if best is not None and best.meaningful else 0.0


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

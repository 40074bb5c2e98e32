"""Are two aligned pictures one photograph? They are if they agree everywhere, to the noise of re-encoding.

Three questions beside how far their texture agrees: does one hold nearly all of the other, do they lie on each other
everywhere (`drift`), does anything stand in one that does not stand in the other (`tone`, `regions`). A pair that
fails one is two photographs, or too uncertain to lose one of them.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import cv2
import numpy as np

from phx_scraper.imaging.duplicates.alignment import Floats, covered, laid
from phx_scraper.imaging.duplicates.differing_regions import regions
from phx_scraper.imaging.duplicates.drift import drift
from phx_scraper.imaging.duplicates.texture_agreement import Agreement
from phx_scraper.imaging.duplicates.tone_difference import toned

_BORDER, _AROUND = np.ones((3, 3), np.uint8), np.ones((7, 7), np.uint8)
_COVER = 0.85
# Pixels of 128, as `Drift`; with fewer places the drift says nothing.
_MEDIAN_DRIFT, _UPPER_DRIFT, _PLACES = 0.2, 0.6, 12
# Places of a small, grainy copy are followed less exactly; nearly all of its texture must agree then.
_SMALL_MEDIAN, _SMALL_UPPER, _NEARLY_ALL = 0.36, 0.85, 0.9
# Shares of the square, as `Regions`.
_LARGEST, _DIFFERING = 0.004, 0.16
# Grey levels by which the pictures differ in the middle of all places.
_USUAL = 8.0


@dataclass(frozen=True)
class Measures:
    """What was found of an aligned pair.

    `likeness`: share of the texture that agrees; `cover`: share of the smaller picture that the other one holds, both
    0..1; `drift`, `upper_drift`: by how much places lie off, half and a quarter of them by more, in 1/128 of a side;
    `places`: how many were looked at; `differing`, `largest`: shares of the area (0..1) that differ beyond captions and
    logos, in all and in the largest region beyond lettering; `usual`: median difference in grey levels.
    """

    likeness: float
    cover: float
    drift: float
    upper_drift: float
    places: int
    differing: float
    largest: float
    usual: float

    @property
    def one_photograph(self) -> bool:
        """Whether all of them are as small as re-encoding makes them."""
        return self._agrees_within(_MEDIAN_DRIFT, _UPPER_DRIFT)

    @property
    def one_small_photograph(self) -> bool:
        """The same for a copy of few pixels whose hashes agree as well."""
        return self.likeness >= _NEARLY_ALL and self._agrees_within(_SMALL_MEDIAN, _SMALL_UPPER)

    def _agrees_within(self, median: float, upper: float) -> bool:
        lies_still = self.drift <= median and self.upper_drift <= upper
        return (
            self.cover >= _COVER
            and (lies_still or self.places < _PLACES)
            and self.largest <= _LARGEST
            and self.differing <= _DIFFERING
            and self.usual <= _USUAL
        )

    def rounded(self) -> dict[str, float]:
        """By name, to four digits after the point."""
        return {name: round(value, 4) for name, value in asdict(self).items()}


def measured(first: Floats, second: Floats, agreement: Agreement) -> Measures:
    """Compare two colour squares (128, 128, 3), the first laid onto the second as the agreement's warp says."""
    warp = agreement.warp
    moved_first = laid(first, warp)
    within = np.asarray(cv2.erode(covered(warp).astype(np.uint8), _BORDER), np.uint8)
    tones = toned(moved_first, second, within, agreement.proven)
    found = regions(moved_first, second, tones, within, agreement.trusted)
    if found.largest > _LARGEST:
        # What was laid over one picture may have bent the curves.
        tones = toned(moved_first, second, within, agreement.proven & found.agreeing)
        again = regions(moved_first, second, tones, within, agreement.trusted)
        found = min(found, again, key=lambda each: each.largest)
    sound = np.asarray(cv2.erode(found.agreeing & tones.clear, _AROUND), np.uint8)
    moved = drift(tones.first, tones.second, sound)
    shrunk = abs(float(np.linalg.det(warp[:, :2].astype(np.float64))))
    return Measures(
        agreement.likeness,
        min(1.0, max(agreement.cover, agreement.cover * shrunk)),
        moved.median,
        moved.upper,
        moved.places,
        found.differing,
        found.largest,
        float(np.median(tones.difference[within > 0])) if within.any() else 0.0,
    )

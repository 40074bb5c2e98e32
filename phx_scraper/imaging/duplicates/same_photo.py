"""Whether two aligned pictures are one photograph: they agree everywhere, except for the noise of re-encoding.

Besides the agreement of their texture three things are measured: whether one holds nearly all of the other, whether
parts are shifted (`drift`), and whether one shows anything that the other does not (`tone_difference`,
`differing_regions`). A pair that fails one is two photographs, or not certain enough to drop one of them.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import cv2
import numpy as np

from phx_scraper.imaging.duplicates.alignment import Floats, overlap_mask, warp_onto
from phx_scraper.imaging.duplicates.differing_regions import find_regions
from phx_scraper.imaging.duplicates.parallax import measure_drift
from phx_scraper.imaging.duplicates.texture_agreement import Agreement
from phx_scraper.imaging.duplicates.tone_difference import match_tones

_BORDER, _AROUND = np.ones((3, 3), np.uint8), np.ones((7, 7), np.uint8)
_COVER = 0.85
# Pixels of 128, as in `Drift`; with fewer places the drift is not used.
_MEDIAN_DRIFT, _UPPER_DRIFT, _PLACES = 0.2, 0.6, 12
# Places of a small, noisy copy are tracked less exactly; nearly all of its texture must agree then.
_SMALL_MEDIAN, _SMALL_UPPER, _NEARLY_ALL = 0.36, 0.85, 0.9
# Shares of the square, as in `Regions`.
_LARGEST, _DIFFERING = 0.004, 0.16
# Median difference in grey levels.
_USUAL = 8.0


@dataclass(frozen=True)
class Measures:
    """The measures of an aligned pair.

    `likeness`: share of the texture that agrees; `cover`: share of the smaller picture that the other one holds, both
    0..1; `drift`, `upper_drift`: median and upper quartile of the shifts of places, in 1/128 of a side; `places`: their
    number; `differing`, `largest`: shares of the area (0..1) that differ without captions and logos, in all and in the
    largest region that is not lettering; `usual`: median difference in grey levels.
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
        """Whether all measures are within what re-encoding causes."""
        return self._agrees_within(_MEDIAN_DRIFT, _UPPER_DRIFT)

    @property
    def one_small_photograph(self) -> bool:
        """The same for a copy of few pixels whose hashes agree as well."""
        return self.likeness >= _NEARLY_ALL and self._agrees_within(_SMALL_MEDIAN, _SMALL_UPPER)

    def _agrees_within(self, median: float, upper: float) -> bool:
        is_fixed = self.drift <= median and self.upper_drift <= upper
        return (
            self.cover >= _COVER
            and (is_fixed or self.places < _PLACES)
            and self.largest <= _LARGEST
            and self.differing <= _DIFFERING
            and self.usual <= _USUAL
        )

    def rounded(self) -> dict[str, float]:
        """By name, to four digits after the point."""
        return {name: round(value, 4) for name, value in asdict(self).items()}


def measure_pair(first: Floats, second: Floats, agreement: Agreement) -> Measures:
    """Compare two colour squares (128, 128, 3), the first warped onto the second by the agreement's warp."""
    warp = agreement.warp
    moved_first = warp_onto(first, warp)
    within = np.asarray(cv2.erode(overlap_mask(warp).astype(np.uint8), _BORDER), np.uint8)
    tones = match_tones(moved_first, second, within, agreement.proven)
    found = find_regions(moved_first, second, tones, within, agreement.trusted)
    if found.largest > _LARGEST:
        # An overlay on one picture may have changed the curves.
        tones = match_tones(moved_first, second, within, agreement.proven & found.agreeing)
        again = find_regions(moved_first, second, tones, within, agreement.trusted)
        found = min(found, again, key=lambda each: each.largest)
    sound = np.asarray(cv2.erode(found.agreeing & tones.clear, _AROUND), np.uint8)
    moved = measure_drift(tones.first, tones.second, sound)
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

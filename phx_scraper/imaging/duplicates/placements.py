"""Likely placements of every picture of a home in every other, by one matrix product a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from phx_scraper.imaging.duplicates.alignment import FLIP, Matrix, box_transform, inverse
from phx_scraper.imaging.duplicates.windows import COARSE, WINDOWS, Floats, View


@dataclass(frozen=True, slots=True)
class Placement:
    """How well two coarse views correlate (-1..1) when one of them is placed into a window of the other.

    `window` is its number in WINDOWS; it is a window of the first view or, if `reverse`, of the second.
    """

    score: float
    first: View
    second: View
    window: int = 0
    reverse: bool = False
    mirrored: bool = False

    @property
    def transform(self) -> Matrix:
        """From the second view (flipped, if mirrored) to the first."""
        window = box_transform(WINDOWS[self.window])
        if not self.reverse:
            return window
        return inverse(FLIP @ window @ FLIP if self.mirrored else window)


class _Table:
    """Best window of each view for each other view: `scores` (views, views) and `windows`, its index in WINDOWS."""

    def __init__(self, views: Sequence[View], wholes: Floats) -> None:
        self.scores = np.empty((len(views), len(views)), np.float32)
        self.windows = np.empty((len(views), len(views)), np.intp)
        for row, view in enumerate(views):
            products = view.windows @ wholes.T
            self.windows[row] = products.argmax(axis=0)
            self.scores[row] = products.max(axis=0)


class Placements:
    """Placements for all pairs of the given pictures, straight and mirrored, by the pictures' numbers."""

    def __init__(self, pictures: Sequence[tuple[View, ...]]) -> None:
        self._views = [view for views in pictures for view in views]
        self._starts = np.concatenate(([0], np.cumsum([len(views) for views in pictures]))).astype(int)
        wholes = _stacked([view.windows[0] for view in self._views])
        mirrors = _stacked([view.mirror for view in self._views])
        self._tables = {False: _Table(self._views, wholes), True: _Table(self._views, mirrors)}

    def best_scores(self) -> Floats:
        """(pictures, pictures): the highest score of any placement for each pair, straight or mirrored."""
        scores = np.maximum(self._tables[False].scores, self._tables[True].scores)
        by_picture = np.maximum.reduceat(np.maximum.reduceat(scores, self._starts[:-1]), self._starts[:-1], axis=1)
        return np.maximum(by_picture, by_picture.T)

    def best(self, first: int, second: int, mirrored: bool) -> Placement:
        """The best placement of the second picture (flipped, if mirrored) in the first."""
        table = self._tables[mirrored]
        rows, columns = self._range(first), self._range(second)
        score, row, column = _peak(table.scores[rows, columns])
        reverse_score, reverse_row, reverse_column = _peak(table.scores[columns, rows])
        if score >= reverse_score:
            one, other = rows.start + row, columns.start + column
            return Placement(score, self._views[one], self._views[other], table.windows[one, other], False, mirrored)
        one, other = rows.start + reverse_column, columns.start + reverse_row
        return Placement(reverse_score, self._views[one], self._views[other], table.windows[other, one], True, mirrored)

    def whole_on_whole(self, first: int, second: int) -> Placement:
        """The placement of the whole second picture on the whole first one."""
        one, other = (self._views[self._starts[number]] for number in (first, second))
        return Placement(float(one.windows[0] @ other.windows[0]), one, other)

    def _range(self, picture: int) -> slice:
        return slice(int(self._starts[picture]), int(self._starts[picture + 1]))


def _peak(scores: Floats) -> tuple[float, int, int]:
    row, column = divmod(int(scores.argmax()), scores.shape[1])
    return float(scores[row, column]), row, column


def _stacked(vectors: list[Floats]) -> Floats:
    return np.array(vectors, np.float32).reshape(len(vectors), COARSE * COARSE)

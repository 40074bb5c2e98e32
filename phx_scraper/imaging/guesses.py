"""Likely placements of every picture of a home in every other, from one matrix product a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from phx_scraper.imaging.alignment import FLIP, Matrix, inverse, placed
from phx_scraper.imaging.views import COARSE, WINDOWS, Floats, View


@dataclass(frozen=True)
class Guess:
    """How well two coarse views correlate (-1..1) under a transform from the second view to the first."""

    score: float
    first: View
    second: View
    transform: Matrix


class _Table:
    """Best window of each view for each other view: `scores` (views, views) and `windows`, its index in WINDOWS."""

    def __init__(self, views: Sequence[View], wholes: Floats) -> None:
        self.scores = np.empty((len(views), len(views)), np.float32)
        self.windows = np.empty((len(views), len(views)), np.intp)
        for row, view in enumerate(views):
            products = view.windows @ wholes.T
            self.windows[row] = products.argmax(axis=0)
            self.scores[row] = products.max(axis=0)


class Guesses:
    """Guesses for all pairs of the pictures given, straight and mirrored; ask by the pictures' numbers."""

    def __init__(self, pictures: Sequence[tuple[View, ...]]) -> None:
        self._views = [view for views in pictures for view in views]
        self._starts = np.concatenate(([0], np.cumsum([len(views) for views in pictures]))).astype(int)
        wholes = _stacked([view.windows[0] for view in self._views])
        mirrors = _stacked([view.mirror for view in self._views])
        self._tables = {False: _Table(self._views, wholes), True: _Table(self._views, mirrors)}

    def best(self, first: int, second: int, mirrored: bool) -> Guess:
        """The best guess of where the second picture (flipped, if mirrored) lies in the first."""
        table = self._tables[mirrored]
        rows, columns = self._range(first), self._range(second)
        score, row, column = _peak(table.scores[rows, columns])
        reverse_score, reverse_row, reverse_column = _peak(table.scores[columns, rows])
        if score >= reverse_score:
            # The whole of the second view shows a window of the first.
            one, other = rows.start + row, columns.start + column
            transform = placed(WINDOWS[table.windows[one, other]])
        else:
            # The whole of the first view shows a window of the second.
            score, one, other = reverse_score, rows.start + reverse_column, columns.start + reverse_row
            window = placed(WINDOWS[table.windows[other, one]])
            transform = inverse(FLIP @ window @ FLIP if mirrored else window)
        return Guess(score, self._views[one], self._views[other], transform)

    def overlaid(self, first: int, second: int) -> Guess:
        """The plain guess: both whole pictures show the same."""
        one, other = (self._views[self._starts[number]] for number in (first, second))
        return Guess(float(one.windows[0] @ other.windows[0]), one, other, np.eye(3))

    def _range(self, picture: int) -> slice:
        return slice(int(self._starts[picture]), int(self._starts[picture + 1]))


def _peak(scores: Floats) -> tuple[float, int, int]:
    row, column = divmod(int(scores.argmax()), scores.shape[1])
    return float(scores[row, column]), row, column


def _stacked(vectors: list[Floats]) -> Floats:
    return np.array(vectors, np.float32).reshape(len(vectors), COARSE * COARSE)

"""A B A B: every way once a round, so that whatever else the machine does falls on all ways alike."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from statistics import median
from typing import TypeVar

T = TypeVar("T")


def alternated(ways: Mapping[str, Callable[[], T]], rounds: int) -> dict[str, list[T]]:
    """What each way gave, by round."""
    found: dict[str, list[T]] = {name: [] for name in ways}
    for number in range(1, rounds + 1):
        for name, way in ways.items():
            sys.stderr.write(f"  round {number} of {rounds}: {name}\n")
            found[name].append(way())
    return found


def middle(results: Iterable[T], figure: Callable[[T], float | None]) -> float | None:
    """The median of one figure over the rounds; None where no round has it."""
    values = [value for value in map(figure, results) if value is not None]
    return median(values) if values else None

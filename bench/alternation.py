"""A B A B: each variant once a round, so that other load on the machine affects all variants equally."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from statistics import median
from typing import TypeVar

T = TypeVar("T")


def alternate(variants: Mapping[str, Callable[[], T]], rounds: int) -> dict[str, list[T]]:
    """The results of each variant, by round."""
    found: dict[str, list[T]] = {name: [] for name in variants}
    for number in range(1, rounds + 1):
        for name, variant in variants.items():
            sys.stderr.write(f"  round {number} of {rounds}: {name}\n")
            found[name].append(variant())
    return found


def median_of(results: Iterable[T], figure: Callable[[T], float | None]) -> float | None:
    """The median of one figure over the rounds; None where no round has it."""
    values = [value for value in map(figure, results) if value is not None]
    return median(values) if values else None

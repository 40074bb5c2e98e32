"""Repeatable random numbers: they depend on the names of the stream alone, never on time, order or process."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import TypeVar

T = TypeVar("T")

_SCALE = float(1 << 64)


class SeededRandom:
    """A stream of numbers from sha256(names, counter); equal names give equal streams on every machine.

    The names that callers pass are part of the data: another name gives other homes, pages and pictures.
    """

    def __init__(self, *names: object) -> None:
        self._names = "\x1f".join(str(name) for name in names)
        self._count = 0

    def fork(self, *names: object) -> SeededRandom:
        """A separate stream, independent of how many numbers this one has given."""
        return SeededRandom(self._names, *names)

    def _digest(self) -> bytes:
        self._count += 1
        return sha256(f"{self._names}\x1e{self._count}".encode()).digest()

    def unit(self) -> float:
        """A number in [0, 1)."""
        return int.from_bytes(self._digest()[:8], "big") / _SCALE

    def chance(self, share: float) -> bool:
        """True in `share` (0..1) of all cases."""
        return self.unit() < share

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self.unit() * (high - low + 1))

    def pick(self, choices: Sequence[T]) -> T:
        """One of `choices`, each as likely."""
        return choices[self.between(0, len(choices) - 1)]

    def weighted(self, choices: Sequence[tuple[T, float]]) -> T:
        """One of the (choice, weight) pairs, by weight."""
        point = self.unit() * sum(weight for _, weight in choices)
        for choice, weight in choices:
            point -= weight
            if point < 0:
                return choice
        return choices[-1][0]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """The items in another order."""
        return [item for _, item in sorted(((self._digest(), item) for item in items), key=lambda pair: pair[0])]

    def hex(self, digits: int) -> str:
        """`digits` (at most 64) lower-case hexadecimal digits."""
        return self._digest().hex()[:digits]

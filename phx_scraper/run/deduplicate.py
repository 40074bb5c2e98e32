"""Hands a home's pictures to `imaging.duplicates` and its answer to the catalogue."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from phx_scraper.imaging.duplicates import Group, Rule, group
from phx_scraper.model.photo import Decision, PhotoImage

# Homes decided ahead and not yet asked for; more are in the making only where visits were lost.
_AHEAD = 8


class Decider:
    """Decides, for all live pictures of one home, which are kept and which are copies; safe in any thread.

    The catalogue asks while it holds its write lock. Comparing the pictures of a home takes tens of milliseconds, so
    they are `decide_ahead`; the answer is used where the catalogue then asks about exactly the same pictures.
    """

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._ahead: deque[tuple[list[PhotoImage], list[Decision]]] = deque(maxlen=_AHEAD)

    def __call__(self, images: Sequence[PhotoImage]) -> list[Decision]:
        """One decision per picture."""
        ordered = _ordered(images)
        known = next((decided for decided in tuple(self._ahead) if decided[0] == ordered), None)
        return known[1] if known is not None else self._decided(ordered)

    def decide_ahead(self, images: Sequence[PhotoImage]) -> None:
        """Decide now what will be asked later."""
        ordered = _ordered(images)
        self._ahead.append((ordered, self._decided(ordered)))

    def _decided(self, ordered: list[PhotoImage]) -> list[Decision]:
        return [decision for found in group(ordered, self._rule) for decision in _decisions(found)]


def _ordered(images: Sequence[PhotoImage]) -> list[PhotoImage]:
    """Equal bytes tie in every other respect: gallery order settles who is kept, whatever the order of arrival."""
    return sorted(images, key=lambda image: (image.source_priority, image.position, image.key))


def _decisions(found: Group[PhotoImage]) -> list[Decision]:
    kept = found.kept
    maybe = tuple((other.image.photo_id, other.measures) for other in found.maybe)
    copies = [
        Decision(copy.image.photo_id, "duplicate", kept.photo_id, copy.kind, copy.distance) for copy in found.duplicates
    ]
    return [Decision(kept.photo_id, "stored", maybe=maybe), *copies]

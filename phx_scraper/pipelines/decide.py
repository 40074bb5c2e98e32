"""Hands a home's pictures to `imaging.duplicates` and its answer to the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from phx_scraper.imaging.duplicates import Group, Rule, group
from phx_scraper.storage.records import Decision, PhotoImage

Decider = Callable[[Sequence[PhotoImage]], list[Decision]]


def decider(rule: Rule) -> Decider:
    """A function that decides, for all live pictures of one home, which are kept and which are copies."""

    def decide(images: Sequence[PhotoImage]) -> list[Decision]:
        # Equal bytes tie in every other respect: gallery order settles who is kept, whatever the order of arrival.
        ordered = sorted(images, key=lambda image: (image.source_priority, image.position, image.key))
        return [decision for found in group(ordered, rule) for decision in _decisions(found)]

    return decide


def _decisions(found: Group[PhotoImage]) -> list[Decision]:
    kept = found.kept
    copies = [
        Decision(copy.image.photo_id, "duplicate", kept.photo_id, copy.kind, copy.distance) for copy in found.duplicates
    ]
    return [Decision(kept.photo_id, "stored"), *copies]

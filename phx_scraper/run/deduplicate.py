"""What becomes of a home's pictures, decided by `imaging.duplicates` outside the catalogue's lock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from phx_scraper.imaging.duplicates import Group, Rule, code_version, group
from phx_scraper.model.image import PhotoImage
from phx_scraper.model.photo import Decision


@dataclass(frozen=True, slots=True)
class DuplicatePlan:
    """One decision for each live picture of a home; good as long as the home's `images` are still these.

    `rule` tells by what it was decided, for `storage.catalogue.home_digests`. A plan of no images leaves a home as it
    is that was compared by this rule and has not changed since.
    """

    images: Sequence[PhotoImage]
    decisions: Sequence[Decision]
    rule: str = ""

    @property
    def kept_again(self) -> list[PhotoImage]:
        """Copies so far that are to be kept: their pictures may have been removed as unused."""
        kept = {decision.photo_id for decision in self.decisions if decision.state == "stored"}
        return [image for image in self.images if image.state == "duplicate" and image.photo_id in kept]


def plan_duplicates(images: Sequence[PhotoImage], rule: Rule) -> DuplicatePlan:
    """Decide which pictures of one home are kept and which are copies; tens of milliseconds, in any thread."""
    # Equal bytes tie in every other respect: gallery order settles who is kept, whatever the order of arrival.
    ordered = sorted(images, key=lambda image: (image.source_priority, image.position, image.key))
    decisions = [decision for found in group(ordered, rule) for decision in _decisions(found)]
    return DuplicatePlan(images, decisions, rule_text(rule))


def rule_text(rule: Rule) -> str:
    """The rule with its settings and the code that follows it."""
    return f"{rule!r} {code_version()}"


def _decisions(found: Group[PhotoImage]) -> Iterator[Decision]:
    kept = found.kept
    maybe = tuple((other.image.photo_id, other.measures) for other in found.maybe)
    yield Decision(kept.photo_id, "stored", maybe=maybe)
    for copy in found.duplicates:
        yield Decision(copy.image.photo_id, "duplicate", kept.photo_id, copy.kind, copy.distance)

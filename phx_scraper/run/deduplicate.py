"""What becomes of a home's pictures, decided by `imaging.duplicates` outside the catalogue's lock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from phx_scraper.config.fields import Config
from phx_scraper.imaging.duplicates import Group, Rule, code_version, group
from phx_scraper.imaging.duplicates.rule import RuleName
from phx_scraper.model.image import PhotoImage
from phx_scraper.model.photo import Decision
from phx_scraper.model.photo_decision import PhotoDecision
from phx_scraper.run.persons_decisions import judge


@dataclass(frozen=True, slots=True)
class DuplicatePlan:
    """One decision for each live picture of a home; good as long as its `images`, and what people `said`, are these.

    `rule` tells by what it was decided, for `storage.catalogue.home_digests`. A plan of no images leaves a home as it
    is that was compared by this rule and has not changed since.
    """

    images: Sequence[PhotoImage]
    decisions: Sequence[Decision]
    rule: str = ""
    said: Sequence[PhotoDecision] = ()

    @property
    def kept_again(self) -> list[PhotoImage]:
        """Copies so far that are to be kept: their pictures may have been removed as unused."""
        kept = {decision.photo_id for decision in self.decisions if decision.state == "stored"}
        return [image for image in self.images if image.state == "duplicate" and image.photo_id in kept]


def rule_of(options: Config) -> Rule:
    """The duplicate rule that the settings name."""
    name: RuleName = "plain" if options.duplicate_rule == "plain" else "verified"
    return Rule(name, options.duplicate_distance, options.duplicate_dhash_distance)


def plan_duplicates(images: Sequence[PhotoImage], rule: Rule, said: Sequence[PhotoDecision] = ()) -> DuplicatePlan:
    """Decide which pictures of one home are kept and which are copies; tens of milliseconds, in any thread.

    What people `said` of its pictures goes before the rule.
    """
    # Equal bytes tie in every other respect: gallery order settles who is kept, whatever the order of arrival.
    ordered = sorted(images, key=lambda image: (image.source_priority, image.position, image.key))
    judged = judge(ordered, said)
    groups = group(ordered, rule, judged.together, judged.apart)
    hidden = {ordered[place].photo_id: word for place, word in judged.hidden.items()}
    decisions = [decision for found in groups for decision in _decisions(found, hidden)]
    return DuplicatePlan(images, decisions, rule_text(rule), said)


def rule_text(rule: Rule) -> str:
    """The rule with its settings and the code that follows it."""
    return f"{rule!r} {code_version()}"


def _decisions(found: Group[PhotoImage], hidden: Mapping[int, tuple[int, bool]]) -> Iterator[Decision]:
    kept = found.kept
    maybe = tuple((other.image.photo_id, other.measures) for other in found.maybe)
    # A picture is hidden with all its copies: of the words on any of them the last one holds.
    members = (kept, *(copy.image for copy in found.duplicates))
    words = [hidden[member.photo_id] for member in members if member.photo_id in hidden]
    is_hidden = bool(words) and max(words)[1]
    yield Decision(kept.photo_id, "stored", maybe=maybe, hidden=is_hidden)
    for copy in found.duplicates:
        yield Decision(copy.image.photo_id, "duplicate", kept.photo_id, copy.kind, copy.distance, hidden=is_hidden)

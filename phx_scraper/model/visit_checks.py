"""What is to be said of visits: pages that prove nothing, shortfalls, pins apart, and the share of claims met."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from phx_scraper.model.checks import Finding
from phx_scraper.model.claims import claims_met, quality
from phx_scraper.model.listing import PIN_APART, Evidence
from phx_scraper.model.photo import PhotoCounts
from phx_scraper.model.visit import VisitRow

_OF_REASONS = frozenset({"no_evidence", "wrong_home", "contradiction"})
"""Checks by whose names the reasons of visits begin."""
TOLD_BY_VISITS = _OF_REASONS | {"shortfall", "pins_apart"}
"""Checks whose findings the line of a visit shows in its own words."""


@dataclass(frozen=True, slots=True)
class CheckedVisit:
    """A visit, its photos counted, and what is noted of its listing: evidence, (reason, count) of photos left out."""

    visit: VisitRow
    photos: PhotoCounts
    evidence: tuple[Evidence, ...] = ()
    refused: tuple[tuple[str, int], ...] = ()

    @property
    def claims_met(self) -> float:
        """The share of its photos that it has, 0 to 1."""
        return claims_met(self.visit.outcome, self.photos.had, self.photos.found, self.visit.claimed_photo_count)

    @property
    def lacking(self) -> int:
        """How many photos the page shows fewer than it claims to have."""
        return max(0, (self.visit.claimed_photo_count or 0) - self.photos.found)


def findings_of(checked: CheckedVisit) -> Iterator[Finding]:
    """What the checks find at one visit."""
    visit = checked.visit
    subject = f"{visit.address} at {visit.source}"
    refused_as, _, told = visit.reason.partition(":")
    if refused_as in _OF_REASONS:
        yield Finding(refused_as, subject, "; ".join(filter(None, (told.strip(), visit.detail))))
    foreign = dict(checked.refused).get("foreign_host", 0)
    if foreign:
        yield Finding("foreign_host", subject, str(foreign))
    if visit.outcome == "ok" and checked.lacking:
        yield Finding("shortfall", subject, f"{checked.photos.found} of {visit.claimed_photo_count}")
    yield from (Finding("pins_apart", subject, told) for told in pins_apart(checked.evidence))


def pins_apart(evidence: Iterable[Evidence]) -> list[str]:
    """Other sources that pin the home elsewhere, each with the distance."""
    apart = ((kind.partition("@"), found) for kind, _, found in evidence)
    return [
        f"pin {found.rpartition(', ')[2]} from {source}'s" for (kind, _, source), found in apart if kind == PIN_APART
    ]


def quality_of_homes(checked: Iterable[CheckedVisit]) -> Mapping[str, float]:
    """Address -> mean share of claims met at its sources."""
    shares: dict[str, list[float]] = {}
    for one in checked:
        shares.setdefault(one.visit.address, []).append(one.claims_met)
    return {address: quality(found) for address, found in shares.items()}

"""What a home's listings say of one another, by `pages.identity`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from phx_scraper.model.listing import Evidence, Listing
from phx_scraper.pages.identity import agreements, contradictions, pins_apart
from phx_scraper.storage.catalogue.apply_cross_check import CrossCheck


def cross_check(listings: Sequence[Listing]) -> Mapping[str, CrossCheck]:
    """Which of a home's listings contradict the others, what the rest confirm, and whose pins are apart."""
    found = {listing.source: listing for listing in listings}
    refused = {clash.weaker.source: f"{clash.kind} ({clash.detail})" for clash in contradictions(found.values())}
    sound = [listing for source, listing in found.items() if source not in refused]
    return {
        source: CrossCheck(
            refused.get(source, ""),
            () if source in refused else _said(listing, sound),
        )
        for source, listing in found.items()
    }


def _said(listing: Listing, sound: Sequence[Listing]) -> tuple[Evidence, ...]:
    return (*agreements(listing, sound), *pins_apart(listing, sound))

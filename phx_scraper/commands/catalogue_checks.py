"""What `scrapy status` says of the collection beside its visits: the findings of the checks."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from phx_scraper.commands.unlisted_homes import unlisted_homes
from phx_scraper.homes.near_addresses import near_addresses
from phx_scraper.model.checks import Finding
from phx_scraper.model.visit_checks import CheckedVisit, findings_of
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.home_lists import found_homes
from phx_scraper.storage.catalogue.registration import addresses

LABEL_DIGITS = 8


def catalogue_findings(catalogue: Catalogue, checked: Sequence[CheckedVisit]) -> list[Finding]:
    """Every finding at these visits and their homes."""
    with catalogue.reading() as tx:
        known, proved = addresses(tx), found_homes(tx)
    shown = {one.visit.property_hash for one in checked}
    unlisted = {label: finding for label, finding in unlisted_homes(catalogue) if label in shown}
    doubtful = {known[label] for label in shown if label in unlisted or label not in proved}
    return [
        *(finding for one in checked for finding in findings_of(one)),
        *(Finding("shared_label", known[label], label) for label in shown if len(label) > LABEL_DIGITS),
        *near_findings(known.values(), doubtful, {known[label] for label in unlisted}),
        *unlisted.values(),
    ]


def near_findings(
    known: Collection[str], doubtful: Collection[str], unlisted: Collection[str] = ()
) -> Iterator[Finding]:
    """Pairs of which one home is doubtful, that one first: found by no source, or named by no list any more."""
    for one, other in near_addresses(known, doubtful):
        first, second = (one, other) if one in doubtful else (other, one)
        why = "no list names it any more" if first in unlisted else "no source has found it so far"
        yield Finding("near_address", first, f"{why}; {second} is near")

"""What `scrapy status` and `scrapy plan` say of homes beside their visits: the findings of the checks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from phx_scraper.commands.unlisted_homes import unlisted_homes
from phx_scraper.homes import Home, RowError
from phx_scraper.homes.list_checks import LABEL_DIGITS, list_findings
from phx_scraper.homes.near_addresses import are_neighbours, near_addresses
from phx_scraper.model.checks import Finding
from phx_scraper.model.visit_checks import CheckedVisit, findings_of
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.home_lists import found_homes
from phx_scraper.storage.catalogue.registration import addresses, labels_of


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


def plan_findings(homes: Sequence[Home], errors: Iterable[RowError], catalogue: Catalogue | None) -> Iterator[Finding]:
    """What the checks find in a list, also beside the homes that the catalogue knows.

    Neighbours are no finding where nothing is known of them yet: a list of homes in one street is full of them.
    """
    yield from list_findings(homes, errors)
    known: dict[str, str] = {}
    proved: set[str] = set()
    names: dict[str, str] = {}
    if catalogue is not None:
        with catalogue.reading() as tx:
            known, proved = addresses(tx), found_homes(tx)
            names = {home.address: known[label] for home, label in labels_of(tx, homes)}
    listed = [names.get(home.address, home.address) for home in homes]
    found = {address for label, address in known.items() if label in proved}
    doubtful = set(listed) - found
    for one, other in near_addresses([*listed, *known.values()], doubtful):
        if one in found or other in found or not are_neighbours(one, other):
            yield _near(one, other, doubtful, ())


def near_findings(
    known: Collection[str], doubtful: Collection[str], unlisted: Collection[str] = ()
) -> Iterator[Finding]:
    """Pairs of which one home is doubtful, that one first: found by no source, or named by no list any more."""
    for one, other in near_addresses(known, doubtful):
        yield _near(one, other, doubtful, unlisted)


def _near(one: str, other: str, doubtful: Collection[str], unlisted: Collection[str]) -> Finding:
    first, second = (one, other) if one in doubtful else (other, one)
    why = "no list names it any more" if first in unlisted else "no source has found it so far"
    return Finding("near_address", first, f"{why}; {second} is near")

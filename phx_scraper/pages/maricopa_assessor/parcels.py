"""Chooses the home among several parcels of one address."""

from __future__ import annotations

from collections.abc import Iterable

from phx_scraper.errors import PageError
from phx_scraper.model.listing import Candidate
from phx_scraper.pages.json_values import text

_DWELLINGS = ("residential", "townhouse", "condominium", "single family", "mobile home", "apartment")
_NOT_THE_HOME = ("associated", "vacant")


class SeveralParcels(PageError):
    """More than one parcel of an address may be the home; the detail names them."""


def choose_parcel(parcels: Iterable[Candidate]) -> Candidate:
    """The one parcel with a dwelling, of those of one address; of equal parcel numbers the first counts.

    Associated parcels and vacant land belong to a home but are not the home. Raises SeveralParcels unless one parcel
    is left.
    """
    own = list({parcel.ids["apn"]: parcel for parcel in reversed(list(parcels))}.values())[::-1]
    built = [one for one in own if not _kind(one).startswith(_NOT_THE_HOME)] or own
    dwellings = [one for one in built if any(word in _kind(one) for word in _DWELLINGS)]
    left = dwellings or built
    if len(left) == 1:
        return left[0]
    named = ", ".join(f"{one.ids['apn']} ({_kind(one) or 'of no kind'})" for one in left)
    raise SeveralParcels("several_parcels", f"{left[0].address} has {named}")


def _kind(parcel: Candidate) -> str:
    return text(parcel.facts.get("property_type")).lower()

"""Several parcels of one address: which of them is the home."""

from __future__ import annotations

from collections.abc import Iterable

from phx_scraper.errors import PageError
from phx_scraper.model.listing import Candidate
from phx_scraper.pages.json_values import text

_DWELLINGS = ("residential", "townhouse", "condominium", "single family", "mobile home", "apartment")
_NOT_THE_HOME = ("associated", "vacant")


class SeveralParcels(PageError):
    """Parcels of one address that cannot be told apart; the detail names them."""


def the_home(parcels: Iterable[Candidate]) -> Candidate:
    """The one parcel that a dwelling stands on, of those of one address; the first of equal numbers counts.

    Associated parcels and vacant land belong to a home and are not it; among the rest one dwelling is. Raises
    SeveralParcels.
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

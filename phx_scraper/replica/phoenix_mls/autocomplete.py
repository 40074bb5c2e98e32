"""The address autocomplete: JSONP of the Flexmls quick launch."""

from __future__ import annotations

import json
import re
from typing import Any

from phx_scraper.replica.neighbours import near_misses
from phx_scraper.replica.options import Options
from phx_scraper.replica.phoenix_mls.presented import PresentedHome, present_ordinary
from phx_scraper.replica.phoenix_mls.urls import mls_address

_CALLBACK = re.compile(r"[\w$.]{1,100}")


def suggested(presented: PresentedHome, options: Options) -> list[tuple[str, str]]:
    """(address as the MLS writes it, MLS number) of the listings, in the order suggested."""
    rng = presented.rng("suggested")
    own = [(mls_address(presented.home), listing.mls) for listing in presented.listings]
    if presented.ending == "phoenix_unlisted":
        return []
    others = [_other(text, options) for text in near_misses(presented.home.address, rng, rng.between(2, 4))]
    if presented.ending == "phoenix_near_misses":
        return others
    if presented.lookup == "phoenix_wrong_first":
        return [*others[:2], *own, *others[2:]]
    if presented.lookup == "phoenix_neighbours":
        return rng.shuffled([*own, *others])
    return rng.shuffled(own)


def _other(text: str, options: Options) -> tuple[str, str]:
    other = present_ordinary(text, options)
    return mls_address(other.home), other.listing.mls


def autocomplete_response(presented: PresentedHome, callback: str, options: Options) -> str:
    """The whole response for the home's own address."""
    address = mls_address(presented.home)
    results = [_listing(*one, with_address=presented.rng("named").chance(0.5)) for one in suggested(presented, options)]
    place = 0 if presented.rng("field").chance(0.5) else len(results)
    if presented.ending != "phoenix_unlisted" or presented.rng("field").chance(0.7):
        results.insert(place, _field(address))
    called = "jQuery3510_1" if presented.ending == "phoenix_callback" else callback
    return wrapped({"D": {"Success": True, "Results": results}}, called)


def wrapped(value: dict[str, Any], callback: str) -> str:
    """The value as a call of `callback`; plain JSON where no usable name was given."""
    text = json.dumps(value, separators=(",", ":"))
    return f"/**/ {callback}({text});" if _CALLBACK.fullmatch(callback) else text


def _field(address: str) -> dict[str, Any]:
    street = address.split(",")[0]
    return {
        "Type": "Field",
        "Field": {
            "Id": "StreetAddress",
            "Name": "Street Address",
            "Value": street,
            "SparkQl": f"StreetAddress Eq '{street}'",
        },
    }


def _listing(address: str, mls: str, with_address: bool) -> dict[str, Any]:
    listing = {"Name": f"{address} / {mls}", "Number": mls, "SparkQl": f"ListingId Eq '{mls}'"}
    return {"Type": "Listing", "Listing": listing | ({"Address": address} if with_address else {})}

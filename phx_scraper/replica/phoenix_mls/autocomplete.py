"""The address autocomplete: JSONP of the Flexmls quick launch."""

from __future__ import annotations

import json
import re
from typing import Any

from phx_scraper.replica.neighbours import near_misses
from phx_scraper.replica.options import Options
from phx_scraper.replica.phoenix_mls.presented import Shown, plain
from phx_scraper.replica.phoenix_mls.urls import shown_address

_CALLBACK = re.compile(r"[\w$.]{1,100}")


def suggested(shown: Shown, options: Options) -> list[tuple[str, str]]:
    """(address as the MLS writes it, MLS number) of the listings, in the order suggested."""
    dice = shown.dice("suggested")
    own = [(shown_address(shown.world), listing.mls) for listing in shown.listings]
    if shown.fate == "phoenix_unlisted":
        return []
    others = [_other(text, options) for text in near_misses(shown.world.address, dice, dice.between(2, 4))]
    if shown.fate == "phoenix_near_misses":
        return others
    if shown.find == "phoenix_wrong_first":
        return [*others[:2], *own, *others[2:]]
    if shown.find == "phoenix_neighbours":
        return dice.shuffled([*own, *others])
    return dice.shuffled(own)


def _other(text: str, options: Options) -> tuple[str, str]:
    other = plain(text, options)
    return shown_address(other.world), other.listing.mls


def answer(shown: Shown, callback: str, options: Options) -> str:
    """The whole answer for the home's own address."""
    address = shown_address(shown.world)
    results = [_listing(*one, with_address=shown.dice("named").chance(0.5)) for one in suggested(shown, options)]
    place = 0 if shown.dice("field").chance(0.5) else len(results)
    if shown.fate != "phoenix_unlisted" or shown.dice("field").chance(0.7):
        results.insert(place, _field(address))
    called = "jQuery3510_1" if shown.fate == "phoenix_callback" else callback
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

"""Where a page pins its home, how far two pins are apart, and what a distance means."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

from phx_scraper.model.listing import Listing

SAME_PLACE = 300.0
"""Metres; sources place one home on its parcel, its roof or its street, so smaller differences confirm each other."""

MAX_PIN_ERROR = 10_000.0
"""Metres; pins that are further apart contradict each other where no MLS number or APN is shared.

A pin is no survey: agents type it, and where a geocoder knows no house it takes the middle of the zip. By the centres
of the 133 standard zips of Maricopa County, each place given to the nearest one, the middle of a zip is at most 4.9 km
from its homes in half of them and 10.8 km in three of four (3.6 km to the next centre at the median); what is larger,
to 51 km at Gila Bend, is desert whose homes lie near its middle. So two pages that agree in number, street and zip may
honestly be kilometres apart. Ten lies below a slip in the first decimal of a degree (11.1 km to the north), and far
below the county's extent (212 by 166 km), where a page of another town would lie.
"""

_EARTH_RADIUS = 6_371_000.0


def distance(a: Listing, b: Listing) -> float | None:
    """Metres between two homes along the great circle (haversine), None where a page has no coordinates."""
    if not all("latitude" in one.facts and "longitude" in one.facts for one in (a, b)):
        return None
    north_a, north_b = radians(a.facts["latitude"]), radians(b.facts["latitude"])
    east = radians(b.facts["longitude"] - a.facts["longitude"])
    half = sin((north_b - north_a) / 2) ** 2 + cos(north_a) * cos(north_b) * sin(east / 2) ** 2
    return 2 * _EARTH_RADIUS * asin(min(1.0, sqrt(half)))


def place(listing: Listing) -> str:
    """Latitude and longitude in degrees, to a metre."""
    return f"{listing.facts['latitude']:.5f}, {listing.facts['longitude']:.5f}"

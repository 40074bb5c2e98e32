"""Coordinates of homes on pages: the distance of two, and the limits for the same and for another home."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

from phx_scraper.model.listing import Listing

SAME_PLACE = 300.0
"""Metres; sources place one home on its parcel, its roof or its street, so smaller differences confirm each other."""

MAX_PIN_ERROR = 10_000.0
"""Metres; pins that are further apart contradict each other where no MLS number or APN is shared.

A pin is not exact: agents type it, and a geocoder that does not know the house uses the middle of the zip. In half of
the 133 standard zips of Maricopa County the middle is at most 4.9 km from the homes, in three of four 10.8 km (each
place assigned to the nearest middle; 3.6 km to the next one at the median); larger zips, up to 51 km at Gila Bend, are
desert with homes near their middle. So pages that agree in number, street and zip may be kilometres apart. Ten is less
than an error in the first decimal of a degree (11.1 km to the north), and much less than the county's extent (212 by
166 km) and so the distance of a page of another town.
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


def coordinates_text(listing: Listing) -> str:
    """Latitude and longitude in degrees, to a metre."""
    return f"{listing.facts['latitude']:.5f}, {listing.facts['longitude']:.5f}"

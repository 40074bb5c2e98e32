"""Maricopa County Assessor: parcel search, parcel facts and building sketches of the documented JSON API."""

from .listing import assemble, read
from .search import location_url, parcel_url, read_location, read_search, search_url
from .sketches import sketch

__all__ = [
    "assemble",
    "location_url",
    "parcel_url",
    "read",
    "read_location",
    "read_search",
    "search_url",
    "sketch",
]

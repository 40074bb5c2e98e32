"""Maricopa County Assessor: parcel search, parcel facts and building sketches of the documented JSON API."""

from phx_scraper.pages.maricopa_assessor.listing import assemble, read
from phx_scraper.pages.maricopa_assessor.search import location_url, parcel_url, read_location, read_search, search_url
from phx_scraper.pages.maricopa_assessor.sketches import photo_bytes

__all__ = [
    "assemble",
    "location_url",
    "parcel_url",
    "photo_bytes",
    "read",
    "read_location",
    "read_search",
    "search_url",
]

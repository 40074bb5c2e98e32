"""Maricopa County Assessor: parcel search, parcel facts and sketches of the documented JSON API; the county's maps."""

from phx_scraper.pages.maricopa_assessor.listing import assemble, read, read_details, read_sketches
from phx_scraper.pages.maricopa_assessor.maps import (
    geocoder_url,
    location_url,
    read_geocoder,
    read_location,
)
from phx_scraper.pages.maricopa_assessor.parcels import choose_parcel
from phx_scraper.pages.maricopa_assessor.search import parcel_url, read_search, search_url
from phx_scraper.pages.maricopa_assessor.sketches import photo_bytes

__all__ = [
    "assemble",
    "choose_parcel",
    "geocoder_url",
    "location_url",
    "parcel_url",
    "photo_bytes",
    "read",
    "read_details",
    "read_geocoder",
    "read_location",
    "read_search",
    "read_sketches",
    "search_url",
]

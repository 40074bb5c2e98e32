"""Redfin's pages: the home page, the API answers that it contains, and the look-ups that lead to them."""

from phx_scraper.pages.redfin.detail import read
from phx_scraper.pages.redfin.lookups import (
    gis_url,
    query_location_url,
    query_mls_url,
    read_gis,
    read_location,
    read_region,
    region_url,
    rental_suggestions_url,
)
from phx_scraper.pages.redfin.photos import names_content
from phx_scraper.pages.redfin.saved import read_saved
from phx_scraper.pages.redfin.search import (
    above_the_fold_url,
    initial_info_url,
    known_home,
    read_ids,
    read_suggestions,
    suggestions_url,
)
from phx_scraper.pages.redfin.zip_page import read_zip_page, zip_page_url

__all__ = [
    "above_the_fold_url",
    "gis_url",
    "initial_info_url",
    "known_home",
    "names_content",
    "query_location_url",
    "query_mls_url",
    "read",
    "read_gis",
    "read_ids",
    "read_location",
    "read_region",
    "read_saved",
    "read_suggestions",
    "read_zip_page",
    "region_url",
    "rental_suggestions_url",
    "suggestions_url",
    "zip_page_url",
]

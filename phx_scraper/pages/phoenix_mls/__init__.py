"""Phoenix MLS (phoenixmlssearch.com): detail page in both template versions, results pages and JSONP autocomplete."""

from phx_scraper.pages.phoenix_mls.detail import GONE, read
from phx_scraper.pages.phoenix_mls.photos import names_content
from phx_scraper.pages.phoenix_mls.search import (
    address_search_url,
    known_home,
    listing_url,
    newest_first,
    read_results,
    read_suggestions,
    results_url,
    suggestions_url,
    zip_search_url,
)

__all__ = [
    "GONE",
    "address_search_url",
    "known_home",
    "listing_url",
    "names_content",
    "newest_first",
    "read",
    "read_results",
    "read_suggestions",
    "results_url",
    "suggestions_url",
    "zip_search_url",
]

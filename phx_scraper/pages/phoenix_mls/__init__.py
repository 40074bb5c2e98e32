"""Phoenix MLS (phoenixmlssearch.com): detail page in both template versions, results page and JSONP autocomplete."""

from phx_scraper.pages.phoenix_mls.detail import GONE, read
from phx_scraper.pages.phoenix_mls.search import (
    listing_url,
    read_results,
    read_suggestions,
    results_url,
    suggestions_url,
)

__all__ = ["GONE", "listing_url", "read", "read_results", "read_suggestions", "results_url", "suggestions_url"]

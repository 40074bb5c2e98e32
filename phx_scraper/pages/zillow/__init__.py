"""Zillow's pages (shapes of 2023 and later): home detail, address search and address autocomplete."""

from phx_scraper.pages.zillow.detail import read
from phx_scraper.pages.zillow.search import listing_url, read_search, read_suggestions, search_url, suggestions_url

__all__ = ["listing_url", "read", "read_search", "read_suggestions", "search_url", "suggestions_url"]

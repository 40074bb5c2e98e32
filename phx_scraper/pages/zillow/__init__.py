"""Zillow's pages (shapes of 2023 and later): home detail, address search and address autocomplete."""

from .detail import read
from .search import listing_url, read_search, read_suggestions, search_url, suggestions_url

__all__ = ["listing_url", "read", "read_search", "read_suggestions", "search_url", "suggestions_url"]

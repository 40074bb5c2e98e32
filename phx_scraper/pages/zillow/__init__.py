"""Zillow's pages (shapes of 2023 and later): home detail, address search and both address autocompletes."""

from phx_scraper.pages.zillow.detail import read
from phx_scraper.pages.zillow.graph import graph_body, graph_url, read_graph
from phx_scraper.pages.zillow.photos import names_content
from phx_scraper.pages.zillow.saved import read_saved
from phx_scraper.pages.zillow.search import (
    known_home,
    listing_url,
    read_search,
    read_suggestions,
    search_url,
    suggestions_url,
)

__all__ = [
    "graph_body",
    "graph_url",
    "known_home",
    "listing_url",
    "names_content",
    "read",
    "read_graph",
    "read_saved",
    "read_search",
    "read_suggestions",
    "search_url",
    "suggestions_url",
]

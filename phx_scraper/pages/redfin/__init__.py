"""Redfin's pages: home page, the API bodies it is made of, and address autocomplete."""

from phx_scraper.pages.redfin.detail import read, read_api
from phx_scraper.pages.redfin.search import (
    above_the_fold_url,
    initial_info_url,
    read_ids,
    read_suggestions,
    suggestions_url,
)

__all__ = [
    "above_the_fold_url",
    "initial_info_url",
    "read",
    "read_api",
    "read_ids",
    "read_suggestions",
    "suggestions_url",
]

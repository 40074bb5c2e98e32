"""The replica of Zillow: suggestions, search pages, listing pages and the photo CDN."""

from __future__ import annotations

from phx_scraper.replica.zillow.site import register_address, routes
from phx_scraper.replica.zillow.truth import visit, warm_photos

__all__ = ["register_address", "routes", "visit", "warm_photos"]

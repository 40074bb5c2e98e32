"""Redfin as this machine shows it: autocomplete, home pages, the API answers they carry, and the photo CDN."""

from __future__ import annotations

from phx_scraper.replica.redfin.site import register_address, routes
from phx_scraper.replica.redfin.truth import visit, warm_photos

__all__ = ["register_address", "routes", "visit", "warm_photos"]

"""Redfin as this machine shows it: autocomplete, home pages, the API answers they carry, and the photo CDN."""

from __future__ import annotations

from phx_scraper.replica.redfin.site import meet, routes
from phx_scraper.replica.redfin.truth import visit, warm_photos

__all__ = ["meet", "routes", "visit", "warm_photos"]

"""The replica of Phoenix MLS: autocomplete, results, detail pages of two templates, and the photo hosts."""

from __future__ import annotations

from phx_scraper.replica.phoenix_mls.site import register_address, routes
from phx_scraper.replica.phoenix_mls.truth import visit, warm_photos

__all__ = ["register_address", "routes", "visit", "warm_photos"]

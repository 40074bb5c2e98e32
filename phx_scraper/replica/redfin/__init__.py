"""The replica of Redfin: autocomplete, home pages, the API responses they embed, and the photo CDN."""

from __future__ import annotations

from phx_scraper.replica.redfin.site import register_address, routes
from phx_scraper.replica.redfin.truth import visit, warm_photos

__all__ = ["register_address", "routes", "visit", "warm_photos"]

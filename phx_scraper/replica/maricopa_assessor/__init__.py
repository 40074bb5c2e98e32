"""The replica of the Maricopa County Assessor: parcel search, parcel data, sketches, map layer."""

from __future__ import annotations

from phx_scraper.replica.maricopa_assessor.search import register_address
from phx_scraper.replica.maricopa_assessor.site import routes
from phx_scraper.replica.maricopa_assessor.truth import visit, warm_photos

__all__ = ["register_address", "routes", "visit", "warm_photos"]

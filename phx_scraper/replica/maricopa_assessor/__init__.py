"""The Maricopa County Assessor as this machine shows it: parcel search, parcel data, sketches, map layer."""

from __future__ import annotations

from phx_scraper.replica.maricopa_assessor.search import meet
from phx_scraper.replica.maricopa_assessor.site import routes
from phx_scraper.replica.maricopa_assessor.truth import visit, warm_photos

__all__ = ["meet", "routes", "visit", "warm_photos"]

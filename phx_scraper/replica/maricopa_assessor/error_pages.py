"""HTML error pages that the county's hosts send in place of data."""

from __future__ import annotations

NOT_FOUND = (
    "<!DOCTYPE html><html><head><title>Page not found: Maricopa County Assessor's Office</title></head>"
    "<body><h1>Page not found</h1></body></html>"
)
DENIED = "<html><head><title>403</title></head><body>Access is denied.</body></html>"

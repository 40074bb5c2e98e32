"""A replica of which only the photo hosts answer; and what a crawl's catalogue says, to compare two of them."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from phx_scraper.sources import SOURCES
from tests.faults.fault_routes import ReceivedRequest, block
from tests.faults.intercepting_proxy import InterceptingProxy
from tests.integration.crawls import rows

PHOTO_HOSTS = frozenset(host for source in SOURCES.values() for host in source.photo_hosts)

LISTED = """SELECT homes.address, listings.source, lower(rtrim(url, '/')), listings.address, ids, status, listing_date,
 claimed_photo_count, facts, refused, partial FROM listings JOIN homes USING (property_hash) ORDER BY 1, 2"""
SHOWN = """SELECT homes.address, source, key, position, kind, caption, url, fallbacks, photos.state, reason, raw_sha256,
 duplicate_kind, smaller_copy, removed_at IS NULL FROM photos JOIN homes USING (property_hash) ORDER BY 1, 2, 3"""
VISITED = "SELECT homes.address, source, outcome, reason FROM visits JOIN homes USING (property_hash) ORDER BY 1, 2"


class PhotoHostsOnly(InterceptingProxy):
    """Refuses every page, as a wall of the sites does."""

    async def respond(self, request: ReceivedRequest, writer: asyncio.StreamWriter) -> bool:
        if request.target.split("/")[1] in PHOTO_HOSTS:
            return await super().respond(request, writer)
        return await block(request, writer)

    @property
    def page_requests(self) -> list[str]:
        """Targets of all requests to hosts of pages."""
        return [one.target for one in self.log.requests if one.target.split("/")[1] not in PHOTO_HOSTS]


def collected(store: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Listings (without when and by which run), photos with their bytes' hash, and outcomes."""
    return {"listings": rows(store, LISTED), "photos": rows(store, SHOWN), "visits": rows(store, VISITED)}

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

Collected = dict[str, list[tuple[Any, ...]]]

LISTED = """SELECT homes.address, listings.source, lower(rtrim(url, '/')), listings.address, ids, status, listing_date,
 claimed_photo_count, facts, refused, partial FROM listings JOIN homes USING (property_hash) ORDER BY 1, 2"""
SHOWN = """SELECT homes.address, source, key, position, kind, caption, url, fallbacks, photos.state, reason, raw_sha256,
 duplicate_kind, smaller_copy, removed_at IS NULL,
 (SELECT original_width FROM images WHERE images.raw_sha256 = photos.raw_sha256)
 FROM photos JOIN homes USING (property_hash) ORDER BY 1, 2, 3"""
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


def collected(store: Path) -> Collected:
    """Listings (without when and by which run), photos with their bytes' hash, and outcomes."""
    return {"listings": rows(store, LISTED), "photos": rows(store, SHOWN), "visits": rows(store, VISITED)}


def assert_parts(saved: Collected, plain: Collected) -> None:
    """Phoenix MLS is whole; of the others a part of the gallery is there, and what has an address is in full size."""
    mls = [row for row in plain["photos"] if row[1] == "phoenix_mls"]
    # Which of two copies is kept depends on what the other sources show.
    assert [_apart_from_state(row) for row in saved["photos"] if row[1] == "phoenix_mls"] == [
        _apart_from_state(row) for row in mls
    ]
    assert {(row[1], row[-1]) for row in saved["listings"]} == {("phoenix_mls", 0), ("redfin", 1), ("zillow", 1)}
    width = {row[:3]: row[14] for row in plain["photos"]}
    parts = [row for row in saved["photos"] if row[1] != "phoenix_mls"]
    addressed = [row for row in parts if not str(row[2]).startswith("embedded/")]
    # The widest file of Zillow is always there, whatever width this replica's state lists.
    assert all(row[14] >= width[row[:3]] for row in addressed)
    assert 0 < len(parts) < len(plain["photos"]) - len(mls)
    assert {row[12] for row in parts if row not in addressed} <= {1}, "bytes without an address are marked"


def _apart_from_state(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return (*row[:8], row[10])

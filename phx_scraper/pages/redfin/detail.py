"""A Redfin home page, or one of the API answers that it contains, to a Listing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from phx_scraper.errors import NotUnderstood
from phx_scraper.model.listing import Listing
from phx_scraper.model.photo import Photo
from phx_scraper.pages.html_and_json import document, title
from phx_scraper.pages.json_values import items, mapping, value_at
from phx_scraper.pages.page_text import page_text
from phx_scraper.pages.photo_urls import RefusedPhotos
from phx_scraper.pages.redfin.facts import address, data_source, facts, ids, listing_date, market_status, section
from phx_scraper.pages.redfin.photos import OwnListing, gallery
from phx_scraper.pages.redfin.state import ABOVE, TAGS, Payloads, payload, payloads_of_page


def read(url: str, body: bytes, status: int = 200, today: date | None = None) -> Listing:
    """The listing on a Redfin home page, or in a bare `aboveTheFold` answer; `today` defaults to the UTC day.

    Raises Refused, NotFound or NotUnderstood with the missing field. Shape: `ReactServerAgent.cache` -> `dataCache` ->
    `/stingray/api/home/details/*`, as served since 2025.
    """
    content = page_text("redfin", url, body, status)
    if content.lstrip("\ufeff \t\r\n").startswith("{"):
        return _listing(url, {ABOVE: payload(content, ABOVE)}, "", today)
    tree = document(content)
    return _listing(url, payloads_of_page(tree), title(tree), today)


def _listing(url: str, payloads: Payloads, page_title: str, today: date | None) -> Listing:
    about, known_ids, state = section(payloads), ids(payloads, page_title), market_status(payloads)
    mls = known_ids.get("mls", "")
    media = mapping(value_at(payloads.get(ABOVE), "mediaBrowserInfo"))
    refused = RefusedPhotos()
    photos = gallery(media, mapping(payloads.get(TAGS)), OwnListing(mls, data_source(payloads)), refused)
    has_photos = isinstance(media.get("photos"), list)
    claimed = _claimed(media, refused)
    _check_photos(photos, has_photos, claimed, state)
    return Listing(
        source="redfin",
        url=url,
        address=address(about),
        ids=known_ids,
        status=state,
        listing_date=listing_date(payloads, mls, state, today or datetime.now(UTC).date()),
        claimed_photo_count=claimed,
        photos=photos,
        facts=facts(payloads),
        refused=refused.counts(),
    )


def _claimed(media: Mapping[str, Any], refused: RefusedPhotos) -> int:
    """The page states no number: its entries without those that repeat a picture or are Street View."""
    no_photos = dict(refused.counts())
    return len(items(media.get("photos"))) - no_photos.get("repeated", 0) - no_photos.get("street_view", 0)


def _check_photos(photos: tuple[Photo, ...], has_array: bool, claimed: int, state: str) -> None:
    """Off-market homes have no `photos`; for others that, or a gallery without a usable photo, is a new page shape."""
    if photos or (has_array and not claimed) or (not has_array and state in ("off_market", "sold")):
        return
    raise NotUnderstood("photos", f"{claimed} listed, none usable" if has_array else "no such array")

"""A Zillow home page to a Listing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from lxml import html

from phx_scraper.errors import NotUnderstood
from phx_scraper.model.listing import Listing
from phx_scraper.model.photo import Photo
from phx_scraper.pages.html_and_json import document, meta, title
from phx_scraper.pages.page_text import page_text
from phx_scraper.pages.photo_urls import RefusedPhotos, is_map_picture
from phx_scraper.pages.zillow.facts import address, claimed, facts, ids, listing_date, market_status
from phx_scraper.pages.zillow.photos import entries_without_photo, gallery
from phx_scraper.pages.zillow.state import home as home_of
from phx_scraper.pages.zillow.state import page_props


def read(url: str, body: bytes, status: int = 200, today: date | None = None) -> Listing:
    """The listing on a Zillow home page; `today` (default: the UTC day) dates pages that only say "days on Zillow".

    Raises Refused, NotFound or NotUnderstood with the missing field. Shape: `__NEXT_DATA__` ->
    `gdpClientCache` -> `property`, as served since 2023.
    """
    tree = document(page_text("zillow", url, body, status))
    query, home = home_of(page_props(tree), url)
    return listing_of(url, tree, query, home, today or datetime.now(UTC).date())


def listing_of(url: str, tree: html.HtmlElement | None, query: str, home: Mapping[str, Any], today: date) -> Listing:
    """The listing of a `property`, and of the page around it where there is one. Raises NotUnderstood."""
    state = market_status(home, query)
    refused = RefusedPhotos()
    photos = gallery(home, refused)
    stated = _claimed(tree, home, photos)
    _check_photos(stated, state, photos)
    return Listing(
        source="zillow",
        url=url,
        address=address(home),
        ids=ids(home, title(tree) if tree is not None else ""),
        status=state,
        listing_date=listing_date(home, state, today),
        claimed_photo_count=stated,
        photos=photos,
        facts=facts(home),
        refused=refused.counts(),
    )


def _claimed(tree: html.HtmlElement | None, home: Mapping[str, Any], photos: tuple[Photo, ...]) -> int | None:
    """The claimed number of photos; 0 where the only entry or the cover is Street View."""
    stated = claimed(home, len(photos), entries_without_photo(home))
    cover = meta(tree, "og:image") if tree is not None else ""
    return 0 if stated == 1 and not photos and is_map_picture(cover) else stated


def _check_photos(stated: int | None, state: str, photos: tuple[Photo, ...]) -> None:
    """A page without photos must state that it has none, or be of a home that is not on the market."""
    if photos or stated == 0 or (stated is None and state in ("off_market", "sold")):
        return
    raise NotUnderstood("photos", f"{'an unknown number' if stated is None else stated} claimed, none found")

"""A Phoenix MLS detail page to a Listing."""

from __future__ import annotations

from lxml import html

from phx_scraper.errors import NotFound, NotUnderstood
from phx_scraper.model.listing import Listing
from phx_scraper.model.photo import Photo
from phx_scraper.pages.html_and_json import document, meta, title
from phx_scraper.pages.json_values import known
from phx_scraper.pages.page_text import page_text
from phx_scraper.pages.phoenix_mls.facts import facts, labels, listing_date, market_status, parcel
from phx_scraper.pages.phoenix_mls.markup import NAMED, content, first_by_class
from phx_scraper.pages.phoenix_mls.photos import claimed, gallery, has_blocks
from phx_scraper.pages.photo_urls import Tally, fair_claim

GONE = "no_longer_available"
"""Reason of the NotFound for a page that says so; the site says it with status 200 also while it cannot reach its own
data, so it is to be believed only when another question of the same minute is answered."""

_GONE_TEXT = "This listing is no longer available."


def read(url: str, body: bytes, status: int = 200) -> Listing:
    """The listing on a detail page of the Flexmls IDX plugin (versions 3.15 to 3.18, templates 1 and 2).

    Raises Refused, NotFound (`no_longer_available`, see `GONE`) or NotUnderstood with the missing field.
    """
    tree = document(page_text("phoenix_mls", url, body, status))
    address, mls = _named(tree)
    table, tally = labels(tree), Tally()
    photos = gallery(tree, address, tally)
    said = _claimed(tree, photos, dict(tally.counts()).get("repeated", 0))
    return Listing(
        source="phoenix_mls",
        url=url,
        address=address,
        ids=known({"mls": mls, "apn": parcel(table)}),
        status=market_status(tree, table),
        listing_date=listing_date(table),
        claimed_photo_count=said,
        photos=photos,
        facts=facts(tree, table),
        refused=tally.counts(),
    )


def _named(tree: html.HtmlElement) -> tuple[str, str]:
    """(address, MLS number): template 1 wraps the listing in an element so titled, the head repeats it for both."""
    wrapper = first_by_class(tree, "flexmls_connect__sr_detail")
    wrapped = wrapper.get("title", "") if wrapper is not None else ""
    for words in (wrapped, meta(tree, "og:title"), title(tree)):
        match = NAMED.match(" ".join(words.split()))
        if match:
            return match["address"], match["mls"]
    if title(tree).startswith("Listing Not Available") or _GONE_TEXT in content(tree.find("body"), 20_000):
        raise NotFound(GONE, _GONE_TEXT)
    if first_by_class(tree, "flexmls_connect__sr_matches") is not None:
        raise NotUnderstood("address", "a results page")
    raise NotUnderstood("address", "no listing on the page")


def _claimed(tree: html.HtmlElement, photos: tuple[Photo, ...], repeated: int) -> int:
    """What the page claims; raises NotUnderstood(`photos`) where it has photos that could not be read."""
    said = claimed(tree)
    if photos:
        return len(photos) if said is None else fair_claim(said, len(photos), repeated)
    if said or has_blocks(tree) or meta(tree, "og:image"):
        raise NotUnderstood("photos", f"{'some' if said is None else said} claimed, none found")
    return 0

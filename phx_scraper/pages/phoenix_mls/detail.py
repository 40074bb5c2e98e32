"""A Phoenix MLS detail page to a Listing."""

from __future__ import annotations

from lxml import html

from phx_scraper.errors import NotFound, NotUnderstood
from phx_scraper.model.listing import Listing
from phx_scraper.model.photo import Photo
from phx_scraper.pages.html_and_json import document, meta, title
from phx_scraper.pages.json_values import without_empty
from phx_scraper.pages.page_text import page_text
from phx_scraper.pages.phoenix_mls.facts import facts, labels, listing_date, market_status, parcel
from phx_scraper.pages.phoenix_mls.markup import NAMED, content, first_by_class
from phx_scraper.pages.phoenix_mls.photos import claimed, gallery, has_blocks
from phx_scraper.pages.photo_urls import RefusedPhotos, adjusted_claim
from phx_scraper.pages.script_state import check_scripts_have_run

GONE = "no_longer_available"
"""Reason of the NotFound for a page with that text. The site sends it with status 200 also while it cannot reach its
own data, so it counts only when another request of the same minute is answered."""

_GONE_TEXT = "This listing is no longer available."


def read(url: str, body: bytes, status: int = 200) -> Listing:
    """The listing on a detail page of the Flexmls IDX plugin (versions 3.15 to 3.18, templates 1 and 2).

    Raises Refused, NotFound (`no_longer_available`, see `GONE`) or NotUnderstood with the missing field.
    """
    tree = document(page_text("phoenix_mls", url, body, status))
    address, mls = _named(tree)
    table, refused = labels(tree), RefusedPhotos()
    photos = gallery(tree, url, address, refused)
    stated = _claimed(tree, photos, dict(refused.counts()).get("repeated", 0))
    return Listing(
        source="phoenix_mls",
        url=url,
        address=address,
        ids=without_empty({"mls": mls, "apn": parcel(table)}),
        status=market_status(tree, table),
        listing_date=listing_date(table),
        claimed_photo_count=stated,
        photos=photos,
        facts=facts(tree, table),
        refused=refused.counts(),
    )


def _named(tree: html.HtmlElement) -> tuple[str, str]:
    """(address, MLS number): from the title of template 1's listing element, or from the head of both templates."""
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
    check_scripts_have_run("phoenix_mls", tree)
    raise NotUnderstood("address", "no listing on the page")


def _claimed(tree: html.HtmlElement, photos: tuple[Photo, ...], repeated: int) -> int:
    """The claimed number of photos; raises NotUnderstood(`photos`) where the page has photos that cannot be read."""
    stated = claimed(tree)
    if photos:
        return len(photos) if stated is None else adjusted_claim(stated, len(photos), repeated)
    if stated or has_blocks(tree) or meta(tree, "og:image"):
        raise NotUnderstood("photos", f"{'some' if stated is None else stated} claimed, none found")
    return 0

"""Zillow's home pages of 2016 and 2017: no state script, the whole gallery in the markup."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from lxml import html

from phx_scraper.errors import NotUnderstood
from phx_scraper.model.listing import Listing
from phx_scraper.model.photo import Photo, Variant
from phx_scraper.pages.html_and_json import meta, title
from phx_scraper.pages.json_values import count, number, text, without_empty
from phx_scraper.pages.photo_urls import RefusedPhotos, adjusted_claim, owned_url
from phx_scraper.pages.zillow.facts import ids
from phx_scraper.pages.zillow.state import zpid_of

_PATH = re.compile(r"/p_[a-z]/(IS[0-9a-z]{8,30})\.jpg")
_TOTAL = re.compile(r"\btotal: (\d{1,4})\b")
_FOR_SALE = re.compile(r"for sale\b", re.I)


def legacy_gallery(tree: html.HtmlElement) -> list[html.HtmlElement]:
    """The frames of the gallery's pictures; none on a page of another time."""
    frames = (one for one in tree.iter("div") if one.get("data-target-id") == "hdp-photo-lightbox")
    return [frame for frame in frames if _TOTAL.search(frame.get("data-za-label") or "")]


def read_legacy(url: str, tree: html.HtmlElement, frames: list[html.HtmlElement]) -> Listing:
    """The listing on such a page, with all its photos. Raises NotUnderstood with the missing field."""
    zpid, refused = zpid_of(url), RefusedPhotos()
    address = meta(tree, "og:zillow_fb:address") or text(title(tree).partition("|")[0])
    if not zpid or not address:
        raise NotUnderstood("address" if zpid else "zpid")
    photos = _photos(frames, refused)
    repeated = dict(refused.counts()).get("repeated", 0)
    return Listing(
        source="zillow",
        url=url,
        address=address,
        ids=ids({"zpid": zpid}, title(tree)),
        status="for_sale" if _FOR_SALE.match(meta(tree, "zillow_fb:description")) else "unknown",
        listing_date=None,
        claimed_photo_count=adjusted_claim(_total(frames), len(photos), repeated),
        photos=photos,
        facts=_facts(tree),
        refused=refused.counts(),
    )


def _total(frames: list[html.HtmlElement]) -> int:
    totals = (_TOTAL.search(frame.get("data-za-label") or "") for frame in frames)
    return max(count(match[1]) or 0 for match in totals if match)


def _photos(frames: list[html.HtmlElement], refused: RefusedPhotos) -> tuple[Photo, ...]:
    photos: dict[str, Photo] = {}
    for place, raw in enumerate(_addresses(frames), 1):
        url = owned_url("zillow", raw)
        match = _PATH.fullmatch(urlsplit(url).path) if url else None
        if url is None or match is None:
            refused.add("foreign_host" if url is None else "unknown_address", raw)
        elif match[1] in photos:
            refused.add("repeated", place)
        else:
            photos[match[1]] = Photo(match[1], len(photos) + 1, url, "", (Variant(url, None, "jpeg"),))
    return tuple(photos.values())


def _addresses(frames: list[html.HtmlElement]) -> Iterator[str]:
    """Pictures that were not on screen have their address in `href`."""
    for frame in frames:
        for picture in frame.iter("img"):
            yield picture.get("src") or picture.get("href") or ""


def _facts(tree: html.HtmlElement) -> dict[str, float | None]:
    return without_empty(
        {
            "price": number(meta(tree, "product:price:amount")),
            "beds": number(meta(tree, "zillow_fb:beds")),
            "baths": number(meta(tree, "zillow_fb:baths")),
        }
    )

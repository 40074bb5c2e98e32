"""A Zillow home page saved without its scripts: a mosaic of about five pictures, and a label with the whole number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from urllib.parse import unquote, urlsplit

from lxml import html

from phx_scraper.model.listing import Listing
from phx_scraper.model.photo import Photo
from phx_scraper.pages.embedded_pictures import embedded_picture
from phx_scraper.pages.html_and_json import title
from phx_scraper.pages.photo_urls import RefusedPhotos
from phx_scraper.pages.rendered_page import picture_addresses, shown_address, stated_number, without_scripts
from phx_scraper.pages.zillow.facts import ids
from phx_scraper.pages.zillow.photos import gallery
from phx_scraper.pages.zillow.state import zpid_of

_MOST = 300
"""Elements that are looked at; real pages have far fewer, and a page that nests them costs their square."""
_TILE = "media-stream-tile"
_FILE = re.compile(r"([0-9a-f]{32})-[a-z0-9_]{1,60}(?:\(\d{1,3}\))?\.(?:jpe?g|webp|png)")
_LABEL = re.compile(r"\bSee all (\d{1,4}) photos\b")
_DESCRIPTION = re.compile(r"\bZillow has (\d{1,4}) photos of this\b")
_LARGEST = (("uncropped_scaled_within_1536_1152.jpg", None), ("cc_ft_1536.jpg", 1536), ("cc_ft_1536.webp", 1536))
"""Files that every gallery of the state scripts has of every picture (638 of 638 pages)."""


def read_rendered(url: str, tree: html.HtmlElement) -> Listing:
    """The partial listing of such a page. Raises NotUnderstood with the missing field."""
    zpid = zpid_of(url)
    if zpid is None:
        raise without_scripts(tree, "zpid")
    address, refused = shown_address(tree), RefusedPhotos()
    photos = _photos(url, tree, refused)
    if not photos:
        raise without_scripts(tree, "photos")
    stated = stated_number(_labels(tree), _LABEL) or stated_number(_descriptions(tree), _DESCRIPTION)
    return Listing(
        source="zillow",
        url=url,
        address=address,
        ids=ids({"zpid": zpid}, title(tree)),
        status="unknown",
        listing_date=None,
        claimed_photo_count=None if stated is None else max(stated, sum(not photo.is_embedded for photo in photos)),
        photos=photos,
        refused=refused.counts(),
        partial=True,
    )


def _photos(url: str, tree: html.HtmlElement, refused: RefusedPhotos) -> tuple[Photo, ...]:
    """The mosaic's pictures: those with an address by the source's own key, then those that have only their bytes."""
    tiles = list(islice(_tiles(tree), _MOST))
    embedded = {found.key: found for tile in tiles for found in _embedded(tile, url)}
    shown = gallery({"photos": [_entry(tile) for tile in tiles if not list(_embedded(tile, url))]}, refused)
    return tuple(replace(photo, position=place) for place, photo in enumerate((*shown, *embedded.values()), 1))


def _tiles(tree: html.HtmlElement) -> Iterator[html.HtmlElement]:
    for tile in tree.iter("li"):
        if _TILE in (tile.get("class") or "").split():
            yield from tile.iter("img")


def _embedded(picture: html.HtmlElement, url: str) -> Iterator[Photo]:
    addresses = list(picture_addresses(picture))
    if not any(_file(address) for address in addresses):
        yield from filter(None, (embedded_picture(address, url) for address in addresses))


def _entry(picture: html.HtmlElement) -> dict[str, object]:
    """The picture as an entry of the state's galleries, its largest files included."""
    addresses = [_full_address(address) for address in picture_addresses(picture)]
    match = next(filter(None, map(_file, addresses)), None)
    largest: Sequence[dict[str, object]] = (
        [{"url": f"https://photos.zillowstatic.com/fp/{match[1]}-{name}", "width": width} for name, width in _LARGEST]
        if match
        else []
    )
    return {"mixedSources": {"all": [*largest, *({"url": address} for address in dict.fromkeys(addresses))]}}


def _full_address(address: str) -> str:
    """The address at the source of a picture beside a saved page (`<title>_files/<name>`): its name is whole."""
    match = _file(address) if not urlsplit(address).netloc else None
    return f"https://photos.zillowstatic.com/fp/{match[0]}" if match else address


def _file(address: str) -> re.Match[str] | None:
    return _FILE.fullmatch(unquote(address.partition("?")[0].rpartition("/")[2])) if len(address) < 2000 else None


def _labels(tree: html.HtmlElement) -> Iterator[str]:
    return (button.text_content()[-200:] for button in islice(tree.iter("button"), _MOST))


def _descriptions(tree: html.HtmlElement) -> Iterator[str]:
    return (one.get("content") or "" for one in tree.iter("meta") if one.get("name") == "description")

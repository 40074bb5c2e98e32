"""A Redfin home page saved without its scripts: a mosaic of about seven pictures, and a label with the whole number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any
from urllib.parse import unquote

from lxml import html

from phx_scraper.model.listing import Listing
from phx_scraper.model.photo import Photo
from phx_scraper.pages.embedded_pictures import embedded_picture
from phx_scraper.pages.html_and_json import meta, title
from phx_scraper.pages.json_values import without_empty
from phx_scraper.pages.photo_urls import RefusedPhotos
from phx_scraper.pages.redfin.facts import mls_in_title
from phx_scraper.pages.redfin.photos import OwnListing, gallery, number_in
from phx_scraper.pages.rendered_page import picture_addresses, shown_address, stated_number, without_scripts

_MOST = 300
"""Elements that are looked at; real pages have far fewer, and a page that nests them costs their square."""
_HOME_ID = re.compile(r"/home/(\d{1,18})(?:[/?#]|$)")
_TILE_ID = re.compile(r"MBImage\d*")
_LABEL = re.compile(r"^(\d{1,4}) photos?$")
_CARD = re.compile(r"twitter:image:photo\d+")
# The folder after the data source and the prefix of the file depend on the size.
_SIZED = re.compile(r"(/photo/\d{1,6}/)\w{1,40}(/\w{1,12}/)(?:gen[A-Z]\w{0,30}\.)?([^/]+)")
_SOURCE = re.compile(r"/photo/(\d{1,6})/")
_COPY = re.compile(r"\(\d{1,3}\)(?=\.)")


def read_rendered(url: str, tree: html.HtmlElement) -> Listing:
    """The partial listing of such a page. Raises NotUnderstood with the missing field."""
    found = _HOME_ID.search(url)
    if found is None:
        raise without_scripts(tree, "property_id")
    address, refused = shown_address(tree), RefusedPhotos()
    mls = mls_in_title(title(tree)) or number_in(meta(tree, "og:image"))
    photos = _photos(url, tree, mls, refused)
    if not photos:
        raise without_scripts(tree, "photos")
    stated = stated_number(_labels(tree), _LABEL)
    return Listing(
        source="redfin",
        url=url,
        address=address,
        ids=without_empty({"property_id": found[1], "mls": mls}),
        status="unknown",
        listing_date=None,
        # A picture that lost its address may be one of those that kept theirs, so it adds nothing to the number.
        claimed_photo_count=None if stated is None else max(stated, sum(not photo.is_embedded for photo in photos)),
        photos=photos,
        refused=refused.counts(),
        partial=True,
    )


def _photos(url: str, tree: html.HtmlElement, mls: str, refused: RefusedPhotos) -> tuple[Photo, ...]:
    """The pictures of the head (the first four of the gallery) and of the mosaic, which skips from one to the next.

    Each is of the listing by the MLS number in its name. Pictures of which only the bytes were saved come last.
    """
    cover = meta(tree, "og:image")
    entries: dict[str, dict[str, Any]] = {}
    embedded: dict[str, Photo] = {}
    for addresses in (*islice(_cards(tree), _MOST), *islice(_tiles(tree), _MOST)):
        original = next(filter(None, (_original(address, cover) for address in addresses)), "")
        if original:
            entries.setdefault(original, _entry(original, addresses))
        else:
            embedded |= {one.key: one for address in addresses if (one := embedded_picture(address, url))}
    source = _SOURCE.search(cover)
    own = OwnListing(mls, source[1] if source else "")
    shown = gallery({"photos": list(entries.values())}, {}, own, refused)
    return tuple(replace(photo, position=place) for place, photo in enumerate((*shown, *embedded.values()), 1))


def _cards(tree: html.HtmlElement) -> Iterator[list[str]]:
    for one in tree.iter("meta"):
        if _CARD.fullmatch(one.get("name") or ""):
            yield [one.get("content") or ""]


def _tiles(tree: html.HtmlElement) -> Iterator[list[str]]:
    for frame in tree.iter("span"):
        if _TILE_ID.fullmatch(frame.get("id") or ""):
            yield from (list(picture_addresses(picture)) for picture in frame.iter("img"))


def _original(address: str, cover: str) -> str:
    """The address of the largest file of a picture (176 of 176 in answers with both), empty where it is lost.

    Of a picture beside the page (`<title>_files/<name>`) only the name is left: its place is the cover's.
    """
    if address.startswith(("https://", "http://", "//")):
        return _SIZED.sub(r"\1bigphoto\2\3", address)
    name = _COPY.sub("", unquote(address.rpartition("/")[2])) if not address.startswith("data:") else ""
    beside = _SIZED.search(cover)
    found = f"{cover[: beside.end(2)]}{name}" if beside else ""
    return _SIZED.sub(r"\1bigphoto\2\3", found) if number_in(found) else ""


def _entry(original: str, addresses: list[str]) -> dict[str, Any]:
    """The picture as an entry of `mediaBrowserInfo.photos`."""
    shown = next((one for one in addresses if "//" in one[:8] and one != original), None)
    return {"photoUrls": without_empty({"fullScreenPhotoUrl": original, "nonFullScreenPhotoUrl": shown})}


def _labels(tree: html.HtmlElement) -> Iterator[str]:
    button = tree.get_element_by_id("photoPreviewButton", None)
    return iter([button.text_content()] if button is not None else [])

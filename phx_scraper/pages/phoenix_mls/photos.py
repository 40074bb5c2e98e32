"""A Phoenix MLS gallery: the pictures that the listing's own blocks show, by their 26-digit Spark ids."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from lxml import html

from phx_scraper.model.photo import Photo, Variant
from phx_scraper.pages.embedded_pictures import embedded_picture
from phx_scraper.pages.json_values import count, text
from phx_scraper.pages.phoenix_mls.markup import by_class, content, first_by_class
from phx_scraper.pages.photo_urls import RefusedPhotos, owned_url

_PATH = re.compile(
    r"/(?P<mls>[a-z]{2,8})/(?:\d{1,5}x\d{1,5}/true/)?(?P<id>\d{26})(?P<size>-[tmlo])?\.(?P<ext>jpe?g|png|gif|webp)"
)
_COUNT = re.compile(r"View (?:Larger )?Photos \((\d{1,5})\)")
_PAGER = re.compile(r"\b1\s*/\s*(\d{1,5})\b")
_BOXES = ((2048, 1536), (1600, 1200), (1280, 1024), (1024, 768), (800, 600), (640, 480))
"""Sizes that the resize host serves, for photos whose original cannot be fetched."""


def gallery(tree: html.HtmlElement, url: str, address: str, refused: RefusedPhotos) -> tuple[Photo, ...]:
    """The photos of the page at `url` in gallery order, each with its original first and its resized copies after it.

    Only the filmstrip or the light box (template 1), the slide show (template 2), or, without these, the main image is
    read; other pictures on the page are the site's, the agent's or of other homes. A page saved as one file has the
    pictures' bytes where their addresses were.
    """
    captions = dict(_light_box_captions(tree))
    photos: dict[str, Photo] = {}
    for place, (raw, alt) in enumerate(_shown(tree), 1):
        match = _match(raw)
        photo = _addressed(match, raw, captions) if match else embedded_picture(raw, url)
        if photo is None:
            refused.add("unknown_address" if owned_url("phoenix_mls", raw) else "foreign_host", raw)
        elif photo.key in photos:
            refused.add("repeated", place)
        else:
            caption = photo.caption or ("" if alt.lower() == address.lower() else alt)
            photos[photo.key] = replace(photo, position=len(photos) + 1, caption=caption)
    return tuple(photos.values())


def _addressed(match: re.Match[str], raw: Any, captions: Mapping[str, str]) -> Photo:
    variants = _variants(match, raw)
    return Photo(match["id"], 1, variants[0].url, captions.get(match["id"], ""), variants)


def names_content(url: str) -> bool:
    """Whether a photo's URL tells the picture: Spark gives each upload an id of its own, and has it cached for ever."""
    return _PATH.fullmatch(urlsplit(url).path) is not None


def claimed(tree: html.HtmlElement) -> int | None:
    """The number of photos that the page states; the slide show of template 2 states none."""
    for name in ("flexmls_connect__ld_larger_photos_link", "flexmls_connect__sr_asset_link"):
        match = _COUNT.search(content(first_by_class(tree, name)))
        if match:
            return count(match[1])
    match = _PAGER.search(content(first_by_class(tree, "flexmls_connect__photo_switcher")))
    return count(match[1]) if match else None


def has_blocks(tree: html.HtmlElement) -> bool:
    """Whether the page has any block with photos; a listing without photos has none."""
    return next(_shown(tree), None) is not None


def _shown(tree: html.HtmlElement) -> Iterator[tuple[Any, str]]:
    """(URL, caption or address of the home) of the pictures of the first block that exists.

    A block that has lost its addresses gives way to one that has them.
    """
    blocks = [block for block in (_filmstrip(tree), _slide_show(tree), _light_box(tree), _main_image(tree)) if block]
    whole = (block for block in blocks if len(block) >= len(blocks[0]) and any(_match(raw) for raw, _ in block))
    for raw, alt in next(whole, blocks[0] if blocks else []):
        yield raw, text(alt, 500)


def _filmstrip(tree: html.HtmlElement) -> list[tuple[Any, Any]]:
    strip = first_by_class(tree, "flexmls_connect__filmstrip")
    pictures = strip.iter("img") if strip is not None else ()
    return [(one.get("fullsrc") or one.get("src"), one.get("alt")) for one in pictures]


def _slide_show(tree: html.HtmlElement) -> list[tuple[Any, Any]]:
    show = tree.get_element_by_id("listing-slideshow", None)
    pictures = show.iter("img") if show is not None else ()
    # A page saved by a browser has clones of the first and last pictures, made by the page's script.
    return [(one.get("data-src") or one.get("src"), one.get("alt")) for one in pictures if not _is_clone(one)]


def _is_clone(picture: html.HtmlElement) -> bool:
    return any("cloned" in parent.get("class", "").split() for parent in picture.iterancestors())


def _light_box(tree: html.HtmlElement) -> list[tuple[Any, Any]]:
    box = first_by_class(tree, "flexmls_connect__hidden")
    links = box.iter("a") if box is not None else ()
    return [(link.get("href"), link.get("title")) for link in links if (link.get("rel") or "").startswith("p-")]


def _light_box_captions(tree: html.HtmlElement) -> Iterator[tuple[str, str]]:
    for raw, title in _light_box(tree):
        match = _match(raw)
        if match and text(title):
            yield match["id"], text(title, 500)


def _main_image(tree: html.HtmlElement) -> list[tuple[Any, Any]]:
    return [(one.get("src"), one.get("alt")) for one in by_class(tree, "flexmls_connect__main_image")[:1]]


def _match(raw: Any) -> re.Match[str] | None:
    url = owned_url("phoenix_mls", raw)
    return _PATH.fullmatch(urlsplit(url).path) if url else None


def _variants(match: re.Match[str], raw: Any) -> tuple[Variant, ...]:
    """Original, then the page's large URL if it is another one, then the resized copies."""
    name = f"{match['id']}-o.{match['ext']}"
    kind = "jpeg" if match["ext"] in ("jpg", "jpeg") else match["ext"]
    original = f"https://cdn.photos.sparkplatform.com/{match['mls']}/{name}"
    on_page = str(owned_url("phoenix_mls", raw))
    large = [Variant(url, None, kind) for url in dict.fromkeys((original, on_page)) if url.endswith(f"/{name}")]
    resized = [
        Variant(f"https://cdn.resize.sparkplatform.com/{match['mls']}/{width}x{height}/true/{name}", width, kind)
        for width, height in _BOXES
    ]
    return tuple({variant.url: variant for variant in (*large, *resized)}.values())

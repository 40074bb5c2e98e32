"""Redfin's page of a zip: the homes for sale there, from structured data and from the search answers inside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from lxml import html

from phx_scraper.errors import NotFound, NotUnderstood
from phx_scraper.model.listing import Candidate
from phx_scraper.pages.html_and_json import document, load_json, title
from phx_scraper.pages.json_values import items, mapping, text
from phx_scraper.pages.page_text import page_text
from phx_scraper.pages.redfin.lookups import Region, homes_of_gis, region_of
from phx_scraper.pages.redfin.search import SITE, row_home
from phx_scraper.pages.redfin.state import data_cache, payload_at_path

_ZIP = re.compile(r"/zipcode/(\d{5})(?:[/?#]|$)")
_MOST_BLOCKS = 2000


class ZipPage(NamedTuple):
    """Homes of the page (at most 41); the zip's region where the page has it; `complete` where the page holds the whole
    search answer.
    """

    homes: tuple[Candidate, ...]
    region: Region | None
    complete: bool


def zip_page_url(zip_code: str, number: int = 1) -> str:
    """The homes for sale in a zip, 41 a page; `/zip/<zip>` is a 404 page."""
    return f"{SITE}/zipcode/{zip_code}" + (f"/page-{number}" if number > 1 else "")


def read_zip_page(url: str, body: bytes, status: int = 200) -> ZipPage:
    """The homes on a zip's page, including those of neighbouring zips.

    Raises Refused, NotFound where Redfin has no such page, NotUnderstood(`zipcode`).
    """
    tree = document(page_text("redfin", url, body, 200 if status == 404 else status))
    if title(tree).startswith("Page Not Found"):
        raise NotFound("zipcode", "Page Not Found")
    if status != 200:
        raise NotUnderstood("status", str(status))
    linked = {one.url: one for one in _linked(tree)}
    cache = _cache(tree)
    region, in_state = _region(cache, url), _in_state(cache)
    if not linked and in_state is None and region is None:
        raise NotUnderstood("zipcode", "no homes and no search answer")
    found = linked | {one.url: one for one in in_state or ()}
    return ZipPage(tuple(found.values()), region, in_state is not None)


def _linked(tree: html.HtmlElement) -> Iterator[Candidate]:
    """JSON-LD: each home has its full address as `name`, and its page as `url`."""
    scripts = [one for one in tree.iter("script") if one.get("type") == "application/ld+json"]
    for script in scripts[:_MOST_BLOCKS]:
        with suppress(NotUnderstood):
            block = load_json(script.text or "", "json-ld")
            for entry in items(block) if isinstance(block, list) else (block,):
                yield from _entry(mapping(entry))


def _entry(entry: Mapping[str, Any]) -> Iterator[Candidate]:
    url = text(entry.get("url"), 500)
    # Open houses and walkthroughs are events whose names are not just the address.
    if entry.get("@type") != "Event" and url.startswith(f"{SITE}/"):
        street, _, place = text(entry.get("name")).partition(", ")
        yield from row_home({"url": urlsplit(url).path, "name": street, "subName": place})


def _cache(tree: html.HtmlElement) -> Mapping[str, Any]:
    try:
        return data_cache(tree)
    except NotUnderstood:
        return {}


def _region(cache: Mapping[str, Any], url: str) -> Region | None:
    zip_match = _ZIP.search(url)
    with suppress(NotUnderstood):
        return region_of(payload_at_path(cache, "/stingray/api/region"), zip_match[1] if zip_match else "")
    return None


def _in_state(cache: Mapping[str, Any]) -> tuple[Candidate, ...] | None:
    with suppress(NotUnderstood):
        return homes_of_gis(payload_at_path(cache, "/stingray/api/gis"))
    return None

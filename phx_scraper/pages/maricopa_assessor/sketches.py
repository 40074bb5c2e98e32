"""Building sketches: line drawings as base64 in an API answer."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from phx_scraper.errors import NotUnderstood
from phx_scraper.model.photo import Photo
from phx_scraper.pages.html_and_json import json_text, load_json
from phx_scraper.pages.json_values import count, items, mapping, objects
from phx_scraper.pages.maricopa_assessor.search import parcel_url, plain_apn
from phx_scraper.pages.photo_urls import RefusedPhotos

MAX_SKETCH = 10 * 2**20
"""Bytes of one decoded sketch; real ones have about 24 KB."""


def parse_sketches(answer: Any, apn: str, refused: RefusedPhotos) -> tuple[tuple[Photo, ...], int]:
    """(sketches in page order, number of pages claimed) of a `sketches` answer for the parcel `apn`.

    Each has its bytes in `data`; its `url` is the answer's with the page as fragment, so that it can be requested
    again. Sketches of another parcel are refused. Raises NotUnderstood(`Pages`).
    """
    pages, total = mapping(answer).get("Pages"), count(mapping(answer).get("TotalPages"))
    if not isinstance(pages, list):
        raise NotUnderstood("Pages")
    found: dict[str, Photo] = {}
    for place, page in enumerate(objects(pages), 1):
        photo = _photo(page, place, apn, refused)
        if photo is not None and photo.key in found:
            refused.add("repeated", place)
        elif photo is not None:
            found[photo.key] = replace(photo, position=len(found) + 1)
    return tuple(found.values()), len(items(pages)) if total is None else total


def photo_bytes(body: bytes, key: str) -> bytes:
    """The bytes of the one sketch with `key` in a `sketches` answer; raises NotUnderstood(`Pages` or `Sketch`)."""
    photos, _ = parse_sketches(load_json(json_text(body), "Pages"), key.partition("/")[0], RefusedPhotos())
    for photo in photos:
        if photo.key == key:
            return photo.data
    raise NotUnderstood("Sketch", key)


def _photo(page: Mapping[str, Any], place: int, apn: str, refused: RefusedPhotos) -> Photo | None:
    number = count(page.get("PageNum")) or place
    try:
        if page.get("APN") is not None and plain_apn(page["APN"]) != apn:
            refused.add("foreign_parcel", place)
            return None
        data = _decoded(page.get("Sketch"))
    except NotUnderstood:
        refused.add("unreadable", place)
        return None
    return Photo(
        key=f"{apn}/{number}",
        position=place,
        url=f"{parcel_url(apn, 'sketches')}#page={number}",
        caption=f"Sketch, page {number}",
        kind="sketch",
        data=data,
    )


def _decoded(value: Any) -> bytes:
    if not isinstance(value, str) or not 0 < len(value) <= MAX_SKETCH * 4 // 3 + 4:
        raise NotUnderstood("Sketch", "no text of a fitting length")
    try:
        return base64.b64decode("".join(value.split()), validate=True)
    except (binascii.Error, ValueError):
        raise NotUnderstood("Sketch", "no base64") from None

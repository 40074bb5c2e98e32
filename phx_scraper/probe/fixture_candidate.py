"""Keeps a page as the fixture of a test: without people, and only if it is still read as before."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from importlib import import_module
from inspect import signature
from pathlib import Path
from typing import Any, NamedTuple

from phx_scraper import pages
from phx_scraper.errors import PageError, PhxError
from phx_scraper.model.listing import Listing
from phx_scraper.probe.personal_data import without_personal_data


class ProbedPage(NamedTuple):
    """A page as it came; `day` is its own."""

    source: str
    url: str
    body: bytes
    day: date


class NotSaved(PhxError):
    """A page that is not kept: without what is personal something else is read in it."""


def save_fixture(folder: Path, name: str, page: ProbedPage, secrets: Iterable[str]) -> Path:
    """Write `<folder>/<source>/<name>/input.*` and `expected.json`, as the fixtures of tests are; returns that folder.

    Addresses, ids and photos stay. Raises NotSaved, and OSError where nothing can be written.
    """
    cleaned = without_personal_data(page.body, secrets)
    told = _told(page)
    if told != _told(page._replace(body=cleaned)):
        raise NotSaved(f"{page.source}: the page is not saved, as without names and numbers it is read otherwise")
    place = folder / page.source / name
    place.mkdir(parents=True, exist_ok=True)
    kind = "json" if cleaned.lstrip()[:1] in (b"{", b"[") else "html"
    (place / f"input.{kind}").write_bytes(cleaned)
    expected = {"url": page.url, **_arguments(page), **told}
    (place / "expected.json").write_text(json.dumps(expected, indent=1) + "\n", encoding="utf-8")
    return place


def _arguments(page: ProbedPage) -> dict[str, Any]:
    """The page's day, for page objects that date listings by it."""
    reader = import_module(f"{pages.__name__}.{page.source}").read
    return {"args": {"today": page.day.isoformat()}} if "today" in signature(reader).parameters else {}


def _told(page: ProbedPage) -> Mapping[str, Any]:
    """What is read in a page, or why nothing is."""
    try:
        return {"listing": _as_read(pages.read(page.source, page.url, page.body, 200, page.day))}
    except PageError as error:
        return {"error": {"type": type(error).__name__, "reason": error.reason}}


def _as_read(listing: Listing) -> dict[str, Any]:
    return {
        "address": listing.address,
        "ids": listing.ids,
        "status": listing.status,
        "listing_date": listing.listing_date,
        "claimed_photo_count": listing.claimed_photo_count,
        "photos": [[photo.key, photo.url, photo.caption] for photo in listing.photos],
        "facts": listing.facts,
        "refused": [list(pair) for pair in listing.refused],
    }

"""The location autocomplete, which leads from an address to Redfin's page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, unquote

from phx_scraper.errors import NotUnderstood
from phx_scraper.model.listing import Candidate
from phx_scraper.pages.html_and_json import json_text
from phx_scraper.pages.json_values import objects, text
from phx_scraper.pages.redfin.state import payload

SITE = "https://www.redfin.com"
_HOME = re.compile(r"/[A-Za-z]{2}/[^/?#]+/[^/?#]+(?:/unit-(?P<unit>[^/?#]+))?/home/(?P<id>\d{1,18})/?")
_ZIP = re.compile(r"\b\d{5}(?:-\d{4})?\b")
_ZIP_IN_PATH = re.compile(r"-(\d{5})/(?:unit-|home/)")
_COUNTRY = re.compile(r",\s*USA?$")


def suggestions_url(address: str) -> str:
    """The autocomplete of `address`; `/search?q=` would answer with the start page."""
    return f"{SITE}/stingray/do/location-autocomplete?location={quote(address, safe='')}&v=2"


def initial_info_url(path: str) -> str:
    """The answer with the ids of a home page's path."""
    return f"{SITE}/stingray/api/home/details/initialInfo?path={quote(path, safe='')}"


def above_the_fold_url(property_id: str, listing_id: str) -> str:
    """The answer that holds address, status and gallery of a listing."""
    return (
        f"{SITE}/stingray/api/home/details/aboveTheFold"
        f"?propertyId={quote(property_id, safe='')}&listingId={quote(listing_id, safe='')}&accessLevel=1"
    )


def known_home(url: str) -> Candidate | None:
    """The home of a home page's URL, None for any other URL; the address is not known and must be proven."""
    path = url.strip().removeprefix(SITE).partition("?")[0].partition("#")[0]
    match = _HOME.fullmatch(path) if url.strip().startswith(f"{SITE}/") else None
    return Candidate("", {"property_id": match["id"]}, SITE + path) if match else None


def read_ids(body: bytes, status: int = 200) -> dict[str, str]:
    """`property_id` and `listing_id` of an `initialInfo` answer. Raises NotUnderstood(`initialInfo` or `status`)."""
    found = payload(json_text(body), "initialInfo", status)
    ids = {"property_id": text(found.get("propertyId")), "listing_id": text(found.get("listingId"))}
    if not all(value.isdigit() for value in ids.values()):
        raise NotUnderstood("initialInfo", "no ids")
    return ids


def read_suggestions(body: bytes, status: int = 200) -> tuple[Candidate, ...]:
    """The homes among the suggestions, the exact match first; cities and districts are skipped.

    Raises NotUnderstood(`location-autocomplete` or `status`), also for a payload of another shape.
    """
    found = payload(json_text(body), "location-autocomplete", status)
    if found and not isinstance(found.get("sections"), list) and not isinstance(found.get("exactMatch"), dict):
        raise NotUnderstood("location-autocomplete", "no sections")
    return homes_of_rows(found)


def homes_of_rows(found: Mapping[str, Any]) -> tuple[Candidate, ...]:
    """The homes in `exactMatch` and in the rows of all sections, each once."""
    rows = [found["exactMatch"]] if isinstance(found.get("exactMatch"), dict) else []
    rows += [row for part in objects(found.get("sections")) for row in objects(part.get("rows"))]
    candidates = {one.url: one for row in reversed(rows) for one in row_home(row)}
    return tuple(reversed(candidates.values()))


def row_home(row: Mapping[str, Any]) -> Iterator[Candidate]:
    """The home of a row with `name`, `subName` and the path `url`; nothing where the path is not a home's."""
    path = text(row.get("url"), 500)
    match = _HOME.fullmatch(path)
    if match:
        yield Candidate(_address(row, path, match["unit"]), {"property_id": match["id"]}, SITE + path)


def _address(row: Mapping[str, Any], path: str, unit: str | None) -> str:
    """Name and second line of a row; the zip and a unit may be in the path only."""
    street, place = text(row.get("name")), _COUNTRY.sub("", text(row.get("subName")))
    named = unquote(unit) if unit else ""
    if named and not re.search(rf"\b{re.escape(named)}$", street, re.IGNORECASE):
        street = f"{street} Unit {named}"
    in_path = _ZIP_IN_PATH.search(path)
    if in_path and not _ZIP.search(place):
        place = f"{place} {in_path[1]}"
    return ", ".join(filter(None, (street, place)))

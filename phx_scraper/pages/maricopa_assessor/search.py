"""The Assessor's search, which finds the parcels of an address."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from phx_scraper.errors import NotUnderstood
from phx_scraper.model.listing import Candidate
from phx_scraper.pages.html_and_json import load_json
from phx_scraper.pages.json_values import count, objects, text, value_at, without_empty
from phx_scraper.pages.page_text import page_text

SITE = "https://mcassessor.maricopa.gov"
PAGE_SIZE = 25
APN = re.compile(r"\d{8,9}[A-Z]?")
"""3-2-3 (seldom 3-2-4) digits and a letter for split parcels, written without dashes."""

_NOT_IN_APN = re.compile(r"[\s.-]+")


def search_url(street: str, page: int = 1) -> str:
    """The parcel search of a street address; with city or zip in the query nothing is found. 25 results a page."""
    return f"{SITE}/search/property/?q={quote(street, safe='')}" + (f"&page={page}" if page > 1 else "")


def parcel_url(apn: str, part: str) -> str:
    """One part of a parcel's data: `residential-details`, `sketches`, `valuations`, …"""
    return f"{SITE}/parcel/{quote(apn, safe='')}/{part}/"


def plain_apn(value: Any) -> str:
    """A parcel number without its dashes and dots, upper case; raises NotUnderstood(`apn`)."""
    apn = bare_apn(value)
    if not APN.fullmatch(apn):
        raise NotUnderstood("apn", apn or "none")
    return apn


def bare_apn(value: Any) -> str:
    """`plain_apn` without the check: any text without dashes and dots, upper case."""
    return _NOT_IN_APN.sub("", text(value, 40)).upper()


def read_search(url: str, body: bytes, status: int = 200) -> tuple[tuple[Candidate, ...], int]:
    """(parcels on this page of results, number of results on all pages).

    The search is fuzzy: the caller chooses those of the requested home. Raises Refused, NotFound (no content) or
    NotUnderstood(`Results`).
    """
    answer = json_answer(url, body, status, "Results")
    results, total = value_at(answer, "Results"), count(value_at(answer, "TOTAL"))
    if not isinstance(results, list) or total is None:
        raise NotUnderstood("Results" if total is not None else "TOTAL")
    return tuple(candidate for entry in objects(results) for candidate in _parcel(entry)), total


def _parcel(entry: Mapping[str, Any]) -> Iterator[Candidate]:
    """Entries of other kinds (business property, rentals) have no APN with a situs address."""
    street, city, zipcode = (text(entry.get(name)) for name in ("SitusAddress", "SitusCity", "SitusZip"))
    apn = bare_apn(entry.get("APN"))
    if APN.fullmatch(apn) and street:
        address = ", ".join(filter(None, (street, city, f"AZ {zipcode}".strip())))
        facts = without_empty({"property_type": text(entry.get("PropertyType")).lower()})
        yield Candidate(address, {"apn": apn}, parcel_url(apn, "residential-details"), facts=facts)


def json_answer(url: str, body: bytes, status: int, field: str) -> Any:
    """The JSON of an API answer; only 204 means that there is no such parcel.

    The county's web server answers a wrong path or a missing permission with its own 404 page, so 404 does not mean
    that there is no such parcel. Raises Refused, NotFound, or NotUnderstood(`status` or `field`).
    """
    return load_json(page_text("maricopa_assessor", url, body, status, must_exist=True), field)

"""A parcel as a Listing: facts that prove a home, and its sketches. The Assessor has no photographs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from phx_scraper.errors import NotFound, NotUnderstood
from phx_scraper.model.listing import Candidate, Listing
from phx_scraper.model.photo import Photo
from phx_scraper.pages.json_values import count, mapping, number, objects, without_empty
from phx_scraper.pages.maricopa_assessor.search import json_answer, plain_apn
from phx_scraper.pages.maricopa_assessor.sketches import parse_sketches
from phx_scraper.pages.photo_urls import RefusedPhotos

_APN_IN_URL = re.compile(r"/parcel/([0-9A-Za-z. -]{8,14})(?:[/?#]|$)")


class Sketches(NamedTuple):
    """Sketches in page order, each with its bytes; the number that the answer claims; the refused ones by reason."""

    photos: tuple[Photo, ...]
    claimed: int
    refused: tuple[tuple[str, int], ...]


def read(url: str, body: bytes, status: int = 200) -> Listing:
    """One part of a parcel's data as a listing: the drawings of `sketches`, or the facts of `residential-details`.

    Such an answer has no address, so `address` is empty and proves nothing: `assemble` joins it to a search result.
    Raises Refused, NotFound (also for a search that found nothing) or NotUnderstood.
    """
    answer = mapping(json_answer(url, body, status, "answer"))
    if isinstance(answer.get("Pages"), list):
        return _listing(url, "", _apn(url, answer), {}, answer)
    if "Results" in answer:
        raise NotUnderstood("parcel", "search results") if answer["Results"] else NotFound("parcel", "nothing found")
    return _listing(url, "", _apn(url, answer), _facts(answer), None)


def _apn(url: str, answer: Mapping[str, Any]) -> str:
    """The requested parcel, else the one that the first sketch names."""
    match = _APN_IN_URL.search(url)
    named = next((page.get("APN") for page in objects(answer.get("Pages"))), None)
    return plain_apn(match[1] if match else named)


def read_details(url: str, body: bytes, status: int = 200) -> dict[str, Any]:
    """The facts of a `residential-details` answer. Raises Refused, NotFound or NotUnderstood(`residential-details`)."""
    return _facts(json_answer(url, body, status, "residential-details"))


def read_sketches(url: str, body: bytes, apn: str, status: int = 200) -> Sketches:
    """All sketches of a parcel, which one answer holds. Raises Refused, NotFound (204) or NotUnderstood(`Pages`)."""
    refused = RefusedPhotos()
    photos, total = parse_sketches(json_answer(url, body, status, "Pages"), apn, refused)
    return Sketches(photos, total, refused.counts())


def assemble(found: Candidate, facts: Mapping[str, Any], sketches: Sketches | None) -> Listing:
    """The parcel of a search result joined with its other answers; `sketches` None where there are none."""
    drawings = sketches or Sketches((), 0, ())
    return _parcel(found.url, found.address, found.ids["apn"], found.facts | dict(facts), drawings)


def _listing(url: str, address: str, apn: str, facts: Mapping[str, Any], sketches: Any) -> Listing:
    refused, photos, total = RefusedPhotos(), tuple[Photo, ...](), 0
    if sketches is not None:
        photos, total = parse_sketches(sketches, apn, refused)
    return _parcel(url, address, apn, facts, Sketches(photos, total, refused.counts()))


def _parcel(url: str, address: str, apn: str, facts: Mapping[str, Any], sketches: Sketches) -> Listing:
    return Listing(
        source="maricopa_assessor",
        url=url,
        address=address,
        ids={"apn": apn},
        status="unknown",
        listing_date=None,
        claimed_photo_count=sketches.claimed,
        photos=sketches.photos,
        facts=dict(facts),
        refused=sketches.refused,
    )


def _facts(answer: Any) -> dict[str, Any]:
    """Areas in square feet. Every value is text or null; commercial parcels answer with nulls only."""
    details = mapping(answer)
    if "ConstructionYear" not in details and "LivableSpace" not in details:
        raise NotUnderstood("residential-details")
    return without_empty(
        {
            "year_built": count(details.get("ConstructionYear")),
            "area_sqft": number(details.get("LivableSpace")),
            "lot_sqft": number(details.get("LotSize")),
            # `false`, or the area of the pool.
            "pool_sqft": number(details.get("Pool")),
            "garages": count(details.get("NumberOfGarages")),
        }
    )

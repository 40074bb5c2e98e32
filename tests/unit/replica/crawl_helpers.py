"""Visits with the project's own page objects: the result of a correct crawler."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urljoin, urlsplit

from phx_scraper import pages
from phx_scraper.errors import NotFound, NotUnderstood, PageError, Refused, WrongHome
from phx_scraper.homes import parse_address, same_home
from phx_scraper.pages import Listing, maricopa_assessor, phoenix_mls, redfin, zillow
from phx_scraper.pages.identity import prove
from phx_scraper.pages.refusals import find_refusal
from phx_scraper.replica import Replica
from phx_scraper.replica.street_types import FULL_TYPES
from tests.unit.replica.client import Answer, get, path_of

ENDINGS: dict[type[PageError], str] = {
    Refused: "blocked",
    NotFound: "not_found",
    NotUnderstood: "error",
    WrongHome: "error",
}


@dataclass
class Visit:
    """The outcome of a visit, and its listing if any."""

    outcome: str
    listing: Listing | None = None
    reason: str = ""
    keys: list[str] = field(default_factory=list)


def fetch(replica: Replica, source: str, url: str, token: str = "") -> tuple[str, Answer]:
    """The last URL and the response, after redirects and one retry of a transient failure; raises Refused."""
    headers = {"AUTHORIZATION": token} if token else {}
    for _ in range(5):
        answer = get(replica, path_of(url), **headers)
        if answer.status in (429, 500, 503):
            answer = get(replica, path_of(url), **headers)
        refusal = find_refusal(source, url, answer.status, answer.headers, answer.body)
        if refusal is not None:
            raise refusal
        if not 300 <= answer.status < 400:
            return url, answer
        url = urljoin(url, answer.headers["location"])
    raise AssertionError("redirects without end")


def visit_home(replica: Replica, source: str, address: str) -> Visit:
    """One home at one source, from the address to the verified listing."""
    try:
        listing = VISITORS[source](replica, address)
        prove(address, listing)
    except PageError as error:
        return Visit(ENDINGS[type(error)], reason=str(error))
    return Visit("ok" if listing.photos else "empty", listing, keys=[photo.key for photo in listing.photos])


def spellings(address: str) -> list[str]:
    """The address as it is written, its street type in full, and with the zip for a city."""
    parts = parse_address(address)
    full = FULL_TYPES.get(parts.type, parts.type)
    return [address, replace(parts, type=full).canonical, f"{parts.street}, {parts.state} {parts.zip}"]


def matching(address: str, candidates: Iterable[pages.Candidate]) -> list[pages.Candidate]:
    return [candidate for candidate in candidates if same_home(address, candidate.address)]


def at_redfin(replica: Replica, address: str) -> Listing:
    for asked in (redfin.suggestions_url(text) for text in spellings(address)):
        for url in (asked, asked.replace("/do/location-", "/do/rental-location-")):
            _, answer = fetch(replica, "redfin", url)
            found = matching(address, redfin.read_suggestions(answer.body))
            if found:
                return redfin_home(replica, found[0])
    raise NotFound("suggestions")


def redfin_home(replica: Replica, match: pages.Candidate) -> Listing:
    url, answer = fetch(replica, "redfin", match.url)
    try:
        return pages.read("redfin", url, answer.body, answer.status)
    except NotUnderstood as error:
        return from_redfin_api(replica, url, error)


def from_redfin_api(replica: Replica, url: str, page_error: NotUnderstood) -> Listing:
    """The listing from the API responses; the page's own error where these fail too."""
    _, answer = fetch(replica, "redfin", redfin.initial_info_url(urlsplit(url).path))
    try:
        ids = redfin.read_ids(answer.body)
    except NotUnderstood:
        raise page_error from None
    above = redfin.above_the_fold_url(ids["property_id"], ids["listing_id"])
    url, answer = fetch(replica, "redfin", above)
    return pages.read("redfin", url, answer.body, answer.status)


def at_zillow(replica: Replica, address: str) -> Listing:
    """By suggestion only: enough for homes without a lookup scenario."""
    _, answer = fetch(replica, "zillow", zillow.suggestions_url(address))
    found = matching(address, zillow.read_suggestions(answer.body))
    if not found:
        raise NotFound("suggestions")
    url, answer = fetch(replica, "zillow", found[0].url)
    return pages.read("zillow", url, answer.body, answer.status)


def at_phoenix(replica: Replica, address: str) -> Listing:
    for text in spellings(address):
        _, answer = fetch(replica, "phoenix_mls", phoenix_mls.suggestions_url(text))
        found = matching(address, phoenix_mls.read_suggestions(answer.body))
        if found:
            break
    else:
        raise NotFound("suggestions")
    url, answer = fetch(replica, "phoenix_mls", found[0].url)
    return pages.read("phoenix_mls", url, answer.body, answer.status)


def at_assessor(replica: Replica, address: str, token: str = "token") -> Listing:
    found = assessor_parcel(replica, address, token)
    apn, url = found.ids["apn"], maricopa_assessor.parcel_url
    asked, answer = fetch(replica, "maricopa_assessor", url(apn, "residential-details"), token)
    facts: dict[str, Any] = {}
    if answer.body not in (b"{}", b"null"):  # facts only: a parcel without them still has its sketches
        facts = maricopa_assessor.read_details(asked, answer.body, answer.status)
    asked, answer = fetch(replica, "maricopa_assessor", url(apn, "sketches"), token)
    sketches = maricopa_assessor.read_sketches(asked, answer.body, apn, answer.status)
    asked, answer = fetch(replica, "maricopa_assessor", maricopa_assessor.location_url(apn))
    place = maricopa_assessor.read_location(asked, answer.body, apn, answer.status)
    return maricopa_assessor.assemble(found, {**facts, **place}, sketches)


def assessor_parcel(replica: Replica, address: str, token: str) -> pages.Candidate:
    """The residential parcel of the home, by any spelling and on any page of results."""
    parts = parse_address(address)
    for kind in (parts.type, FULL_TYPES.get(parts.type, parts.type)):
        found = parcel_by(replica, address, replace(parts, type=kind).street, token)
        if found:
            return found
    raise NotFound("parcel")


def parcel_by(replica: Replica, address: str, street: str, token: str) -> pages.Candidate | None:
    page, seen = 1, 0
    while True:
        url, answer = fetch(replica, "maricopa_assessor", maricopa_assessor.search_url(street, page), token)
        found, total = maricopa_assessor.read_search(url, answer.body, answer.status)
        own = [one for one in matching(address, found) if one.facts.get("property_type") == "residential"]
        if own:
            return own[0]
        page, seen = page + 1, seen + 25
        if seen >= total:
            return None


VISITORS: dict[str, Callable[[Replica, str], Listing]] = {
    "zillow": at_zillow,
    "redfin": at_redfin,
    "phoenix_mls": at_phoenix,
    "maricopa_assessor": at_assessor,
}

"""Searches that lead from an address to MLS numbers: the Flexmls autocomplete (JSONP) and the results pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from phx_scraper.errors import NotUnderstood
from phx_scraper.model.listing import Candidate
from phx_scraper.pages.html_and_json import document, json_at, json_text, title
from phx_scraper.pages.json_values import mapping, objects, text, value_at
from phx_scraper.pages.page_text import host, page_text
from phx_scraper.pages.phoenix_mls.markup import NAMED, by_class, first_by_class
from phx_scraper.sources import SOURCES

CALLBACK = "phxOmni"
NO_DATA = "results_without_data"
_TITLE_WITHOUT_DATA = "Property Search"

_SITE = "https://phoenixmlssearch.com"
_JSONP = re.compile(r"\s*(?:/\*\*/\s*)?(?P<name>[\w$.]{1,100})\s*\(\s*")
_MLS = re.compile(r"[A-Za-z0-9-]{4,20}")
_SHOWN_NUMBER = re.compile(r"\s*/\s*[A-Za-z0-9-]{4,20}\s*(?:\(MLS\s*#?\))?\s*$")
_NUMBER_IN_URL = re.compile(r"-mls_([A-Za-z0-9-]{4,20})/?(?:[?#]|$)")
_NOT_IN_SLUG = re.compile(r"\W+")


def suggestions_url(address: str, callback: str = CALLBACK, number: int | None = None) -> str:
    """The autocomplete of `address`; the answer is a call of the function `callback`, `number` keeps caches away."""
    asked = f"callback={callback}&_q={quote(address, safe='')}&_lo=false"
    return f"https://apps.flexmls.com/quick_launch/omni?{asked}{'' if number is None else f'&_={number}'}"


def results_url(mls: str) -> str:
    """The results page of one MLS number, whatever its status."""
    return f"{_SITE}/mls/search/?ListingId={quote(mls, safe='')}"


def address_search_url(number: str, zip_code: str) -> str:
    """The results page of a house number in a zip; a value with a comma would be read as several values."""
    return f"{_SITE}/mls/search/?{urlencode({'StreetNumber': number, 'PostalCode': zip_code})}"


def zip_search_url(zip_code: str) -> str:
    """The results page of a zip, which has hits whenever the site reaches its data."""
    return f"{_SITE}/mls/search/?{urlencode({'PostalCode': zip_code, 'Limit': '10'})}"


def known_home(url: str) -> Candidate | None:
    """The listing of a listing page's URL, None for any other URL; the address is not known and must be proven."""
    match = _NUMBER_IN_URL.search(url) if host(url) in SOURCES["phoenix_mls"].page_hosts else None
    return Candidate("", {"mls": match[1]}, url) if match else None


def listing_url(address: str, mls: str) -> str:
    """A listing's page; the site finds it by the number alone."""
    return f"{_SITE}/mls/{_NOT_IN_SLUG.sub('-', address).strip('-')}-mls_{mls}/"


def read_suggestions(body: bytes, callback: str = CALLBACK, status: int = 200) -> tuple[Candidate, ...]:
    """The listings among the suggestions, active ones first, then the highest MLS number, which is the newest.

    One address has several numbers when it was listed before. Raises NotUnderstood(`callback`,
    `Results` or `status`).
    """
    if status != 200:
        raise NotUnderstood("status", str(status))
    answer = value_at(_unwrapped(json_text(body), callback), "D")
    results = value_at(answer, "Results")
    if not isinstance(results, list) or value_at(answer, "Success") is False:
        raise NotUnderstood("Results", text(value_at(answer, "Message")))
    found = {one.ids["mls"]: one for entry in objects(results) for one in _suggested(entry)}
    return tuple(sorted(found.values(), key=newest_first))


def _unwrapped(answer: str, callback: str) -> Any:
    """The value inside `callback(…)`; a call of another function is not an answer to our request."""
    if answer.lstrip("\ufeff \t\r\n").startswith("{"):
        return json_at(answer, answer.index("{"), "Results")
    match = _JSONP.match(answer)
    if match is None or match["name"] != callback:
        raise NotUnderstood("callback", f"asked {callback}, found {match['name'] if match else 'none'}")
    return json_at(answer, match.end(), "Results")


def _suggested(entry: Mapping[str, Any]) -> Iterator[Candidate]:
    about = mapping(entry.get("Listing"))
    mls = text(about.get("Number"))
    if text(entry.get("Type")) == "Listing" and _MLS.fullmatch(mls):
        address = text(about.get("Address")) or _SHOWN_NUMBER.sub("", text(about.get("Name")))
        status = text(about.get("StandardStatus")) or text(about.get("MlsStatus"))
        state = "for_sale" if status.lower() == "active" else "unknown"
        yield Candidate(address, {"mls": mls}, listing_url(address, mls), state)


def newest_first(candidate: Candidate) -> tuple[bool, int, str]:
    """Sort key: active listings first, then the higher MLS number, which is the newer one."""
    mls = candidate.ids["mls"]
    return candidate.status != "for_sale", -int(mls) if mls.isdecimal() else 0, mls


def read_results(url: str, body: bytes, status: int = 200) -> tuple[Candidate, ...]:
    """The listings on a results page, in its order; () where it says 0 matches.

    The plugin also prints a page of 0 matches titled "Property Search" while it cannot reach its data; only another
    search shows which one it is. Raises Refused or NotUnderstood(`sr_matches_count`, `status`, or `NO_DATA`).
    """
    tree = document(page_text("phoenix_mls", url, body, status, must_exist=True))
    if first_by_class(tree, "flexmls_connect__sr_matches_count") is None:
        raise NotUnderstood("sr_matches_count")
    named = (NAMED.match(element.get("title", "")[:300]) for element in by_class(tree, "flexmls_connect__sr_result"))
    found = tuple(_result(match["address"], match["mls"]) for match in named if match)
    if not found and title(tree).startswith(_TITLE_WITHOUT_DATA):
        raise NotUnderstood(NO_DATA, f"0 matches under the title {_TITLE_WITHOUT_DATA!r}: no data, no answer")
    return found


def _result(address: str, mls: str) -> Candidate:
    return Candidate(text(address), {"mls": mls}, listing_url(address, mls))

"""Look-ups that lead from an address to Zillow's page: the autocomplete and the address search."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from phx_scraper.errors import NotUnderstood
from phx_scraper.model.listing import Candidate
from phx_scraper.pages.html_and_json import document, json_text, load_json
from phx_scraper.pages.json_values import coordinates, mapping, objects, text, value_at
from phx_scraper.pages.page_text import host, page_text
from phx_scraper.pages.zillow.facts import address as address_of
from phx_scraper.pages.zillow.facts import status_of_word
from phx_scraper.pages.zillow.state import home as home_of
from phx_scraper.pages.zillow.state import page_props, zpid_of

_SITE = "https://www.zillow.com"
_NOT_IN_SLUG = re.compile(r"[^A-Za-z0-9]+")


def suggestions_url(address: str) -> str:
    """The autocomplete of `address`: JSON from the static host, which has no bot protection."""
    return f"https://www.zillowstatic.com/autocomplete/v3/suggestions?q={quote(address, safe='')}"


def search_url(address: str) -> str:
    """The address search; it answers with a search page or with the home's own page."""
    return f"{_SITE}/homes/{_slug(address)}_rb/"


def listing_url(address: str, zpid: str) -> str:
    """A home's page; Zillow finds it by the zpid alone."""
    return f"{_SITE}/homedetails/{_slug(address)}/{zpid}_zpid/"


def _slug(address: str) -> str:
    return _NOT_IN_SLUG.sub("-", address).strip("-")


def known_home(url: str) -> Candidate | None:
    """The home of a home page's URL, None for any other URL; the address is not known and must be proven."""
    zpid = zpid_of(url) if host(url) == host(_SITE) else None
    return Candidate("", {"zpid": zpid}, url) if zpid else None


def read_suggestions(body: bytes, status: int = 200) -> tuple[Candidate, ...]:
    """The homes among the suggestions, in Zillow's order; regions and schools are skipped.

    Raises NotUnderstood(`results`, or `status` for any but 200: this endpoint exists for every home).
    """
    if status != 200:
        raise NotUnderstood("status", str(status))
    results = value_at(load_json(json_text(body), "results"), "results")
    if not isinstance(results, list):
        raise NotUnderstood("results")
    return tuple(candidate for entry in objects(results) for candidate in _suggested(entry))


def _suggested(entry: Mapping[str, Any]) -> Iterator[Candidate]:
    about = mapping(entry.get("metaData"))
    zpid = text(about.get("zpid"))
    if text(entry.get("resultType")).lower() == "address" and zpid.isdigit():
        address = _address_of_parts(about) or text(entry.get("display"))
        facts = coordinates(about.get("lat"), about.get("lng"))
        yield Candidate(address, {"zpid": zpid}, listing_url(address, zpid), facts=facts)


def _address_of_parts(about: Mapping[str, Any]) -> str:
    """The address from its parts, which have the zip that the display text may lack."""
    street = f"{text(about.get('streetNumber'))} {text(about.get('streetName'))}".strip()
    unit = text(about.get("unitNumber")).lstrip("# ")
    if not (about.get("streetNumber") and about.get("streetName") and about.get("city")):
        return ""
    named = unit if not unit or " " in unit else f"Unit {unit}"
    place = f"{text(about.get('state'))} {text(about.get('zipCode'))}".strip()
    return ", ".join(filter(None, (f"{street} {named}".strip(), text(about.get("city")), place)))


def read_search(url: str, body: bytes, status: int = 200) -> tuple[Candidate, ...]:
    """The homes of a search page, or the one home where Zillow answered with its page; buildings are skipped.

    Raises Refused or NotUnderstood(`searchPageState` or `status`).
    """
    props = page_props(document(page_text("zillow", url, body, status, must_exist=True)))
    state = mapping(props.get("searchPageState"))
    results = value_at(state, "cat1", "searchResults", "listResults")
    if isinstance(results, list):
        return tuple(candidate for entry in objects(results) for candidate in _listed(entry))
    if state:
        raise NotUnderstood("searchPageState", "no listResults")
    _, home = home_of(props, url)
    address, zpid = address_of(home), text(home.get("zpid"))
    return (Candidate(address, {"zpid": zpid}, listing_url(address, zpid)),)


def _listed(entry: Mapping[str, Any]) -> Iterator[Candidate]:
    """The home of a search result; a building (`/b/…`, `/apartments/…`) has no home page and no numeric zpid."""
    zpid = text(entry.get("zpid"))
    path = text(entry.get("detailUrl"), 500)
    url = _SITE + path if path.startswith("/") else path
    if zpid.isdigit() and zpid_of(url) == zpid and host(url) == host(_SITE):
        facts = coordinates(value_at(entry, "latLong", "latitude"), value_at(entry, "latLong", "longitude"))
        state = status_of_word(entry.get("statusType"))
        yield Candidate(text(entry.get("address")), {"zpid": zpid}, url, state, facts)

"""Redfin's other lookups: the rental autocomplete, the old lookup, zip pages, region and gis."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from phx_scraper.errors import AddressError
from phx_scraper.replica.county_zips import COUNTY_ZIPS
from phx_scraper.replica.property import property_at
from phx_scraper.replica.query_address import address_of_query
from phx_scraper.replica.redfin.page import api_response
from phx_scraper.replica.redfin.presented import PresentedHome, present, property_id_of
from phx_scraper.replica.redfin.results import gis_home, zip_page
from phx_scraper.replica.redfin.special_pages import missing_page
from phx_scraper.replica.redfin.suggestions import suggested, suggestions, understood
from phx_scraper.replica.requested_homes import record_request
from phx_scraper.replica.responses import html
from phx_scraper.replica.seeded_random import SeededRandom
from phx_scraper.replica.state import State
from phx_scraper.replica.zip_homes import city_of_zip, homes_in_nevada, homes_in_zip

PAGE_SIZE = 41
_MOST = 350
_MLS = re.compile(r"\s*MLS\s*#?\s*([A-Za-z0-9-]{4,20})\s*", re.IGNORECASE)
_ZIP_PAGE = re.compile(r"/zipcode/(?P<zip>\d{5})(?:/filter/(?P<filter>[^/]{1,200}))?(?:/page-(?P<page>\d{1,3}))?/?")
_ABSENT_ENDINGS = frozenset({"redfin_unlisted", "redfin_near_misses"})
_SOLD_ENDINGS = frozenset({"redfin_sold"})
_OFF_MARKET_ENDINGS = frozenset({"redfin_off_market", "redfin_rental"})


def searches() -> dict[str, Callable[[State, web.Request], web.Response]]:
    """Path -> handler."""
    return {
        "/stingray/do/rental-location-autocomplete": rental,
        "/stingray/do/query-location": query_location,
        "/stingray/api/region": region,
        "/stingray/api/gis": gis,
    }


def rental(state: State, request: web.Request) -> web.Response:
    """The rental autocomplete: rows of the same shape, for some of the homes."""
    presented = _home_of_query(state, request, rental=True)
    sure = presented is not None and (presented.ending == "redfin_rental" or presented.lookup == "rental_only")
    if presented is None or not (sure or presented.rng("rental twin").chance(0.7)):
        return _json_response(api_response({"sections": [], "extraResults": {}, "errorMessage": "Success"}))
    return _json_response(api_response(suggestions(presented, state.options)))


def query_location(state: State, request: web.Request) -> web.Response:
    """The old lookup, by address or by `MLS# <number>`: an exact match, or null and rows where it is ambiguous."""
    presented = _home_of_query(state, request)
    if presented is None:
        return _json_response(api_response({"exactMatch": None, "sections": []}))
    payload = suggestions(presented, state.options)
    rows = [row for section in payload["sections"] for row in section["rows"] if row["type"] == "1"]
    sure = rows and not presented.lookup.startswith("redfin_wrong")
    exact = _exact(rows[0], suggested(presented)[0]) if sure else None
    named = [{"name": "Addresses", "rows": rows}] if rows and not sure else []
    return _json_response(api_response({"exactMatch": exact, "sections": named, "responseTime": 0}))


def _exact(row: Mapping[str, Any], text: str) -> dict[str, Any]:
    home = property_at(text, (0, 0))
    return {**row, "urlV2": row["url"], "lat": home.latitude, "lng": home.longitude}


def _home_of_query(state: State, request: web.Request, rental: bool = False) -> PresentedHome | None:
    query = request.query.get("location", "")
    number = _MLS.fullmatch(query)
    try:
        text = _address_of_mls(state, number[1]) if number else address_of_query(query, state.registry)
    except AddressError:
        return None
    if text is None:
        return None
    presented = present(text, state.options)
    record_request(state.registry, presented.home.text)
    for other in {presented.home.text, *suggested(presented)}:
        _record(state, other)
    return presented if number or understood(presented, query, rental) else None


def _address_of_mls(state: State, mls: str) -> str | None:
    return state.registry.get(f"known mls:{mls}") or state.registry.get(f"mls:{mls}")


def _record(state: State, text: str) -> None:
    state.registry.record(f"redfin:{property_id_of(text)}", text)


def zip_search(state: State, path: str) -> web.StreamResponse | None:
    """A page of the homes in a zip, None for any other path."""
    match = _ZIP_PAGE.fullmatch(path)
    if match is None:
        return None
    endings = _SOLD_ENDINGS if "include=sold" in (match["filter"] or "") else frozenset({""})
    homes, page = _presented_in(state, match["zip"], endings), int(match["page"] or 1)
    if not homes:
        return html(missing_page(), 404)
    if (page - 1) * PAGE_SIZE >= len(homes) or page < 1:
        return web.Response(status=301, headers={"Location": f"https://www.redfin.com/zipcode/{match['zip']}"})
    on_page = homes[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    for text in on_page:
        _record(state, text)
    return html(zip_page(match["zip"], path, on_page, len(homes), region_payload(match["zip"])))


def _presented_in(state: State, zip_code: str, endings: frozenset[str]) -> list[str]:
    """Homes for sale (`endings` holds ""), or those with one of the endings."""
    found = []
    for text in homes_in_zip(state.registry, zip_code):
        ending = present(text, state.options).ending
        for_sale = "" in endings and ending not in _ABSENT_ENDINGS | _SOLD_ENDINGS | _OFF_MARKET_ENDINGS
        if for_sale or ending in endings:
            found.append(text)
    return found


def internal_region_id(zip_code: str) -> int:
    """Redfin's own number of a zip, which is not the zip."""
    return SeededRandom("redfin region", zip_code).between(20_000, 44_999)


def region_payload(zip_code: str) -> dict[str, Any]:
    """The payload of `region`."""
    return {
        "rootDefaults": {
            "region_id": internal_region_id(zip_code),
            "region_type": 2,
            "market": "phoenix",
            "num_homes": _MOST,
            "status": 9,
            "uipt": [1, 2, 3, 4, 5, 6, 7, 8],
            "sf": [1, 2, 3, 5, 6, 7],
        },
        "displayName": zip_code,
        "city": city_of_zip(zip_code),
    }


def region(state: State, request: web.Request) -> web.Response:
    """The internal number of a zip that is given as `region_id`."""
    query = request.query.get("region_id", "")
    if request.query.get("region_type") != "2" or not re.fullmatch(r"\d{5}", query):
        return _json_response(api_response(None))
    state.registry.record(f"region:{internal_region_id(query)}", query)
    return _json_response(api_response(region_payload(query)))


def gis(state: State, request: web.Request) -> web.Response:
    """The homes of a region by its internal number; for any other number homes in another state, without an error."""
    query = request.query
    zip_code = _zip_of(state, query.get("region_id", "")) if query.get("region_type") == "2" else None
    sold = "sold_within_days" in query
    if zip_code is None:
        homes = homes_in_nevada(query.get("region_id", ""), 20)
    else:
        homes = _presented_in(state, zip_code, _SOLD_ENDINGS if sold else frozenset({""}))
    start, most = _number(query.get("start")), min(_number(query.get("num_homes")) or _MOST, _MOST)
    on_page = homes[start : start + most]
    for text in on_page:
        _record(state, text)
    found = [gis_home(present(text, state.options)) for text in on_page]
    return _json_response(api_response({"homes": found, "dataSources": [], "buildings": {}, "serviceRegions": []}))


def _zip_of(state: State, region_id: str) -> str | None:
    """The zip of an internal number: one that was requested, or one of the county's."""
    known = state.registry.get(f"region:{region_id}")
    return known or next((code for _, code in COUNTY_ZIPS if str(internal_region_id(code)) == region_id), None)


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0


def _json_response(text: str) -> web.Response:
    return web.Response(text=text, content_type="application/json")

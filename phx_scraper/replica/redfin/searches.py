"""Redfin's other ways to a home: the rental twin of the autocomplete, the old look-up, zip pages, region and gis."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from phx_scraper.errors import AddressError
from phx_scraper.replica.county_zips import PLACES
from phx_scraper.replica.property import look_up
from phx_scraper.replica.query_address import meant
from phx_scraper.replica.redfin.page import answer
from phx_scraper.replica.redfin.presented import Shown, property_id_of, show
from phx_scraper.replica.redfin.results import gis_home, zip_page
from phx_scraper.replica.redfin.special_pages import missing_page
from phx_scraper.replica.redfin.suggestions import suggested, suggestions, understood
from phx_scraper.replica.requested_homes import know
from phx_scraper.replica.responses import html
from phx_scraper.replica.seeded_random import Dice
from phx_scraper.replica.state import State
from phx_scraper.replica.zip_homes import city_of, elsewhere, in_zip

PAGE_SIZE = 41
_MOST = 350
_MLS = re.compile(r"\s*MLS\s*#?\s*([A-Za-z0-9-]{4,20})\s*", re.IGNORECASE)
_ZIP_PAGE = re.compile(r"/zipcode/(?P<zip>\d{5})(?:/filter/(?P<filter>[^/]{1,200}))?(?:/page-(?P<page>\d{1,3}))?/?")
_FATES_ABSENT = frozenset({"redfin_unlisted", "redfin_near_misses"})
_FATES_SOLD = frozenset({"redfin_sold"})
_FATES_OFF = frozenset({"redfin_off_market", "redfin_rental"})


def searches() -> dict[str, Callable[[State, web.Request], web.Response]]:
    """Path -> answer."""
    return {
        "/stingray/do/rental-location-autocomplete": rental,
        "/stingray/do/query-location": query_location,
        "/stingray/api/region": region,
        "/stingray/api/gis": gis,
    }


def rental(state: State, request: web.Request) -> web.Response:
    """The rental twin of the autocomplete: rows of the same shape, for homes it does not always know."""
    shown = _meant(state, request, rental=True)
    sure = shown is not None and (shown.fate == "redfin_rental" or shown.find == "rental_only")
    if shown is None or not (sure or shown.dice("rental twin").chance(0.7)):
        return _json(answer({"sections": [], "extraResults": {}, "errorMessage": "Success"}))
    return _json(answer(suggestions(shown, state.options)))


def query_location(state: State, request: web.Request) -> web.Response:
    """The old look-up, by address or by `MLS# <number>`: an exact match or null, and rows where it is not sure."""
    shown = _meant(state, request)
    if shown is None:
        return _json(answer({"exactMatch": None, "sections": []}))
    payload = suggestions(shown, state.options)
    rows = [row for section in payload["sections"] for row in section["rows"] if row["type"] == "1"]
    sure = rows and not shown.find.startswith("redfin_wrong")
    exact = _exact(rows[0], suggested(shown)[0]) if sure else None
    named = [{"name": "Addresses", "rows": rows}] if rows and not sure else []
    return _json(answer({"exactMatch": exact, "sections": named, "responseTime": 0}))


def _exact(row: Mapping[str, Any], text: str) -> dict[str, Any]:
    world = look_up(text, (0, 0))
    return {**row, "urlV2": row["url"], "lat": world.latitude, "lng": world.longitude}


def _meant(state: State, request: web.Request, rental: bool = False) -> Shown | None:
    asked = request.query.get("location", "")
    number = _MLS.fullmatch(asked)
    try:
        text = _listed_as(state, number[1]) if number else meant(asked, state.memory)
    except AddressError:
        return None
    if text is None:
        return None
    shown = show(text, state.options)
    know(state.memory, shown.world.text)
    for other in {shown.world.text, *suggested(shown)}:
        _learn(state, other)
    return shown if number or understood(shown, asked, rental) else None


def _listed_as(state: State, mls: str) -> str | None:
    return state.memory.recall(f"known mls:{mls}") or state.memory.recall(f"mls:{mls}")


def _learn(state: State, text: str) -> None:
    state.memory.learn(f"redfin:{property_id_of(text)}", text)


def zip_search(state: State, path: str) -> web.StreamResponse | None:
    """A page of the homes in a zip, None where the path is of another kind."""
    match = _ZIP_PAGE.fullmatch(path)
    if match is None:
        return None
    wanted = _FATES_SOLD if "include=sold" in (match["filter"] or "") else frozenset({""})
    homes, page = _shown_in(state, match["zip"], wanted), int(match["page"] or 1)
    if not homes:
        return html(missing_page(), 404)
    if (page - 1) * PAGE_SIZE >= len(homes) or page < 1:
        return web.Response(status=301, headers={"Location": f"https://www.redfin.com/zipcode/{match['zip']}"})
    shown = homes[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    for text in shown:
        _learn(state, text)
    return html(zip_page(match["zip"], path, shown, len(homes), region_answer(match["zip"])))


def _shown_in(state: State, zip_code: str, wanted: frozenset[str]) -> list[str]:
    """Homes for sale (`wanted` holds "") or those of these fates only."""
    found = []
    for text in in_zip(state.memory, zip_code):
        fate = show(text, state.options).fate
        for_sale = "" in wanted and fate not in _FATES_ABSENT | _FATES_SOLD | _FATES_OFF
        if for_sale or fate in wanted:
            found.append(text)
    return found


def inner_region(zip_code: str) -> int:
    """Redfin's own number of a zip, which is not the zip."""
    return Dice("redfin region", zip_code).between(20_000, 44_999)


def region_answer(zip_code: str) -> dict[str, Any]:
    """The payload of `region`."""
    return {
        "rootDefaults": {
            "region_id": inner_region(zip_code),
            "region_type": 2,
            "market": "phoenix",
            "num_homes": _MOST,
            "status": 9,
            "uipt": [1, 2, 3, 4, 5, 6, 7, 8],
            "sf": [1, 2, 3, 5, 6, 7],
        },
        "displayName": zip_code,
        "city": city_of(zip_code),
    }


def region(state: State, request: web.Request) -> web.Response:
    """The inner number of a zip that is given as `region_id`."""
    asked = request.query.get("region_id", "")
    if request.query.get("region_type") != "2" or not re.fullmatch(r"\d{5}", asked):
        return _json(answer(None))
    state.memory.learn(f"region:{inner_region(asked)}", asked)
    return _json(answer(region_answer(asked)))


def gis(state: State, request: web.Request) -> web.Response:
    """The homes of a region by its inner number; by any other number homes of another state, without a word."""
    query = request.query
    zip_code = _zip_of(state, query.get("region_id", "")) if query.get("region_type") == "2" else None
    sold = "sold_within_days" in query
    if zip_code is None:
        homes = elsewhere(query.get("region_id", ""), 20)
    else:
        homes = _shown_in(state, zip_code, _FATES_SOLD if sold else frozenset({""}))
    start, most = _number(query.get("start")), min(_number(query.get("num_homes")) or _MOST, _MOST)
    shown = homes[start : start + most]
    for text in shown:
        _learn(state, text)
    found = [gis_home(show(text, state.options)) for text in shown]
    return _json(answer({"homes": found, "dataSources": [], "buildings": {}, "serviceRegions": []}))


def _zip_of(state: State, region_id: str) -> str | None:
    """The zip of an inner number: one that was asked for, or one of the county's."""
    known = state.memory.recall(f"region:{region_id}")
    return known or next((code for _, code in PLACES if str(inner_region(code)) == region_id), None)


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0


def _json(text: str) -> web.Response:
    return web.Response(text=text, content_type="application/json")

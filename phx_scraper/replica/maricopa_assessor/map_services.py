"""The county's public map services: two layers of parcels, and the geocoder."""

from __future__ import annotations

import asyncio
import re
from typing import Any

from aiohttp import web

from phx_scraper.errors import AddressError
from phx_scraper.homes import parse_address
from phx_scraper.replica.maricopa_assessor import parcel as parcel_data
from phx_scraper.replica.maricopa_assessor.error_pages import DENIED, NOT_FOUND
from phx_scraper.replica.maricopa_assessor.presented import PresentedParcel, present
from phx_scraper.replica.maricopa_assessor.search import parcel_of
from phx_scraper.replica.query_address import address_of_query
from phx_scraper.replica.responses import html
from phx_scraper.replica.seeded_random import SeededRandom
from phx_scraper.replica.state import State
from phx_scraper.replica.zip_homes import homes_in_zip

HOST = "gis.mcassessor.maricopa.gov"
_SERVICES = "/arcgis/rest/services"
_OLDER_LAYER = f"{_SERVICES}/MaricopaDynamicQueryService/MapServer/3/query"
_PARCELS = f"{_SERVICES}/Parcels/MapServer/0/query"
_GEOCODER = f"{_SERVICES}/AssessorCompositeLocator/GeocodeServer/findAddressCandidates"
_EQUALS = re.compile(r"(\w+)\s*=\s*'([^']*)'")
_MOST_CHARACTERS = 500
_HANGING_SECONDS = 60


async def map_services(state: State, request: web.Request, path: str) -> web.StreamResponse:
    """Coordinates of a parcel by its number or address, and geocoding, without a token."""
    state.stats.count_request(HOST, "page")
    service = path.rstrip("/")
    if state.options.switched_on("assessor_map_down"):
        return await _unavailable(request)
    if service in (_OLDER_LAYER, _PARCELS):
        return web.json_response(_layer(state, request.query.get("where", "")[:_MOST_CHARACTERS], service == _PARCELS))
    if service == _GEOCODER:
        return web.json_response(_geocoded(state, request))
    return html(NOT_FOUND, 404)


async def _unavailable(request: web.Request) -> web.Response:
    """500, 403 or a minute without a response, chosen by the query."""
    failure = SeededRandom("map down", request.query_string).pick(("500", "403", "hang"))
    if failure == "hang":
        await asyncio.sleep(_HANGING_SECONDS)
    return html(DENIED, 403) if failure == "403" else html("<html><body>Error</body></html>", 500)


def _layer(state: State, where: str, newer: bool) -> dict[str, Any]:
    fields = {name.upper(): value.strip().upper() for name, value in _EQUALS.findall(where)}
    if not fields or not set(fields) <= set(_attributes_named(newer)):
        return {"error": {"code": 400, "message": "Unable to complete operation.", "details": ["Invalid query"]}}
    found = [(parcel, parcel_data.map_attributes(parcel, newer)) for parcel in _parcels(state, fields)]
    features = [
        {"attributes": attributes}
        for _, attributes in found
        if all(str(attributes[name]).upper() == value for name, value in fields.items())
    ]
    return {"displayFieldName": "APN", "features": features}


def _attributes_named(newer: bool) -> tuple[str, ...]:
    return parcel_data.NEWER_FIELDS if newer else ("APN", "PHYSICAL_ADDRESS")


def _parcels(state: State, fields: dict[str, str]) -> list[PresentedParcel]:
    number = fields.get("APN") or fields.get("APN_DASH")
    if number:
        parcel = parcel_of(state.registry, number, state.options)
        return [parcel] if parcel else []
    homes = homes_in_zip(state.registry, fields.get("PHYSICAL_ZIP", ""))
    same = [text for text in homes if parse_address(text).number.upper() == fields.get("PHYSICAL_STREET_NUM", "")]
    found = [parcel for parcel in (present(text, state.options) for text in same) if parcel.in_search]
    for parcel in found:
        state.registry.record(f"apn:{parcel.apn}", parcel.home.text)
    return found


def _geocoded(state: State, request: web.Request) -> dict[str, Any]:
    """Candidates in degrees where `outSR=4326` asks for them, else in feet of the state's own grid."""
    degrees = request.query.get("outSR") == "4326"
    answer: dict[str, Any] = {"spatialReference": {"wkid": 4326 if degrees else 2868}, "candidates": []}
    try:
        parcel = present(address_of_query(request.query.get("SingleLine", ""), state.registry), state.options)
    except AddressError:
        return answer
    if parcel.in_search:
        answer["candidates"] = [_candidate(parcel, degrees)]
    return answer


def _candidate(parcel: PresentedParcel, degrees: bool) -> dict[str, Any]:
    stated, address = parcel.stated, parcel.home.address
    place = {"x": stated.longitude, "y": stated.latitude}
    if not degrees:
        place = {"x": 600_000 + (stated.longitude + 112) * 303_000, "y": 900_000 + (stated.latitude - 33.4) * 364_000}
    named = ", ".join(filter(None, (address.street.upper(), address.city.upper(), address.zip)))
    return {"address": named, "location": place, "score": 100, "attributes": {}}

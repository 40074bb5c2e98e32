"""The Assessor's API: its routes and refusals."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable
from typing import Any

from aiohttp import web

from phx_scraper.replica.maricopa_assessor import parcel as parcel_data
from phx_scraper.replica.maricopa_assessor.error_pages import DENIED, NOT_FOUND
from phx_scraper.replica.maricopa_assessor.map_services import HOST as MAP_HOST
from phx_scraper.replica.maricopa_assessor.map_services import map_services
from phx_scraper.replica.maricopa_assessor.presented import PresentedParcel, Sketch
from phx_scraper.replica.maricopa_assessor.search import parcel_of, search
from phx_scraper.replica.maricopa_assessor.sketch_drawing import sketch as draw_sketch
from phx_scraper.replica.responses import html, long_retry_after, transient_refusal
from phx_scraper.replica.state import Handler, State

_HOST = "mcassessor.maricopa.gov"
_PARCEL = re.compile(r"/parcel/(?P<apn>[0-9A-Za-z .-]{8,16})(?:/(?P<part>[a-z-]+))?/?")
_REFUSED = "refused"
_OTHER_PARCEL = "99999999"
_PARTS: dict[str, Callable[[PresentedParcel], Any]] = {
    "residential-details": parcel_data.details,
    "valuations": parcel_data.valuations,
    "mapids": parcel_data.map_ids,
    "address": parcel_data.address,
    "propertyinfo": parcel_data.address,
    "owner-details": parcel_data.owner,
}


def routes() -> dict[str, Handler]:
    """Host to handler."""
    return {_HOST: api, MAP_HOST: map_services}


async def api(state: State, request: web.Request, path: str) -> web.StreamResponse:
    """Search, parcels and map files, for callers with a token (any but `refused`)."""
    state.stats.count_request(_HOST, _request_kind(path))
    token = request.headers.get("AUTHORIZATION", "").strip()
    if not token:
        return web.json_response({"message": "Unauthorized"}, status=401)
    if token == _REFUSED:
        return html(DENIED, 403)
    if path.startswith("/search/") and state.options.switched_on("assessor_search_gone"):
        return html(NOT_FOUND, 404)
    if path.rstrip("/") in ("/search/property", "/search/rp"):
        page = request.query.get("page", "1")
        return web.json_response(search(state, request.query.get("q", ""), int(page) if page.isdecimal() else 1))
    if path.startswith("/getmapid/"):
        return web.Response(body=b"%PDF-1.4\n%%EOF\n", content_type="application/pdf")
    match = _PARCEL.fullmatch(path)
    presented = parcel_of(state.registry, match["apn"], state.options) if match else None
    if match is None or presented is None:
        return html(NOT_FOUND, 404)
    return await _parcel(state, request, presented, match["part"] or "")


def _request_kind(path: str) -> str:
    return "search" if path.startswith("/search/") else "page" if path.startswith("/parcel/") else "other"


async def _parcel(state: State, request: web.Request, presented: PresentedParcel, part: str) -> web.StreamResponse:
    if presented.ending == "assessor_refused":
        return html(DENIED, 403)
    if presented.ending == "assessor_html":
        return html(NOT_FOUND)
    if presented.ending == "assessor_wait":
        return long_retry_after()
    if presented.ending == "assessor_sketches_gone" and part == "sketches":
        gone = presented.rng("sketches gone").chance(0.5)
        return html(NOT_FOUND, 404) if gone else web.json_response({"message": "Bad Request"}, status=400)
    first = state.stats.count_url(request.path.rstrip("/")) == 1
    if first and presented.transient:
        return transient_refusal(429 if presented.transient == "assessor_slow_down" else 500)
    if part == "sketches":
        return web.json_response(await _sketches(state, presented))
    if part == "":
        return web.json_response(
            {name: make(presented) for name, make in _PARTS.items()} | parcel_data.address(presented)
        )
    if part == "residential-details" and "assessor_details_null" in presented.variations:
        return web.json_response(presented.rng("details null").pick(({}, None)))
    return web.json_response(_PARTS[part](presented)) if part in _PARTS else html(NOT_FOUND, 404)


async def _sketches(state: State, presented: PresentedParcel) -> dict[str, Any]:
    pages = [_page(sketch, presented.apn, await _sketch_bytes(state, sketch)) for sketch in presented.sketches]
    if "assessor_other_parcel" in presented.variations and pages:
        other = Sketch(len(pages) + 1, presented.rng("other parcel").hex(24))
        place = presented.rng("other place").between(0, len(pages))
        pages.insert(place, _page(other, _OTHER_PARCEL, await _sketch_bytes(state, other)))
    name = "Sheets" if presented.ending == "assessor_strange" else "Pages"
    return {"TotalPages": len(pages), name: pages}


async def _sketch_bytes(state: State, sketch: Sketch) -> bytes:
    data = await state.store.get(f"sketch-{sketch.seed}", lambda: draw_sketch(sketch.seed))
    return data[: len(data) // 2] if sketch.cut else data


def _page(sketch: Sketch, apn: str, data: bytes) -> dict[str, Any]:
    return {"PageNum": sketch.page, "APN": apn, "Sketch": b64encode(data).decode()}

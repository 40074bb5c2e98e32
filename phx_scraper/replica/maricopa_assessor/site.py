"""The Assessor's API: which path gives what, and the refusals on the way."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable
from typing import Any

from aiohttp import web

from phx_scraper.replica.maricopa_assessor import parcel as parts
from phx_scraper.replica.maricopa_assessor.error_pages import DENIED, NOT_FOUND
from phx_scraper.replica.maricopa_assessor.map_services import HOST as MAP_HOST
from phx_scraper.replica.maricopa_assessor.map_services import map_services
from phx_scraper.replica.maricopa_assessor.presented import Shown, Sketch
from phx_scraper.replica.maricopa_assessor.search import parcel_of, search
from phx_scraper.replica.maricopa_assessor.sketch_drawing import sketch as draw_sketch
from phx_scraper.replica.responses import html, refused_once, wait_long
from phx_scraper.replica.state import Handler, State

_HOST = "mcassessor.maricopa.gov"
_PARCEL = re.compile(r"/parcel/(?P<apn>[0-9A-Za-z .-]{8,16})(?:/(?P<part>[a-z-]+))?/?")
_REFUSED = "refused"
_OTHER_PARCEL = "99999999"
_PARTS: dict[str, Callable[[Shown], Any]] = {
    "residential-details": parts.details,
    "valuations": parts.valuations,
    "mapids": parts.map_ids,
    "address": parts.address,
    "propertyinfo": parts.address,
    "owner-details": parts.owner,
}


def routes() -> dict[str, Handler]:
    """Host to handler."""
    return {_HOST: api, MAP_HOST: map_services}


async def api(state: State, request: web.Request, path: str) -> web.StreamResponse:
    """Search, parcels and map files, for callers with a token (any but `refused`)."""
    state.stats.ask(_HOST, _kind(path))
    token = request.headers.get("AUTHORIZATION", "").strip()
    if not token:
        return web.json_response({"message": "Unauthorized"}, status=401)
    if token == _REFUSED:
        return html(DENIED, 403)
    if path.startswith("/search/") and state.options.switched("assessor_search_gone"):
        return html(NOT_FOUND, 404)
    if path.rstrip("/") in ("/search/property", "/search/rp"):
        page = request.query.get("page", "1")
        return web.json_response(search(state, request.query.get("q", ""), int(page) if page.isdecimal() else 1))
    if path.startswith("/getmapid/"):
        return web.Response(body=b"%PDF-1.4\n%%EOF\n", content_type="application/pdf")
    match = _PARCEL.fullmatch(path)
    shown = parcel_of(state.memory, match["apn"], state.options) if match else None
    if match is None or shown is None:
        return html(NOT_FOUND, 404)
    return await _parcel(state, request, shown, match["part"] or "")


def _kind(path: str) -> str:
    return "search" if path.startswith("/search/") else "page" if path.startswith("/parcel/") else "other"


async def _parcel(state: State, request: web.Request, shown: Shown, part: str) -> web.StreamResponse:
    if shown.fate == "assessor_refused":
        return html(DENIED, 403)
    if shown.fate == "assessor_html":
        return html(NOT_FOUND)
    if shown.fate == "assessor_wait":
        return wait_long()
    if shown.fate == "assessor_sketches_gone" and part == "sketches":
        gone = shown.dice("sketches gone").chance(0.5)
        return html(NOT_FOUND, 404) if gone else web.json_response({"message": "Bad Request"}, status=400)
    first = state.stats.times(request.path.rstrip("/")) == 1
    if first and shown.hiccup:
        return refused_once(429 if shown.hiccup == "assessor_slow_down" else 500)
    if part == "sketches":
        return web.json_response(await _sketches(state, shown))
    if part == "":
        return web.json_response({name: make(shown) for name, make in _PARTS.items()} | parts.address(shown))
    if part == "residential-details" and "assessor_details_null" in shown.marks:
        return web.json_response(shown.dice("details null").pick(({}, None)))
    return web.json_response(_PARTS[part](shown)) if part in _PARTS else html(NOT_FOUND, 404)


async def _sketches(state: State, shown: Shown) -> dict[str, Any]:
    pages = [_page(sketch, shown.apn, await _drawn(state, sketch)) for sketch in shown.sketches]
    if "assessor_other_parcel" in shown.marks and pages:
        other = Sketch(len(pages) + 1, shown.dice("other parcel").hex(24))
        place = shown.dice("other place").between(0, len(pages))
        pages.insert(place, _page(other, _OTHER_PARCEL, await _drawn(state, other)))
    name = "Sheets" if shown.fate == "assessor_strange" else "Pages"
    return {"TotalPages": len(pages), name: pages}


async def _drawn(state: State, sketch: Sketch) -> bytes:
    data = await state.store.get(f"sketch-{sketch.seed}", lambda: draw_sketch(sketch.seed))
    return data[: len(data) // 2] if sketch.cut else data


def _page(sketch: Sketch, apn: str, data: bytes) -> dict[str, Any]:
    return {"PageNum": sketch.page, "APN": apn, "Sketch": b64encode(data).decode()}

"""Redfin's hosts: their routes and refusals."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from phx_scraper.errors import AddressError
from phx_scraper.homes import slug
from phx_scraper.replica.address_slugs import address_of_slug
from phx_scraper.replica.neighbours import near_misses
from phx_scraper.replica.photo_files import register, registered
from phx_scraper.replica.photo_responses import photo_response
from phx_scraper.replica.query_address import address_of_query
from phx_scraper.replica.redfin import urls
from phx_scraper.replica.redfin.above_the_fold import above_the_fold, initial_info, main_house
from phx_scraper.replica.redfin.below_the_fold import below_the_fold, photo_tags
from phx_scraper.replica.redfin.block_pages import BLOCK_PAGES
from phx_scraper.replica.redfin.foreign_photos import every_photo
from phx_scraper.replica.redfin.page import api_response, home_page
from phx_scraper.replica.redfin.photos import FAMILIES, last_digits, requested_file, requested_own_file
from phx_scraper.replica.redfin.presented import PresentedHome, present, present_ordinary, property_id_of
from phx_scraper.replica.redfin.searches import searches, zip_search
from phx_scraper.replica.redfin.special_pages import (
    FORBIDDEN_PAGE,
    ROBOT_PAGE,
    missing_page,
    rental_page,
    unknown_shape_page,
)
from phx_scraper.replica.redfin.suggestions import moved_path, suggested, suggestions, understood
from phx_scraper.replica.requested_homes import record_request
from phx_scraper.replica.responses import html, not_found, transient_refusal
from phx_scraper.replica.state import Handler, State

_HOST = "www.redfin.com"
_AUTOCOMPLETE = "/stingray/do/location-autocomplete"
_API = "/stingray/api/home/details/"
_RATE_LIMITED = "https://ratelimited.redfin.com/"


def routes() -> dict[str, Handler]:
    """Host to handler."""
    return {_HOST: pages, "ratelimited.redfin.com": rate_limited, "ssl.cdn-redfin.com": photos}


async def rate_limited(state: State, request: web.Request, path: str) -> web.StreamResponse:
    """The host that refused clients are redirected to."""
    state.stats.count_request("ratelimited.redfin.com", "page")
    return _robot_response()


async def pages(state: State, request: web.Request, path: str) -> web.StreamResponse:
    """Lookups, home pages and the API."""
    home_page_path, bare = urls.HOME.fullmatch(path), urls.BARE.fullmatch(path)
    if _is_switched_off(state, path):
        state.stats.count_request(_HOST, "refused")
        return html(FORBIDDEN_PAGE, 403)
    if path.rstrip("/") == _AUTOCOMPLETE:
        state.stats.count_request(_HOST, "suggestions")
        return _json_response(_suggest(state, request.query.get("location", "")))
    search = searches().get(path.rstrip("/"))
    found = search(state, request) if search else zip_search(state, path)
    if found is not None:
        state.stats.count_request(_HOST, "search")
        return found
    if home_page_path or bare:
        state.stats.count_request(_HOST, "page")
        address = _address(state, path)
        return (
            await _home(state, request, path, present(address, state.options)) if address else html(missing_page(), 404)
        )
    if path.startswith((_API, "/stingray/api/v1/home/details/", "/stingray/api/photoTags")):
        state.stats.count_request(_HOST, "page")
        return await _details(state, request, path)
    state.stats.count_request(_HOST, "other")
    return html(missing_page(), 404)


def register_address(state: State, address: str) -> None:
    """Register the home's ids and photo files; raises AddressError."""
    _record(state, present(address, state.options))


def _record(state: State, presented: PresentedHome) -> None:
    state.registry.record(f"redfin:{presented.property_id}", presented.home.text)
    state.registry.record(f"listing:{presented.listing_id}", presented.home.text)
    state.registry.record(f"slug:{slug(presented.home.text)}", presented.home.text)
    for photo in every_photo(presented, state.options):
        register(state.files, f"redfin:{photo.key}", photo.file)


def _is_switched_off(state: State, path: str) -> bool:
    lookups = path.startswith("/stingray/") and state.options.switched_on("lookups_refused")
    return lookups or (path.rstrip("/") == _AUTOCOMPLETE and state.options.switched_on("autocomplete_refused"))


def _suggest(state: State, query: str) -> str:
    try:
        presented = present(address_of_query(query, state.registry), state.options)
    except AddressError:
        return api_response({"sections": []})
    record_request(state.registry, presented.home.text)
    _record(state, presented)
    for text in suggested(presented):
        state.registry.record(f"redfin:{property_id_of(text)}", text)
    return api_response(suggestions(presented, state.options) if understood(presented, query) else {"sections": []})


def _address(state: State, path: str) -> str | None:
    """The address of a home page's path: by its number, else by its words."""
    number = path.rstrip("/").rpartition("/")[2]
    known = state.registry.get(f"redfin:{number}")
    match = urls.HOME.fullmatch(path)
    if known or not match:
        return known
    street, _, zip_code = match["street"].rpartition("-")
    parts = (street, match["unit"] and f"unit-{match['unit']}", match["city"], match["state"], zip_code)
    address = address_of_slug("-".join(filter(None, parts)), state.registry)
    return address if address and property_id_of(address) == int(number) else None


async def _home(state: State, request: web.Request, path: str, presented: PresentedHome) -> web.StreamResponse:
    _record(state, presented)
    refusal = _refusal(state, request, presented)
    if refusal is not None:
        return refusal
    if presented.ending in ("redfin_unlisted", "redfin_near_misses", "redfin_gone"):
        return html(missing_page(), 404 if presented.rng("gone").chance(0.5) else 200)
    proper = urls.home_path(presented.home, presented.property_id)
    # The id decides, not the words; only the bare id and older forms of the path redirect to the current one.
    if urls.BARE.fullmatch(path) or path.rstrip("/") == moved_path(proper):
        return web.Response(status=301, headers={"Location": urls.SITE + proper})
    if presented.ending == "redfin_rental":
        return html(rental_page(presented))
    if presented.ending in ("redfin_strange", "redfin_api_only"):
        return html(unknown_shape_page(presented, state.options))
    return html(home_page(_home_on_page(state, presented), state.options))


def _home_on_page(state: State, presented: PresentedHome) -> PresentedHome:
    """The home on the page, which is another one in the scenario of a wrong page."""
    if presented.ending != "redfin_wrong_page":
        return presented
    other = present_ordinary(near_misses(presented.home.address, presented.rng("wrong page"), 1)[0], state.options)
    _record(state, other)
    return other


def _refusal(state: State, request: web.Request, presented: PresentedHome) -> web.Response | None:
    if presented.ending == "redfin_ratelimited":
        return web.Response(status=302, headers={"Location": _RATE_LIMITED})
    if presented.ending == "redfin_robot":
        return _robot_response()
    if presented.ending == "redfin_forbidden":
        return html(FORBIDDEN_PAGE, 403)
    if presented.ending == "redfin_accepted":
        return web.Response(status=202)
    if presented.ending in BLOCK_PAGES:
        return BLOCK_PAGES[presented.ending]()
    first = state.stats.count_url(request.path) == 1
    if first and presented.transient:
        return transient_refusal(429 if presented.transient == "redfin_slow_down" else 503)
    return None


def _robot_response() -> web.Response:
    return html(ROBOT_PAGE, 429)


async def _details(state: State, request: web.Request, path: str) -> web.StreamResponse:
    """One API response about a home that the query (a path, a property id) or the path (a listing id) names."""
    address = _address_of_request(state, request, path)
    if address is None:
        return _json_response(api_response(None))
    presented = present(address, state.options)
    _record(state, presented)
    refusal = _refusal(state, request, presented)
    if refusal is not None:
        return refusal
    name = "tags" if "photoTags" in path else path.rpartition("/")[2]
    makers = _makers(state)
    absent = presented.outcome == "not_found" or presented.ending in ("redfin_rental", "redfin_strange")
    return _json_response(
        api_response(None if absent or name not in makers else makers[name](_home_on_page(state, presented)))
    )


def _makers(state: State) -> dict[str, Callable[[PresentedHome], dict[str, object]]]:
    return {
        "initialInfo": initial_info,
        "aboveTheFold": lambda presented: above_the_fold(presented, state.options),
        "belowTheFold": lambda presented: below_the_fold(presented, state.options),
        "mainHouseInfoPanelInfo": main_house,
        "tags": photo_tags,
    }


def _address_of_request(state: State, request: web.Request, path: str) -> str | None:
    if "path" in request.query:
        return _address(state, request.query["path"])
    if "propertyId" in request.query:
        return state.registry.get(f"redfin:{request.query['propertyId']}")
    numbers = [part for part in path.split("/") if part.isdigit()]
    return state.registry.get(f"listing:{numbers[0]}") if numbers else None


def _json_response(text: str) -> web.Response:
    return web.Response(text=text, content_type="application/json")


async def photos(state: State, request: web.Request, path: str) -> web.StreamResponse:
    """The photo CDN: files that some page has listed, in the directories that exist; any other name is 404."""
    state.stats.count_request("ssl.cdn-redfin.com", "photo")
    own = urls.OWN_PHOTO.fullmatch(path)
    if own is not None:
        file = registered(state.files, f"redfin:{own['bundle']}/{own['stem']}")
        wanted = requested_own_file(path, file, own["dir"] or "") if file else None
        return await photo_response(state, request, wanted) if wanted else not_found()
    match = urls.PHOTO.fullmatch(path)
    if match is None or match["dir"] not in FAMILIES or last_digits(match["mls"]) != match["last"]:
        return not_found()
    file = registered(state.files, f"redfin:{match['source']}/{match['stem']}")
    if file is None or FAMILIES[match["dir"]][0] != (match["prefix"] or ""):
        return not_found()
    if (match["extension"] == "webp") is not (file.image_format == "WEBP"):
        return not_found()
    return await photo_response(state, request, requested_file(path, file, match["dir"]))

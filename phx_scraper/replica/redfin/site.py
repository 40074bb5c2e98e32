"""Redfin's hosts: which path gives what, and the refusals on the way."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from phx_scraper.errors import AddressError
from phx_scraper.homes import slug
from phx_scraper.replica.address_slugs import address_of_slug
from phx_scraper.replica.neighbours import near_misses
from phx_scraper.replica.photo_files import register, registered
from phx_scraper.replica.photo_responses import answer_photo
from phx_scraper.replica.query_address import meant
from phx_scraper.replica.redfin import urls
from phx_scraper.replica.redfin.above_the_fold import above_the_fold, initial_info, main_house
from phx_scraper.replica.redfin.below_the_fold import below_the_fold, photo_tags
from phx_scraper.replica.redfin.block_pages import WALLS
from phx_scraper.replica.redfin.foreign_photos import every_photo
from phx_scraper.replica.redfin.page import answer, home_page
from phx_scraper.replica.redfin.photos import FAMILIES, last_digits, wanted_file
from phx_scraper.replica.redfin.presented import Shown, plain, property_id_of, show
from phx_scraper.replica.redfin.searches import searches, zip_search
from phx_scraper.replica.redfin.special_pages import FORBIDDEN_PAGE, ROBOT_PAGE, missing_page, rental_page, strange_page
from phx_scraper.replica.redfin.suggestions import moved_path, suggested, suggestions, understood
from phx_scraper.replica.requested_homes import know
from phx_scraper.replica.responses import html, not_found, refused_once
from phx_scraper.replica.state import Handler, State

_HOST = "www.redfin.com"
_AUTOCOMPLETE = "/stingray/do/location-autocomplete"
_API = "/stingray/api/home/details/"
_RATE_LIMITED = "https://ratelimited.redfin.com/"


def routes() -> dict[str, Handler]:
    """Host to handler."""
    return {_HOST: pages, "ratelimited.redfin.com": robots, "ssl.cdn-redfin.com": photos}


async def robots(state: State, request: web.Request, path: str) -> web.StreamResponse:
    """The host that refused visitors are sent to."""
    state.stats.ask("ratelimited.redfin.com", "page")
    return _robot()


async def pages(state: State, request: web.Request, path: str) -> web.StreamResponse:
    """Autocomplete, home pages and the answers they are made of."""
    home, bare = urls.HOME.fullmatch(path), urls.BARE.fullmatch(path)
    if _shut(state, path):
        state.stats.ask(_HOST, "refused")
        return html(FORBIDDEN_PAGE, 403)
    if path.rstrip("/") == _AUTOCOMPLETE:
        state.stats.ask(_HOST, "suggestions")
        return _api(_suggest(state, request.query.get("location", "")))
    search = searches().get(path.rstrip("/"))
    found = search(state, request) if search else zip_search(state, path)
    if found is not None:
        state.stats.ask(_HOST, "search")
        return found
    if home or bare:
        state.stats.ask(_HOST, "page")
        address = _address(state, path)
        return await _home(state, request, path, show(address, state.options)) if address else html(missing_page(), 404)
    if path.startswith((_API, "/stingray/api/v1/home/details/", "/stingray/api/photoTags")):
        state.stats.ask(_HOST, "page")
        return await _details(state, request, path)
    state.stats.ask(_HOST, "other")
    return html(missing_page(), 404)


def meet(state: State, address: str) -> None:
    """Learn the home's ids and photo files; raises AddressError."""
    _learn(state, show(address, state.options))


def _learn(state: State, shown: Shown) -> None:
    state.memory.learn(f"redfin:{shown.property_id}", shown.world.text)
    state.memory.learn(f"listing:{shown.listing_id}", shown.world.text)
    state.memory.learn(f"slug:{slug(shown.world.text)}", shown.world.text)
    for photo in every_photo(shown, state.options):
        register(state.files, f"redfin:{photo.key}", photo.file)


def _shut(state: State, path: str) -> bool:
    lookups = path.startswith("/stingray/") and state.options.switched("lookups_refused")
    return lookups or (path.rstrip("/") == _AUTOCOMPLETE and state.options.switched("autocomplete_refused"))


def _suggest(state: State, asked: str) -> str:
    try:
        shown = show(meant(asked, state.memory), state.options)
    except AddressError:
        return answer({"sections": []})
    know(state.memory, shown.world.text)
    _learn(state, shown)
    for text in suggested(shown):
        state.memory.learn(f"redfin:{property_id_of(text)}", text)
    return answer(suggestions(shown, state.options) if understood(shown, asked) else {"sections": []})


def _address(state: State, path: str) -> str | None:
    """The address that a home page's path means: by its number, else by its words."""
    number = path.rstrip("/").rpartition("/")[2]
    known = state.memory.recall(f"redfin:{number}")
    match = urls.HOME.fullmatch(path)
    if known or not match:
        return known
    street, _, zip_code = match["street"].rpartition("-")
    parts = (street, match["unit"] and f"unit-{match['unit']}", match["city"], match["state"], zip_code)
    address = address_of_slug("-".join(filter(None, parts)), state.memory)
    return address if address and property_id_of(address) == int(number) else None


async def _home(state: State, request: web.Request, path: str, shown: Shown) -> web.StreamResponse:
    _learn(state, shown)
    refusal = _refusal(state, request, shown)
    if refusal is not None:
        return refusal
    if shown.fate in ("redfin_unlisted", "redfin_near_misses", "redfin_gone"):
        return html(missing_page(), 404 if shown.dice("gone").chance(0.5) else 200)
    proper = urls.home_path(shown.world, shown.property_id)
    # The id decides, whatever the words say; only the bare id and older forms of the path lead to the present one.
    if urls.BARE.fullmatch(path) or path.rstrip("/") == moved_path(proper):
        return web.Response(status=301, headers={"Location": urls.SITE + proper})
    if shown.fate == "redfin_rental":
        return html(rental_page(shown))
    if shown.fate in ("redfin_strange", "redfin_api_only"):
        return html(strange_page(shown, state.options))
    return html(home_page(_stated(state, shown), state.options))


def _stated(state: State, shown: Shown) -> Shown:
    """The home that the page shows, which is another one where the page is wrong on purpose."""
    if shown.fate != "redfin_wrong_page":
        return shown
    other = plain(near_misses(shown.world.address, shown.dice("wrong page"), 1)[0], state.options)
    _learn(state, other)
    return other


def _refusal(state: State, request: web.Request, shown: Shown) -> web.Response | None:
    if shown.fate == "redfin_ratelimited":
        return web.Response(status=302, headers={"Location": _RATE_LIMITED})
    if shown.fate == "redfin_robot":
        return _robot()
    if shown.fate == "redfin_forbidden":
        return html(FORBIDDEN_PAGE, 403)
    if shown.fate == "redfin_accepted":
        return web.Response(status=202)
    if shown.fate in WALLS:
        return WALLS[shown.fate]()
    first = state.stats.times(request.path) == 1
    if first and shown.hiccup:
        return refused_once(429 if shown.hiccup == "redfin_slow_down" else 503)
    return None


def _robot() -> web.Response:
    return html(ROBOT_PAGE, 429)


async def _details(state: State, request: web.Request, path: str) -> web.StreamResponse:
    """One API answer of a home that the query (a path, a property id) or the path (a listing id) names."""
    address = _asked(state, request, path)
    if address is None:
        return _api(answer(None))
    shown = show(address, state.options)
    _learn(state, shown)
    refusal = _refusal(state, request, shown)
    if refusal is not None:
        return refusal
    name = "tags" if "photoTags" in path else path.rpartition("/")[2]
    makers = _makers(state)
    absent = shown.outcome == "not_found" or shown.fate in ("redfin_rental", "redfin_strange")
    return _api(answer(None if absent or name not in makers else makers[name](_stated(state, shown))))


def _makers(state: State) -> dict[str, Callable[[Shown], dict[str, object]]]:
    return {
        "initialInfo": initial_info,
        "aboveTheFold": lambda shown: above_the_fold(shown, state.options),
        "belowTheFold": lambda shown: below_the_fold(shown, state.options),
        "mainHouseInfoPanelInfo": main_house,
        "tags": photo_tags,
    }


def _asked(state: State, request: web.Request, path: str) -> str | None:
    if "path" in request.query:
        return _address(state, request.query["path"])
    if "propertyId" in request.query:
        return state.memory.recall(f"redfin:{request.query['propertyId']}")
    numbers = [part for part in path.split("/") if part.isdigit()]
    return state.memory.recall(f"listing:{numbers[0]}") if numbers else None


def _api(text: str) -> web.Response:
    return web.Response(text=text, content_type="application/json")


async def photos(state: State, request: web.Request, path: str) -> web.StreamResponse:
    """The photo CDN: files that some page has named, in the directories that exist; an invented name is 404."""
    state.stats.ask("ssl.cdn-redfin.com", "photo")
    match = urls.PHOTO.fullmatch(path)
    if match is None or match["dir"] not in FAMILIES or last_digits(match["mls"]) != match["last"]:
        return not_found()
    file = registered(state.files, f"redfin:{match['source']}/{match['stem']}")
    if file is None or FAMILIES[match["dir"]][0] != (match["prefix"] or ""):
        return not_found()
    if (match["ending"] == "webp") is not (file.image_format == "WEBP"):
        return not_found()
    return await answer_photo(state, request, wanted_file(path, file, match["dir"]))

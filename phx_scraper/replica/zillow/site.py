"""Zillow's three hosts: which path gives what, and the refusals on the way."""

from __future__ import annotations

import asyncio
from hashlib import sha256

from aiohttp import web

from phx_scraper.errors import AddressError
from phx_scraper.homes import slug
from phx_scraper.replica.address_slugs import address_of_slug
from phx_scraper.replica.photo_responses import Wanted, answer_photo
from phx_scraper.replica.pictures import Picture, Size
from phx_scraper.replica.query_address import meant
from phx_scraper.replica.requested_homes import know
from phx_scraper.replica.responses import forbidden, html, not_found, refused_once, wait_long
from phx_scraper.replica.seeded_random import Dice
from phx_scraper.replica.state import Handler, State
from phx_scraper.replica.zillow import urls
from phx_scraper.replica.zillow.block_pages import ERROR_PAGE, block_page, wall
from phx_scraper.replica.zillow.detail import detail_page
from phx_scraper.replica.zillow.graphql import asked_query, graph_answer, graph_error
from phx_scraper.replica.zillow.photos import VARIANTS, best_variant
from phx_scraper.replica.zillow.presented import Shown, show, zpid_of
from phx_scraper.replica.zillow.search import hits, search_page, zip_page
from phx_scraper.replica.zillow.suggestions import city_named, region, suggested, suggestions
from phx_scraper.replica.zip_homes import in_zip

_SLOW_SECONDS = 1.5
_PAGE = 41
_OLD_IMAGE = VARIANTS["h_n"]


def routes() -> dict[str, Handler]:
    """Host to handler."""
    return {"www.zillow.com": pages, "www.zillowstatic.com": statics, "photos.zillowstatic.com": photos}


async def statics(state: State, request: web.Request, path: str) -> web.StreamResponse:
    """Suggestions, and the stray pictures of the static host."""
    if path.rstrip("/") == "/autocomplete/v3/suggestions":
        state.stats.ask("www.zillowstatic.com", "suggestions")
        if state.options.switched("zillow_autocomplete_refused"):
            return forbidden()
        if state.options.switched("zillow_autocomplete_empty"):
            return web.Response(content_type="application/json")
        return web.json_response(_suggest(state, request.query.get("q", "")))
    state.stats.ask("www.zillowstatic.com", "other")
    if path.endswith(("/poster.jpg", ".jpg", ".png")):
        subject = "panorama" if path.endswith("/poster.jpg") else "portrait"
        return await _stray(state, request, path, subject)
    return not_found()


def _suggest(state: State, asked: str) -> dict[str, object]:
    city = city_named(asked)
    if city:
        return {"results": [region(city, Dice("region", city))]}
    try:
        shown = show(meant(asked, state.memory), state.options)
    except AddressError:
        return {"results": []}
    know(state.memory, shown.world.text)
    for text in (shown.world.text, *suggested(shown)):
        _learn(state, text)
    return suggestions(shown, state.options)


async def pages(state: State, request: web.Request, path: str) -> web.StreamResponse:
    """Search and listing pages."""
    listing, searched = urls.DETAIL.fullmatch(path), urls.SEARCH.fullmatch(path)
    if not listing and state.options.switched("zillow_searches_refused"):
        state.stats.ask("www.zillow.com", "refused")
        return html(wall(), 403)
    if path.rstrip("/") == "/zg-graph":
        state.stats.ask("www.zillow.com", "suggestions")
        return await _graph(state, request)
    if searched and searched["slug"].isdecimal():
        state.stats.ask("www.zillow.com", "search")
        return _zip_search(state, searched["slug"])
    if listing:
        state.stats.ask("www.zillow.com", "page")
        address = _address(state, listing["slug"], int(listing["zpid"]))
        return await _detail(state, request, show(address, state.options)) if address else not_found()
    if searched:
        state.stats.ask("www.zillow.com", "search")
        address = address_of_slug(searched["slug"], state.memory)
        return await _search(state, request, show(address, state.options)) if address else not_found()
    state.stats.ask("www.zillow.com", "other")
    return not_found()


async def _graph(state: State, request: web.Request) -> web.Response:
    asked = await asked_query(request)
    if asked is None:
        return web.json_response(graph_error(), status=400)
    try:
        shown = show(meant(asked, state.memory), state.options)
    except AddressError:
        return web.json_response(graph_answer(None))
    know(state.memory, shown.world.text)
    return _blocked(shown) if shown.fate.startswith("blocked") else web.json_response(graph_answer(shown))


def _zip_search(state: State, zip_code: str) -> web.Response:
    absent = ("no_listing", "only_near_misses", "off_market", "sold")
    homes = [text for text in in_zip(state.memory, zip_code) if show(text, state.options).fate not in absent][:_PAGE]
    for text in homes:
        _learn(state, text)
    return html(zip_page(zip_code, homes, state.options)) if homes else not_found()


async def _search(state: State, request: web.Request, shown: Shown) -> web.StreamResponse:
    for text in (shown.world.text, *hits(shown)):
        _learn(state, text)
    if shown.fate.startswith("blocked"):
        return _blocked(shown)
    if shown.find == "search_redirect":
        return web.Response(status=302, headers={"Location": urls.detail_url(shown.world.text, shown.zpid)})
    if shown.find == "search_direct":
        return await _detail(state, request, shown)
    return html(search_page(shown, state.options))


async def _detail(state: State, request: web.Request, shown: Shown) -> web.StreamResponse:
    if shown.fate.startswith("blocked"):
        return _blocked(shown)
    if shown.fate in ("no_listing", "only_near_misses"):
        return not_found()
    first = state.stats.times(request.path) == 1
    if first and shown.hiccup in ("rate_limited", "unavailable"):
        return refused_once(429 if shown.hiccup == "rate_limited" else 503)
    if first and shown.hiccup == "error_page":
        return html(ERROR_PAGE, 500)
    if shown.hiccup == "slow":
        await asyncio.sleep(_SLOW_SECONDS)
    return html(detail_page(shown, state.options))


def _blocked(shown: Shown) -> web.Response:
    if shown.fate == "blocked_wait":
        return wait_long()
    return html(block_page(shown), status=200 if shown.fate in ("blocked_200", "blocked_bare") else 403)


async def photos(state: State, request: web.Request, path: str) -> web.StreamResponse:
    """The photo CDN: any key that a replica made, at any variant; the older kind of address for portraits."""
    state.stats.ask("photos.zillowstatic.com", "photo")
    match = urls.PHOTO.fullmatch(path)
    if match is None:
        return await _stray(state, request, path, "portrait") if path.startswith(("/h_n/", "/h_g/")) else not_found()
    picture, size = Picture.from_key(match["key"]), VARIANTS.get(match["variant"])
    if picture is None or size is None:
        return not_found()
    if match["ending"] == "webp":
        return await answer_photo(state, request, Wanted(path, picture, size, "WEBP"))
    best = match["variant"] == best_variant(state.options.width)[0]
    return await answer_photo(state, request, Wanted(path, picture, size, "JPEG", best=best))


async def _stray(state: State, request: web.Request, path: str, subject: str) -> web.StreamResponse:
    picture = Picture(sha256(path.encode()).hexdigest()[:24], subject)
    size = _OLD_IMAGE if subject == "portrait" else Size(1024)
    kind = "binary/octet-stream" if subject == "panorama" else ""
    return await answer_photo(state, request, Wanted(path, picture, size, "JPEG", kind))


def meet(state: State, address: str) -> None:
    """Learn the home's zpid and slug."""
    _learn(state, address)


def _learn(state: State, text: str) -> None:
    state.memory.learn(f"zpid:{zpid_of(text)}", text)
    state.memory.learn(f"slug:{slug(text)}", text)


def _address(state: State, named: str | None, zpid: int) -> str | None:
    known = state.memory.recall(f"zpid:{zpid}")
    if known or not named:
        return known
    address = address_of_slug(named, state.memory)
    return address if address and zpid_of(address) == zpid else None

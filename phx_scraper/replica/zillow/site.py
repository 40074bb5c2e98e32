"""Zillow's three hosts: their routes and refusals."""

from __future__ import annotations

import asyncio
from hashlib import sha256

from aiohttp import web

from phx_scraper.errors import AddressError
from phx_scraper.homes import slug
from phx_scraper.replica.address_slugs import address_of_slug
from phx_scraper.replica.photo_responses import RequestedFile, photo_response
from phx_scraper.replica.pictures import Picture, Size
from phx_scraper.replica.query_address import address_of_query
from phx_scraper.replica.requested_homes import record_request
from phx_scraper.replica.responses import forbidden, html, long_retry_after, not_found, transient_refusal
from phx_scraper.replica.seeded_random import SeededRandom
from phx_scraper.replica.state import Handler, State
from phx_scraper.replica.zillow import urls
from phx_scraper.replica.zillow.block_pages import ERROR_PAGE, block_page, general_block_page
from phx_scraper.replica.zillow.detail import detail_page
from phx_scraper.replica.zillow.graphql import graphql_error, graphql_response, requested_query
from phx_scraper.replica.zillow.photos import VARIANTS, best_variant
from phx_scraper.replica.zillow.presented import PresentedHome, present, zpid_of
from phx_scraper.replica.zillow.search import hits, search_page, zip_page
from phx_scraper.replica.zillow.suggestions import city_named, region, suggested, suggestions
from phx_scraper.replica.zip_homes import homes_in_zip

_SLOW_SECONDS = 1.5
_PAGE_SIZE = 41
_OLD_IMAGE = VARIANTS["h_n"]


def routes() -> dict[str, Handler]:
    """Host to handler."""
    return {"www.zillow.com": pages, "www.zillowstatic.com": statics, "photos.zillowstatic.com": photos}


async def statics(state: State, request: web.Request, path: str) -> web.StreamResponse:
    """Suggestions, and the static host's images."""
    if path.rstrip("/") == "/autocomplete/v3/suggestions":
        state.stats.count_request("www.zillowstatic.com", "suggestions")
        if state.options.switched_on("zillow_autocomplete_refused"):
            return forbidden()
        if state.options.switched_on("zillow_autocomplete_empty"):
            return web.Response(content_type="application/json")
        return web.json_response(_suggest(state, request.query.get("q", "")))
    state.stats.count_request("www.zillowstatic.com", "other")
    if path.endswith(("/poster.jpg", ".jpg", ".png")):
        subject = "panorama" if path.endswith("/poster.jpg") else "portrait"
        return await _unrelated_image(state, request, path, subject)
    return not_found()


def _suggest(state: State, query: str) -> dict[str, object]:
    city = city_named(query)
    if city:
        return {"results": [region(city, SeededRandom("region", city))]}
    try:
        presented = present(address_of_query(query, state.registry), state.options)
    except AddressError:
        return {"results": []}
    record_request(state.registry, presented.home.text)
    for text in (presented.home.text, *suggested(presented)):
        _record(state, text)
    return suggestions(presented, state.options)


async def pages(state: State, request: web.Request, path: str) -> web.StreamResponse:
    """Search and listing pages."""
    listing, searched = urls.DETAIL.fullmatch(path), urls.SEARCH.fullmatch(path)
    if not listing and state.options.switched_on("zillow_searches_refused"):
        state.stats.count_request("www.zillow.com", "refused")
        return html(general_block_page(), 403)
    if path.rstrip("/") == "/zg-graph":
        state.stats.count_request("www.zillow.com", "suggestions")
        return await _graphql(state, request)
    if searched and searched["slug"].isdecimal():
        state.stats.count_request("www.zillow.com", "search")
        return _zip_search(state, searched["slug"])
    if listing:
        state.stats.count_request("www.zillow.com", "page")
        address = _address(state, listing["slug"], int(listing["zpid"]))
        return await _detail(state, request, present(address, state.options)) if address else not_found()
    if searched:
        state.stats.count_request("www.zillow.com", "search")
        address = address_of_slug(searched["slug"], state.registry)
        return await _search(state, request, present(address, state.options)) if address else not_found()
    state.stats.count_request("www.zillow.com", "other")
    return not_found()


async def _graphql(state: State, request: web.Request) -> web.Response:
    query = await requested_query(request)
    if query is None:
        return web.json_response(graphql_error(), status=400)
    try:
        presented = present(address_of_query(query, state.registry), state.options)
    except AddressError:
        return web.json_response(graphql_response(None))
    record_request(state.registry, presented.home.text)
    return (
        _blocked(presented)
        if presented.ending.startswith("blocked")
        else web.json_response(graphql_response(presented))
    )


def _zip_search(state: State, zip_code: str) -> web.Response:
    absent = ("no_listing", "only_near_misses", "off_market", "sold")
    homes = [
        text for text in homes_in_zip(state.registry, zip_code) if present(text, state.options).ending not in absent
    ][:_PAGE_SIZE]
    for text in homes:
        _record(state, text)
    return html(zip_page(zip_code, homes, state.options)) if homes else not_found()


async def _search(state: State, request: web.Request, presented: PresentedHome) -> web.StreamResponse:
    for text in (presented.home.text, *hits(presented)):
        _record(state, text)
    if presented.ending.startswith("blocked"):
        return _blocked(presented)
    if presented.lookup == "search_redirect":
        return web.Response(status=302, headers={"Location": urls.detail_url(presented.home.text, presented.zpid)})
    if presented.lookup == "search_direct":
        return await _detail(state, request, presented)
    return html(search_page(presented, state.options))


async def _detail(state: State, request: web.Request, presented: PresentedHome) -> web.StreamResponse:
    if presented.ending.startswith("blocked"):
        return _blocked(presented)
    if presented.ending in ("no_listing", "only_near_misses"):
        return not_found()
    first = state.stats.count_url(request.path) == 1
    if first and presented.transient in ("rate_limited", "unavailable"):
        return transient_refusal(429 if presented.transient == "rate_limited" else 503)
    if first and presented.transient == "error_page":
        return html(ERROR_PAGE, 500)
    if presented.transient == "slow":
        await asyncio.sleep(_SLOW_SECONDS)
    return html(detail_page(presented, state.options))


def _blocked(presented: PresentedHome) -> web.Response:
    if presented.ending == "blocked_wait":
        return long_retry_after()
    return html(block_page(presented), status=200 if presented.ending in ("blocked_200", "blocked_bare") else 403)


async def photos(state: State, request: web.Request, path: str) -> web.StreamResponse:
    """The photo CDN: any key that a replica made, at any variant; the older form of URL for portraits."""
    state.stats.count_request("photos.zillowstatic.com", "photo")
    match = urls.PHOTO.fullmatch(path)
    if match is None:
        return (
            await _unrelated_image(state, request, path, "portrait")
            if path.startswith(("/h_n/", "/h_g/"))
            else not_found()
        )
    picture, size = Picture.from_key(match["key"]), VARIANTS.get(match["variant"])
    if picture is None or size is None:
        return not_found()
    if match["extension"] == "webp":
        return await photo_response(state, request, RequestedFile(path, picture, size, "WEBP"))
    best = match["variant"] == best_variant(state.options.width)[0]
    return await photo_response(state, request, RequestedFile(path, picture, size, "JPEG", best=best))


async def _unrelated_image(state: State, request: web.Request, path: str, subject: str) -> web.StreamResponse:
    picture = Picture(sha256(path.encode()).hexdigest()[:24], subject)
    size = _OLD_IMAGE if subject == "portrait" else Size(1024)
    content_type = "binary/octet-stream" if subject == "panorama" else ""
    return await photo_response(state, request, RequestedFile(path, picture, size, "JPEG", content_type))


def register_address(state: State, address: str) -> None:
    """Register the home's zpid and slug."""
    _record(state, address)


def _record(state: State, text: str) -> None:
    state.registry.record(f"zpid:{zpid_of(text)}", text)
    state.registry.record(f"slug:{slug(text)}", text)


def _address(state: State, named: str | None, zpid: int) -> str | None:
    known = state.registry.get(f"zpid:{zpid}")
    if known or not named:
        return known
    address = address_of_slug(named, state.registry)
    return address if address and zpid_of(address) == zpid else None

"""The hosts of Phoenix MLS: their routes and refusals."""

from __future__ import annotations

from io import BytesIO

from aiohttp import web
from PIL import Image

from phx_scraper.errors import AddressError
from phx_scraper.homes import slug
from phx_scraper.replica.address_slugs import address_of_slug
from phx_scraper.replica.neighbours import near_misses
from phx_scraper.replica.phoenix_mls import urls
from phx_scraper.replica.phoenix_mls.autocomplete import autocomplete_response, suggested, wrapped
from phx_scraper.replica.phoenix_mls.page import detail_page, results_page, unknown_shape_page
from phx_scraper.replica.phoenix_mls.photos import BOXES, WIDTHS, requested_original, requested_resized, requested_small
from phx_scraper.replica.phoenix_mls.presented import MlsListing, PresentedHome, present, present_ordinary
from phx_scraper.replica.phoenix_mls.search import searched
from phx_scraper.replica.phoenix_mls.wordpress_page import FIREWALL, GONE
from phx_scraper.replica.photo_files import register, registered
from phx_scraper.replica.photo_responses import photo_response
from phx_scraper.replica.query_address import address_of_query
from phx_scraper.replica.requested_homes import record_request
from phx_scraper.replica.responses import forbidden, html, long_retry_after, not_found, transient_refusal
from phx_scraper.replica.state import Handler, State
from phx_scraper.replica.street_types import spelled_out

_HOST, _OMNI = "phoenixmlssearch.com", "apps.flexmls.com"


def routes() -> dict[str, Handler]:
    """Host to handler."""
    return {
        _HOST: pages,
        f"www.{_HOST}": pages,
        _OMNI: autocomplete,
        urls.PHOTO_HOST: photos,
        "cdn2.photos.sparkplatform.com": photos,
        urls.RESIZE_HOST: resized,
    }


def register_address(state: State, address: str) -> None:
    """Register the home's MLS numbers and photo ids; raises AddressError."""
    _record(state, present(address, state.options))


def _record(state: State, presented: PresentedHome) -> None:
    text = presented.home.text
    state.registry.record(f"slug:{slug(text)}", text)
    for listing in presented.listings:
        state.registry.record(f"mls:{listing.mls}", text)
        # Numbers of two homes may be equal, so the words of the path come first.
        state.registry.record(f"mls:{listing.mls}:{urls.words_of(urls.mls_address(presented.home))}", text)
        for photo in listing.photos:
            register(state.files, f"spark:{photo.spark_id}", photo.file)
            if not photo.has_original:
                state.files.record(f"no original:{photo.spark_id}", "")


async def autocomplete(state: State, request: web.Request, path: str) -> web.StreamResponse:
    """The autocomplete."""
    if path.rstrip("/") != "/quick_launch/omni":
        state.stats.count_request(_OMNI, "other")
        return not_found()
    state.stats.count_request(_OMNI, "suggestions")
    if state.options.switched_on("omni_refused"):
        return forbidden()
    callback = request.query.get("callback", "")
    try:
        presented = present(address_of_query(request.query.get("_q", ""), state.registry), state.options)
    except AddressError:
        return _javascript_response(wrapped({"D": {"Success": True, "Results": []}}, callback))
    record_request(state.registry, presented.home.text)
    _record(state, presented)
    if presented.lookup == "omni_literal" and not spelled_out(request.query.get("_q", ""), presented.home.address):
        return _javascript_response(wrapped({"D": {"Success": True, "Results": []}}, callback))
    for address, mls in suggested(presented, state.options):
        state.registry.record(f"mls:{mls}:{urls.words_of(address)}", address)
    return _javascript_response(autocomplete_response(presented, callback, state.options))


def _javascript_response(text: str) -> web.Response:
    return web.Response(text=text, content_type="text/javascript", charset="utf-8")


async def pages(state: State, request: web.Request, path: str) -> web.StreamResponse:
    """Detail and results pages, and the site's own pictures."""
    host, detail = request.match_info["host"].lower(), urls.DETAIL.fullmatch(path)
    if path.rstrip("/") == "/mls/search":
        state.stats.count_request(host, "search")
        return _results(state, request)
    if detail:
        state.stats.count_request(host, "page")
        found = _find_listing(state, detail["mls"], detail["words"])
        return _detail(state, request, *found) if found else html(GONE)
    state.stats.count_request(host, "other")
    return _gif() if path.startswith("/wp-content/") and path.endswith(".gif") else not_found()


def _gif() -> web.Response:
    buffer = BytesIO()
    Image.new("P", (300, 80), 1).save(buffer, "GIF")
    return web.Response(body=buffer.getvalue(), content_type="image/gif")


def _find_listing(state: State, mls: str, words: str) -> tuple[PresentedHome, MlsListing] | None:
    """The home and its listing of that number; the words only decide between homes with equal numbers."""
    names = (f"mls:{mls}:{urls.words_of(words)}", f"mls:{mls}")
    known = [state.registry.get(name) for name in names] + [address_of_slug(words, state.registry)]
    for text in filter(None, known):
        presented = present(text, state.options)
        listing = next((one for one in presented.listings if one.mls == mls), None)
        if listing is not None:
            return presented, listing
    return None


def _results(state: State, request: web.Request) -> web.Response:
    found = searched(state, request.query)
    if found is None:
        return html(FIREWALL, 403)
    for presented, _ in found:
        _record(state, presented)
    return html(results_page(found))


def _detail(state: State, request: web.Request, presented: PresentedHome, listing: MlsListing) -> web.Response:
    _record(state, presented)
    if presented.ending == "phoenix_firewall":
        return html(FIREWALL, 403)
    if presented.ending == "phoenix_wait":
        return long_retry_after()
    if presented.outcome == "not_found" or presented.ending == "phoenix_down":
        return html(GONE)
    if listing.mls != presented.listing.mls:
        return html(detail_page(presented, listing))
    first = state.stats.count_url(request.path) == 1
    if first and presented.transient:
        return transient_refusal(429 if presented.transient == "phoenix_slow_down" else 503)
    if presented.ending == "phoenix_strange":
        return html(unknown_shape_page(presented, listing))
    if presented.ending == "phoenix_wrong_page":
        other = present_ordinary(near_misses(presented.home.address, presented.rng("wrong page"), 1)[0], state.options)
        _record(state, other)
        return html(detail_page(other, other.listing))
    return html(detail_page(presented, listing))


async def photos(state: State, request: web.Request, path: str) -> web.StreamResponse:
    """Originals and resized files, of ids that some page has listed."""
    state.stats.count_request(request.match_info["host"].lower(), "photo")
    match = urls.PHOTO.fullmatch(path)
    file = registered(state.files, f"spark:{match['id']}") if match else None
    if match is None or file is None:
        return not_found()
    size = match["size"] or ""
    if size in WIDTHS:
        return await photo_response(state, request, requested_small(path, file, size))
    if state.files.get(f"no original:{match['id']}") is not None:
        return not_found()
    return await photo_response(state, request, requested_original(path, file))


async def resized(state: State, request: web.Request, path: str) -> web.StreamResponse:
    """Originals fitted into the boxes that the plugin asks for."""
    state.stats.count_request(urls.RESIZE_HOST, "photo")
    match = urls.RESIZED.fullmatch(path)
    file = registered(state.files, f"spark:{match['id']}") if match else None
    if match is None or file is None or match["box"] not in BOXES:
        return not_found()
    return await photo_response(state, request, requested_resized(path, file, match["box"]))

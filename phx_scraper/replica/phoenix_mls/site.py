"""The hosts of Phoenix MLS: which path gives what, and the refusals on the way."""

from __future__ import annotations

from io import BytesIO

from aiohttp import web
from PIL import Image

from phx_scraper.errors import AddressError
from phx_scraper.homes import slug
from phx_scraper.replica.address_slugs import address_of_slug
from phx_scraper.replica.neighbours import near_misses
from phx_scraper.replica.phoenix_mls import urls
from phx_scraper.replica.phoenix_mls.autocomplete import answer, suggested, wrapped
from phx_scraper.replica.phoenix_mls.page import detail_page, results_page, strange_page
from phx_scraper.replica.phoenix_mls.photos import BOXES, WIDTHS, wanted_original, wanted_resized, wanted_small
from phx_scraper.replica.phoenix_mls.presented import MlsListing, Shown, plain, show
from phx_scraper.replica.phoenix_mls.search import searched
from phx_scraper.replica.phoenix_mls.wordpress_page import FIREWALL, GONE
from phx_scraper.replica.photo_files import register, registered
from phx_scraper.replica.photo_responses import answer_photo
from phx_scraper.replica.query_address import meant
from phx_scraper.replica.requested_homes import know
from phx_scraper.replica.responses import forbidden, html, not_found, refused_once, wait_long
from phx_scraper.replica.state import Handler, State
from phx_scraper.replica.street_types import spelled_out

_HOST, _OMNI = "phoenixmlssearch.com", "apps.flexmls.com"


def routes() -> dict[str, Handler]:
    """Host to handler."""
    return {
        _HOST: pages,
        f"www.{_HOST}": pages,
        _OMNI: omni,
        urls.PHOTO_HOST: photos,
        "cdn2.photos.sparkplatform.com": photos,
        urls.RESIZE_HOST: resized,
    }


def meet(state: State, address: str) -> None:
    """Learn the home's MLS numbers and photo ids; raises AddressError."""
    _learn(state, show(address, state.options))


def _learn(state: State, shown: Shown) -> None:
    text = shown.world.text
    state.memory.learn(f"slug:{slug(text)}", text)
    for listing in shown.listings:
        state.memory.learn(f"mls:{listing.mls}", text)
        # Numbers of two homes may be equal, so the words of the path come first.
        state.memory.learn(f"mls:{listing.mls}:{urls.words_of(urls.shown_address(shown.world))}", text)
        for photo in listing.photos:
            register(state.files, f"spark:{photo.spark_id}", photo.file)
            if not photo.has_original:
                state.files.learn(f"no original:{photo.spark_id}", "")


async def omni(state: State, request: web.Request, path: str) -> web.StreamResponse:
    """The autocomplete."""
    if path.rstrip("/") != "/quick_launch/omni":
        state.stats.ask(_OMNI, "other")
        return not_found()
    state.stats.ask(_OMNI, "suggestions")
    if state.options.switched("omni_refused"):
        return forbidden()
    callback = request.query.get("callback", "")
    try:
        shown = show(meant(request.query.get("_q", ""), state.memory), state.options)
    except AddressError:
        return _script(wrapped({"D": {"Success": True, "Results": []}}, callback))
    know(state.memory, shown.world.text)
    _learn(state, shown)
    if shown.find == "omni_literal" and not spelled_out(request.query.get("_q", ""), shown.world.address):
        return _script(wrapped({"D": {"Success": True, "Results": []}}, callback))
    for address, mls in suggested(shown, state.options):
        state.memory.learn(f"mls:{mls}:{urls.words_of(address)}", address)
    return _script(answer(shown, callback, state.options))


def _script(text: str) -> web.Response:
    return web.Response(text=text, content_type="text/javascript", charset="utf-8")


async def pages(state: State, request: web.Request, path: str) -> web.StreamResponse:
    """Detail and results pages, and the site's own pictures."""
    host, detail = request.match_info["host"].lower(), urls.DETAIL.fullmatch(path)
    if path.rstrip("/") == "/mls/search":
        state.stats.ask(host, "search")
        return _results(state, request)
    if detail:
        state.stats.ask(host, "page")
        found = _find(state, detail["mls"], detail["words"])
        return _detail(state, request, *found) if found else html(GONE)
    state.stats.ask(host, "other")
    return _gif() if path.startswith("/wp-content/") and path.endswith(".gif") else not_found()


def _gif() -> web.Response:
    buffer = BytesIO()
    Image.new("P", (300, 80), 1).save(buffer, "GIF")
    return web.Response(body=buffer.getvalue(), content_type="image/gif")


def _find(state: State, mls: str, words: str) -> tuple[Shown, MlsListing] | None:
    """The home and its listing of that number; the words only decide between homes with equal numbers."""
    names = (f"mls:{mls}:{urls.words_of(words)}", f"mls:{mls}")
    known = [state.memory.recall(name) for name in names] + [address_of_slug(words, state.memory)]
    for text in filter(None, known):
        shown = show(text, state.options)
        listing = next((one for one in shown.listings if one.mls == mls), None)
        if listing is not None:
            return shown, listing
    return None


def _results(state: State, request: web.Request) -> web.Response:
    found = searched(state, request.query)
    if found is None:
        return html(FIREWALL, 403)
    for shown, _ in found:
        _learn(state, shown)
    return html(results_page(found))


def _detail(state: State, request: web.Request, shown: Shown, listing: MlsListing) -> web.Response:
    _learn(state, shown)
    if shown.fate == "phoenix_firewall":
        return html(FIREWALL, 403)
    if shown.fate == "phoenix_wait":
        return wait_long()
    if shown.outcome == "not_found" or shown.fate == "phoenix_down":
        return html(GONE)
    if listing.mls != shown.listing.mls:
        return html(detail_page(shown, listing))
    first = state.stats.times(request.path) == 1
    if first and shown.hiccup:
        return refused_once(429 if shown.hiccup == "phoenix_slow_down" else 503)
    if shown.fate == "phoenix_strange":
        return html(strange_page(shown, listing))
    if shown.fate == "phoenix_wrong_page":
        other = plain(near_misses(shown.world.address, shown.dice("wrong page"), 1)[0], state.options)
        _learn(state, other)
        return html(detail_page(other, other.listing))
    return html(detail_page(shown, listing))


async def photos(state: State, request: web.Request, path: str) -> web.StreamResponse:
    """Originals and the small files beside them, of ids that some page has named."""
    state.stats.ask(request.match_info["host"].lower(), "photo")
    match = urls.PHOTO.fullmatch(path)
    file = registered(state.files, f"spark:{match['id']}") if match else None
    if match is None or file is None:
        return not_found()
    size = match["size"] or ""
    if size in WIDTHS:
        return await answer_photo(state, request, wanted_small(path, file, size))
    if state.files.recall(f"no original:{match['id']}") is not None:
        return not_found()
    return await answer_photo(state, request, wanted_original(path, file))


async def resized(state: State, request: web.Request, path: str) -> web.StreamResponse:
    """Originals fitted into the boxes that the plugin asks for."""
    state.stats.ask(urls.RESIZE_HOST, "photo")
    match = urls.RESIZED.fullmatch(path)
    file = registered(state.files, f"spark:{match['id']}") if match else None
    if match is None or file is None or match["box"] not in BOXES:
        return not_found()
    return await answer_photo(state, request, wanted_resized(path, file, match["box"]))

"""Whose page a saved document is, and what it is: a home, a search, a block page, an answer, or none of these."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from phx_scraper import pages
from phx_scraper.downloader.saved_pages.html_saves import named_url
from phx_scraper.downloader.saved_pages.json_answers import SEARCH, WITH_HOME, answer_of
from phx_scraper.downloader.saved_pages.page_signs import (
    SEARCH_PAGE,
    TITLES,
    is_home_url,
    other_home,
    shows_results,
    source_by_content,
)
from phx_scraper.downloader.saved_pages.records import SavedPage
from phx_scraper.downloader.saved_pages.saved_documents import Document, Problem
from phx_scraper.downloader.saved_pages.saved_file import Unusable
from phx_scraper.errors import NotFound, NotUnderstood, PageError, Refused
from phx_scraper.model.listing import Listing
from phx_scraper.pages import phoenix_mls, zillow
from phx_scraper.pages.html_and_json import decode, document
from phx_scraper.pages.page_text import host
from phx_scraper.pages.refusals import find_refusal
from phx_scraper.sources import SOURCES, source_of_host

_OLDEST = datetime(2005, 1, 1, tzinfo=UTC)
_SITES = {
    "zillow": "https://www.zillow.com/",
    "redfin": "https://www.redfin.com/",
    "phoenix_mls": "https://phoenixmlssearch.com/",
    "maricopa_assessor": "https://mcassessor.maricopa.gov/",
}
_BLOCK = "It is a block page ({}) that was saved in place of the page: save it again once the page itself is shown."
_SEARCH = "It is a page of search results: save the page of each home."


class Place(NamedTuple):
    """Where a document stands: the file, and when that was written."""

    file: str
    modified: datetime


class _Owner(NamedTuple):
    """The source that a document is of, the address that it is read under, and its endpoint where it is no page."""

    source: str
    url: str
    endpoint: str = ""


def recognise(found: Document, place: Place) -> SavedPage | Problem:
    """The page that a document is; a Problem where it is no source's. Raises nothing, whatever the document."""
    try:
        owner = owner_of(found)
    except Unusable as error:
        return Problem(found.entry, str(error))
    except NotUnderstood as error:
        return Problem(found.entry, f"It is no page that can be read: {error}.")
    page = SavedPage(
        file=place.file,
        entry=found.entry,
        source=owner.source,
        kind="home",
        saved_as=found.saved_as,
        url=owner.url,
        moment=_moment(found, place),
    )
    try:
        listing = pages.read_saved(owner.source, owner.url, found.body, found.status, page.moment.date())
    except PageError as error:
        return _no_home(page, owner, found, error)
    return _home(page, owner, listing)


def owner_of(found: Document) -> _Owner:
    """The source of a document and the address to read it under. Raises Unusable or NotUnderstood."""
    text = decode(found.body)
    if not text.lstrip("\ufeff\x00 \t\r\n").startswith("<"):
        return _endpoint(found)
    url = _own_url(found.url, text)
    source = source_of_host(host(url))
    if source is not None and host(url) in source.page_hosts:
        return _Owner(source.name, _secure(url))
    refusal = find_refusal("", url, found.status, {}, found.body)
    named = "" if url else source_by_content(text)
    if named:
        return _Owner(named, _SITES[named])
    if refusal is not None:
        raise Unusable(_BLOCK.format(refusal.reason))
    raise Unusable(_whose(host(url)))


def _own_url(url: str, text: str) -> str:
    """The page's address: where it was saved from; but a search may have led to a home, whose page names its own."""
    if is_home_url(url):
        return url
    named = named_url(document(text))
    leads_to_home = source_of_host(host(url)) is source_of_host(host(named)) and is_home_url(named)
    return named if not url or leads_to_home else url


def _secure(url: str) -> str:
    """Pages of 2016 name their address with `http`."""
    return "https://" + url.removeprefix("http://").removeprefix("https://")


def _whose(at: str) -> str:
    if not at:
        return "It is a web page, and nothing in it says that it is of a source."
    return f"It is a page of {at}, which is none of the sources."


def _endpoint(found: Document) -> _Owner:
    answer = answer_of(found.body)
    if answer is None:
        raise Unusable("It is JSON, and of no source.")
    source = source_of_host(host(found.url)) if found.url else SOURCES[answer.source]
    if source is None or source.name != answer.source:
        raise Unusable(f"It is JSON of {host(found.url)}, and no answer that is known.")
    return _Owner(source.name, found.url or answer.url, answer.name)


def _moment(found: Document, place: Place) -> datetime:
    """When the page was saved; a clock that cannot be right gives way to the file's time, and that one to the present.

    A page that comes "from the future" would be newer than every other.
    """
    now = datetime.now(UTC)
    stated = (moment for moment in (found.moment, place.modified) if moment is not None)
    return next((moment for moment in stated if _OLDEST <= moment <= now + timedelta(days=1)), now)


def _home(page: SavedPage, owner: _Owner, listing: Listing) -> SavedPage:
    if not listing.address:
        return replace(page, kind="answer", problem=_unproven(owner))
    if mixed := other_home(owner.source, owner.url, listing.ids):
        problem = f"It is a page of {TITLES[owner.source]} that shows two homes: {mixed}."
        return replace(page, kind="other", problem=problem)
    return replace(
        page,
        url=_address_of(owner.source, listing) if owner.url in _SITES.values() else listing.url,
        address=listing.address,
        ids=listing.ids,
        status=listing.status,
        partial=listing.partial,
        photos=len(listing.photos),
        claimed=listing.claimed_photo_count,
    )


def _address_of(source: str, listing: Listing) -> str:
    """The address of a page that does not name its own, by the number that its source finds the page by."""
    if source == "zillow" and listing.ids.get("zpid"):
        return zillow.listing_url(listing.address, listing.ids["zpid"])
    if source == "phoenix_mls" and listing.ids.get("mls"):
        return phoenix_mls.listing_url(listing.address, listing.ids["mls"])
    return listing.url


def _no_home(page: SavedPage, owner: _Owner, found: Document, error: PageError) -> SavedPage:
    if isinstance(error, Refused):
        return replace(page, kind="block", problem=_BLOCK.format(error.reason))
    if owner.endpoint:
        is_search = owner.endpoint == SEARCH or error.detail == SEARCH_PAGE
        kind, problem = ("search", _SEARCH) if is_search else ("answer", _unproven(owner, error))
        return replace(page, kind=kind, problem=problem)
    if isinstance(error, NotFound):
        return replace(page, kind="other", problem="It says that there is no such home.")
    if shows_results(owner.source, owner.url, decode(found.body), error.detail):
        return replace(page, kind="search", problem=_SEARCH)
    return replace(page, kind="other", problem=f"It is a page of {TITLES[owner.source]} without a home: {error}.")


def _unproven(owner: _Owner, error: PageError | None = None) -> str:
    answer = f"It is an answer of {TITLES[owner.source]} ({owner.endpoint})"
    if error is not None and owner.endpoint in WITH_HOME:
        return f"{answer} that cannot be read: {error}."
    return f"{answer} that does not say of which home it is: save the home's page."

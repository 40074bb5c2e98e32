"""The first way of a visit: the home's page as a person saved it; nothing is asked of the site then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from phx_scraper.downloader.middlewares.saved_pages_answers import saved_url
from phx_scraper.downloader.saved_pages import SavedPage
from phx_scraper.errors import NotUnderstood, PageError, PhxError
from phx_scraper.items import ListingItem
from phx_scraper.model.listing import Listing
from phx_scraper.model.reasons import NO_SAVED_PAGE
from phx_scraper.pages.identity import prove
from phx_scraper.run.saved_visits import SavedVisits, day_of
from phx_scraper.spiders.page_requests import PageRequest, PageRequests
from phx_scraper.spiders.read_listing import read_saved_listing
from phx_scraper.spiders.visit_outcome import OPTIONAL, PAGE, Attempt
from phx_scraper.spiders.visit_steps import VisitSteps

SitePath = Callable[[VisitSteps], PageRequests[ListingItem]]


def saved_first(steps: VisitSteps, saved: SavedVisits, site: SitePath | None) -> PageRequests[ListingItem]:
    """The listing of the first saved page that proves to be the home's, else what `site` finds.

    Without `site` no request may leave: raises PageError(`no_saved_page`), or what was wrong with the saved page.
    """
    visit, trouble = steps.visit, PageError(NO_SAVED_PAGE)
    pages = saved.pages(visit.property_hash, visit.source)
    for page in pages:
        try:
            item = yield from _read(steps, page)
        except PhxError as error:
            trouble = NotUnderstood("saved_page", f"{page.file}: {error}")
            _record(steps, trouble, is_last_way=site is None)
            saved.failed(page, visit.address, str(error))
            continue
        steps.remarks.append(f"saved page {page.file} of {page.moment:%Y-%m-%d}")
        return item
    if site is not None:
        return (yield from site(steps))
    if not pages:
        _record(steps, trouble, is_last_way=True)
    raise trouble


def _record(steps: VisitSteps, trouble: PageError, is_last_way: bool) -> None:
    """A saved page of no use says nothing of the home, unless nobody else is to be asked."""
    step = PAGE if is_last_way else OPTIONAL
    steps.attempts.append(Attempt("page", step, True, "", False, trouble, "", by="saved"))


def _read(steps: VisitSteps, page: SavedPage) -> PageRequests[ListingItem]:
    """The proven listing of a saved page. Raises PhxError; the site's breaker hears of nothing."""
    read = partial(read_saved_listing, page.source)
    request = PageRequest(saved_url(page), read, expects="document", way="saved", saved=page)
    response = yield request
    try:
        listing: Listing = request.parse(response)
    except NotUnderstood:
        steps.unread = response.body
        raise
    evidence = prove(steps.visit.address, listing, dict(page.ids))
    return ListingItem(steps.visit, replace(listing, evidence=evidence), saved_at=day_of(page))

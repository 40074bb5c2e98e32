"""Redfin: several ways to the home's page; where that page is not understood, its API answers are requested."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from urllib.parse import urlsplit

from scrapy.http import Response

from phx_scraper.errors import Refused
from phx_scraper.homes import parse_address
from phx_scraper.homes.search_spellings import spellings
from phx_scraper.items import ListingItem
from phx_scraper.model.listing import Candidate
from phx_scraper.pages import redfin
from phx_scraper.pages.redfin.lookups import Region
from phx_scraper.pages.redfin.zip_page import ZipPage
from phx_scraper.spiders.base import HomeSpider
from phx_scraper.spiders.known_identifiers import known_page_ways, mls_number_ways
from phx_scraper.spiders.page_requests import PageRequest, PageRequests, Way
from phx_scraper.spiders.read_listing import read_listing
from phx_scraper.spiders.visit_steps import VisitSteps

LAST_ZIP_PAGE = 4
# The bot protection has different rules for pages and for requests of scripts.
PAGES, SCRIPTS, API = "pages", "stingray/do", "stingray/api"


class RedfinSpider(HomeSpider):
    """Photos of homes from redfin.com."""

    name = "redfin"
    source = "redfin"
    sources = ("redfin",)

    def path(self, steps: VisitSteps) -> PageRequests[ListingItem]:
        """A page of an earlier run, else the home that a look-up names; the page must prove that it is the home."""
        ways = [
            *known_page_ways(steps.visit, redfin.known_home, endpoint=PAGES),
            Way("autocomplete", partial(self.autocomplete, steps), endpoint=SCRIPTS),
            Way("query-location", partial(self.query_location, steps), endpoint=SCRIPTS),
            *mls_number_ways(steps, partial(_location, redfin.query_mls_url), endpoint=SCRIPTS),
            Way("rental autocomplete", partial(self.rental, steps), conclusive=False, endpoint=SCRIPTS),
            Way("zip page", partial(self.zip_page, steps), conclusive=False, endpoint=PAGES),
            Way("gis", partial(self.gis, steps), conclusive=False, endpoint=API),
        ]
        return (yield from steps.find_home(ways, partial(self.pages_of, steps)))

    def pages_of(self, steps: VisitSteps, home: Candidate) -> list[Way[ListingItem]]:
        """The ways to one home's listing."""
        return [
            Way("page", partial(self.page, steps, home), endpoint=PAGES),
            Way("page API", partial(self.page_api, steps, home), endpoint=API),
        ]

    def autocomplete(self, steps: VisitSteps) -> PageRequests[Candidate | None]:
        """`/search?q=` answers with the start page; this one takes the spelling literally."""
        ask = partial(_suggestions, redfin.suggestions_url)
        return (yield from steps.search_spellings(spellings(steps.visit.address), ask))

    def rental(self, steps: VisitSteps) -> PageRequests[Candidate | None]:
        """The autocomplete for renters, which is answered where the other one is not."""
        ask = partial(_suggestions, redfin.rental_suggestions_url)
        return (yield from steps.search_spellings(spellings(steps.visit.address)[:2], ask))

    def query_location(self, steps: VisitSteps) -> PageRequests[Candidate | None]:
        """The older look-up by address, in every spelling unless the autocomplete has answered for them."""
        ask = partial(_location, redfin.query_location_url)
        texts = spellings(steps.visit.address)
        return (yield from steps.search_spellings(texts[:1] if steps.is_denied_by("autocomplete") else texts, ask))

    def zip_page(self, steps: VisitSteps) -> PageRequests[Candidate | None]:
        """The zip's first page of homes for sale; if there are more, gis by the zip's region; if gis is refused, the
        next pages.
        """
        code = parse_address(steps.visit.address).zip
        if not code:
            return None
        page = yield from steps.request(PageRequest(redfin.zip_page_url(code), _read_zip_page, expects="document"))
        found = steps.match(page.homes)
        if found is not None or page.complete or page.region is None:
            return found
        if not steps.blocked.reason("gis"):
            try:
                return (yield from self._homes_of(steps, page.region))
            except Refused as error:
                steps.blocked.record_failure("gis", error)
        return (yield from self._further_zip_pages(steps, code, page))

    def _further_zip_pages(self, steps: VisitSteps, code: str, first: ZipPage) -> PageRequests[Candidate | None]:
        """The pages after a zip's first one, where gis is refused; only a few, as each is one more request."""
        seen = {home.url for home in first.homes}
        for number in range(2, LAST_ZIP_PAGE + 1):
            request = PageRequest(redfin.zip_page_url(code, number), _read_zip_page, expects="document")
            page = yield from steps.request(request)
            found, urls = steps.match(page.homes), {home.url for home in page.homes}
            # After its last page the site shows the first one again.
            if found is not None or urls <= seen:
                return found
            seen |= urls
        return None

    def gis(self, steps: VisitSteps) -> PageRequests[Candidate | None]:
        """The homes for sale in the zip, by its region; the zip itself as region has homes of another state."""
        code = parse_address(steps.visit.address).zip
        if not code:
            return None
        region = yield from steps.request(
            PageRequest(redfin.region_url(code), lambda got: redfin.read_region(got.body, code, got.status))
        )
        return (yield from self._homes_of(steps, region))

    def _homes_of(self, steps: VisitSteps, region: Region) -> PageRequests[Candidate | None]:
        request = PageRequest(redfin.gis_url(region), lambda got: redfin.read_gis(got.body, got.status))
        return steps.match((yield from steps.request(request)))

    def page(self, steps: VisitSteps, home: Candidate) -> PageRequests[ListingItem]:
        """The home's page, read and proven."""
        request = PageRequest(home.url, partial(read_listing, self.source), expects="document")
        return self.proven((yield from steps.request(request)), steps, home.ids)

    def page_api(self, steps: VisitSteps, home: Candidate) -> PageRequests[ListingItem]:
        """The page's API answers, which have address, status and gallery; the page's path leads to their ids."""
        path = urlsplit(home.url).path
        ids = yield from steps.request(
            PageRequest(redfin.initial_info_url(path), lambda got: redfin.read_ids(got.body, got.status))
        )
        url = redfin.above_the_fold_url(ids["property_id"], ids["listing_id"])
        listing = yield from steps.request(PageRequest(url, partial(read_listing, self.source)))
        return self.proven(listing, steps, home.ids)


def _suggestions(url: Callable[[str], str], text: str) -> PageRequest[tuple[Candidate, ...]]:
    return PageRequest(url(text), lambda got: redfin.read_suggestions(got.body, got.status))


def _location(url: Callable[[str], str], text: str) -> PageRequest[tuple[Candidate, ...]]:
    return PageRequest(url(text), lambda got: redfin.read_location(got.body, got.status))


def _read_zip_page(response: Response) -> ZipPage:
    return redfin.read_zip_page(response.url, response.body, response.status)

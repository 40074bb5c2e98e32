"""Phoenix MLS: several ways to the MLS numbers of an address, then the page of the active or newest one."""

from __future__ import annotations

from functools import cached_property, partial

from scrapy.http import Response

from phx_scraper.errors import NotUnderstood
from phx_scraper.homes import parse_address
from phx_scraper.homes.search_spellings import spellings
from phx_scraper.items import ListingItem
from phx_scraper.model.listing import Candidate
from phx_scraper.pages import phoenix_mls
from phx_scraper.pages.phoenix_mls.search import NO_DATA
from phx_scraper.spiders.base import HomeSpider
from phx_scraper.spiders.jsonp import JsonpCalls
from phx_scraper.spiders.known_identifiers import known_page_ways, mls_number_ways
from phx_scraper.spiders.page_requests import PageRequest, PageRequests, Way
from phx_scraper.spiders.read_listing import read_listing
from phx_scraper.spiders.visit_steps import VisitSteps

Found = tuple[Candidate, ...]
PAGES, OMNI, SEARCH = "pages", "omni", "search"
FULL_PAGE = 25
"""The most results on a page of the search; a tower has more homes with one house number."""


class PhoenixMlsSpider(HomeSpider):
    """Photos of homes from phoenixmlssearch.com."""

    name = "phoenix_mls"
    source = "phoenix_mls"
    sources = ("phoenix_mls",)

    @cached_property
    def calls(self) -> JsonpCalls:
        """Those of the one page that the crawl's browser has loaded."""
        return JsonpCalls()

    def path(self, steps: VisitSteps) -> PageRequests[ListingItem]:
        """Ways to the current listing come before earlier numbers and pages: a home listed again has a new number."""
        ways = [
            Way("omni", partial(self.omni, steps), endpoint=OMNI),
            Way("address search", partial(self.by_address, steps), endpoint=SEARCH),
            *mls_number_ways(steps, _results, endpoint=SEARCH, stale=True),
            *known_page_ways(steps.visit, phoenix_mls.known_home, endpoint=PAGES),
        ]
        return (yield from steps.find_home(ways, partial(self.pages_of, steps)))

    def pages_of(self, steps: VisitSteps, home: Candidate) -> list[Way[ListingItem]]:
        """The one way to a listing; the site says "no longer available" also while it cannot reach its data."""
        return [Way("page", partial(self.page, steps, home), conclusive=False, endpoint=PAGES)]

    def omni(self, steps: VisitSteps) -> PageRequests[Candidate | None]:
        """The autocomplete; an address that was listed before has several numbers, only one of them current."""
        return (yield from steps.search_spellings(spellings(steps.visit.address), self._suggestions))

    def _suggestions(self, text: str) -> PageRequest[Found]:
        call = self.calls.following()
        url = phoenix_mls.suggestions_url(text, call.callback, call.number)
        read = partial(phoenix_mls.read_suggestions, callback=call.callback)
        return PageRequest(url, lambda got: read(got.body, status=got.status), expects="script")

    def by_address(self, steps: VisitSteps) -> PageRequests[Candidate | None]:
        """The search by house number and zip; an empty result counts only if the zip alone has results.

        Raises NotUnderstood where the zip has no results either, or where there may be more than the page shows.
        """
        home = parse_address(steps.visit.address)
        if not home.zip:
            raise NotUnderstood("address_search", "the search needs a zip")
        number = home.number.split()[0]
        hits = yield from self._hits(steps, phoenix_mls.address_search_url(number, home.zip))
        if not hits and not (yield from self._hits(steps, phoenix_mls.zip_search_url(home.zip))):
            raise NotUnderstood("address_search", f"no hits for all of {home.zip}: the site may not reach its data")
        found = steps.match(sorted(hits, key=phoenix_mls.newest_first))
        if found is None and len(hits) >= FULL_PAGE:
            raise NotUnderstood("address_search", f"{len(hits)} other hits fill its page: there may be more")
        return found

    def _hits(self, steps: VisitSteps, url: str) -> PageRequests[Found]:
        try:
            return (yield from steps.request(_search(url)))
        except NotUnderstood as error:
            if error.reason != NO_DATA:
                raise
            return ()

    def page(self, steps: VisitSteps, home: Candidate) -> PageRequests[ListingItem]:
        """The listing's page; the gallery of an older listing never replaces it."""
        request = PageRequest(home.url, partial(read_listing, self.source), expects="document")
        return self.proven((yield from steps.request(request)), steps, home.ids)


def _results(mls: str) -> PageRequest[Found]:
    return _search(phoenix_mls.results_url(mls))


def _search(url: str) -> PageRequest[Found]:
    return PageRequest(url, _read_results, expects="document")


def _read_results(response: Response) -> Found:
    return phoenix_mls.read_results(response.url, response.body, response.status)

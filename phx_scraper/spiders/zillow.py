"""Zillow: autocomplete to zpid, the search page where that knows nothing, then the home's page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scrapy import Request
from scrapy.http import Response

from phx_scraper.errors import NotFound, NotUnderstood
from phx_scraper.items import ListingItem
from phx_scraper.pages import zillow
from phx_scraper.pages.listing import Candidate
from phx_scraper.pages.zillow.state import zpid_of
from phx_scraper.spiders.base import HomeSpider
from phx_scraper.storage.records import VisitLease


class ZillowSpider(HomeSpider):
    """Photos of homes from zillow.com."""

    name = "zillow"
    source = "zillow"
    sources = ("zillow",)

    def first_requests(self, visit: VisitLease) -> Iterator[Request]:
        """Ask the autocomplete, which stands in front of the bot wall, for the zpid."""
        yield self.page(zillow.suggestions_url(visit.address), self.parse_suggestions, visit, fetch="json")

    def parse_suggestions(self, response: Response, visit: VisitLease) -> Iterator[Request]:
        """Follow the suggestion that is the asked home; without one, ask the search page."""
        try:
            candidates = zillow.read_suggestions(response.body)
        except NotUnderstood as error:
            self.logger.warning("%s: autocomplete not understood (%s), asking the search page", visit.address, error)
            candidates = ()
        match = self.match(visit, candidates)
        if match:
            yield self._home_request(match, visit)
        else:
            yield self.page(zillow.search_url(visit.address), self.parse_search, visit)

    def parse_search(self, response: Response, visit: VisitLease) -> Iterator[Request | ListingItem]:
        """A search page lists hits, or is the home's own page when there is just one."""
        if zpid_of(response.url):
            yield from self.parse_home(response, visit)
            return
        match = self.match(visit, zillow.read_search(response.url, response.body))
        if not match:
            raise NotFound("no_such_listing", f"neither autocomplete nor search knows {visit.address}")
        yield self._home_request(match, visit)

    def parse_home(
        self, response: Response, visit: VisitLease, asked: dict[str, Any] | None = None
    ) -> Iterator[ListingItem]:
        """The home's page: read, prove, hand over."""
        yield self.listing(response, visit, asked or {})

    def _home_request(self, match: Candidate, visit: VisitLease) -> Request:
        url = zillow.listing_url(visit.address, match.ids["zpid"])
        return self.page(url, self.parse_home, visit, asked={"zpid": match.ids["zpid"]})

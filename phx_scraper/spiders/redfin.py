"""Redfin: autocomplete to the home's page; where that page is not understood, the API answers it is made of."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response

from phx_scraper.errors import NotFound, NotUnderstood
from phx_scraper.items import ListingItem
from phx_scraper.pages import redfin
from phx_scraper.spiders.base import HomeSpider
from phx_scraper.storage.records import VisitLease


class RedfinSpider(HomeSpider):
    """Photos of homes from redfin.com."""

    name = "redfin"
    source = "redfin"
    sources = ("redfin",)

    def first_requests(self, visit: VisitLease) -> Iterator[Request]:
        """Ask the autocomplete; `/search?q=` would answer with the start page."""
        yield self.page(redfin.suggestions_url(visit.address), self.parse_suggestions, visit, fetch="json")

    def parse_suggestions(self, response: Response, visit: VisitLease) -> Iterator[Request]:
        """Follow the row that is the asked home."""
        match = self.match(visit, redfin.read_suggestions(response.body))
        if match is None:
            raise NotFound("no_such_listing", f"the autocomplete does not know {visit.address}")
        yield self.page(match.url, self.parse_home, visit, asked=match.ids)

    def parse_home(
        self, response: Response, visit: VisitLease, asked: dict[str, str]
    ) -> Iterator[Request | ListingItem]:
        """The home's page, or its API answers where the page is in a shape we do not read."""
        try:
            yield self.listing(response, visit, asked)
        except NotUnderstood as error:
            self.logger.info("%s: page not understood (%s), asking the API", visit.address, error)
            url = redfin.initial_info_url(urlsplit(response.url).path)
            yield self.page(url, self.parse_ids, visit, fetch="json", asked=asked, page_error=error)

    def parse_ids(
        self, response: Response, visit: VisitLease, asked: dict[str, str], page_error: NotUnderstood
    ) -> Iterator[Request]:
        """The ids that name the listing to the API; without them the page's own error stands."""
        try:
            ids = redfin.read_ids(response.body)
        except NotUnderstood:
            raise page_error from None
        url = redfin.above_the_fold_url(ids["property_id"], ids["listing_id"])
        yield self.page(url, self.parse_home_data, visit, fetch="json", asked=asked)

    def parse_home_data(self, response: Response, visit: VisitLease, asked: dict[str, str]) -> Iterator[ListingItem]:
        """The API's answer holds address, status and gallery."""
        yield self.listing(response, visit, asked)

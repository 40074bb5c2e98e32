"""Phoenix MLS: autocomplete to the MLS numbers of an address, then the page of the active or newest one."""

from __future__ import annotations

from collections.abc import Iterator

from scrapy import Request
from scrapy.http import Response

from phx_scraper.errors import NotFound
from phx_scraper.items import ListingItem
from phx_scraper.pages import phoenix_mls
from phx_scraper.spiders.base import HomeSpider
from phx_scraper.storage.records import VisitLease


class PhoenixMlsSpider(HomeSpider):
    """Photos of homes from phoenixmlssearch.com."""

    name = "phoenix_mls"
    source = "phoenix_mls"
    sources = ("phoenix_mls",)

    def first_requests(self, visit: VisitLease) -> Iterator[Request]:
        """Ask the autocomplete for the MLS numbers of the address."""
        yield self.page(phoenix_mls.suggestions_url(visit.address), self.parse_suggestions, visit, fetch="json")

    def parse_suggestions(self, response: Response, visit: VisitLease) -> Iterator[Request]:
        """An address listed before has several numbers: only the active or newest one is its listing of today."""
        match = self.match(visit, phoenix_mls.read_suggestions(response.body))
        if match is None:
            raise NotFound("no_such_listing", f"the autocomplete does not know {visit.address}")
        yield self.page(match.url, self.parse_home, visit, asked=match.ids)

    def parse_home(self, response: Response, visit: VisitLease, asked: dict[str, str]) -> Iterator[ListingItem]:
        """The listing's page; where it is gone, an older listing's gallery is no substitute."""
        yield self.listing(response, visit, asked)

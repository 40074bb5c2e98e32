"""Phoenix MLS: autocomplete to the MLS numbers of an address, then the page of the active or newest one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scrapy import Request
from scrapy.http import Response

from phx_scraper.errors import NotFound
from phx_scraper.items import ListingItem
from phx_scraper.pages import phoenix_mls
from phx_scraper.pages.identity import matching
from phx_scraper.pages.listing import Candidate
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
        """An address listed before has several numbers: the active or newest one comes first."""
        yield self._next_listing(matching(visit.address, phoenix_mls.read_suggestions(response.body)), visit)

    def parse_home(
        self, response: Response, visit: VisitLease, asked: dict[str, str], older: Sequence[Candidate]
    ) -> Iterator[Request | ListingItem]:
        """The listing's page; one that is gone leads on to the next older number."""
        try:
            yield self.listing(response, visit, asked)
        except NotFound:
            yield self._next_listing(older, visit)

    def _next_listing(self, candidates: Sequence[Candidate], visit: VisitLease) -> Request:
        if not candidates:
            raise NotFound("no_such_listing", f"no listing that is still shown for {visit.address}")
        first, *older = candidates
        return self.page(first.url, self.parse_home, visit, asked=first.ids, older=older)

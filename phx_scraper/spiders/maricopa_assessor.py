"""Maricopa County Assessor: parcel search by street, then facts, sketches and place of the one parcel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from scrapy import Request
from scrapy.http import Response

from phx_scraper.errors import NotFound, PageError
from phx_scraper.homes import parse_address
from phx_scraper.items import ListingItem
from phx_scraper.pages import maricopa_assessor as assessor
from phx_scraper.pages.listing import Candidate
from phx_scraper.pages.maricopa_assessor.search import PAGE_SIZE
from phx_scraper.spiders.base import HomeSpider
from phx_scraper.storage.records import VisitLease

# The search is fuzzy; a home that is not among the first hundred results is not there.
MAX_SEARCH_PAGES = 4


class MaricopaAssessorSpider(HomeSpider):
    """Parcel facts and building sketches from the Maricopa County Assessor's API; needs MARICOPA_ASSESSOR_TOKEN."""

    name = "maricopa_assessor"
    source = "maricopa_assessor"
    sources = ("maricopa_assessor",)

    def first_requests(self, visit: VisitLease) -> Iterator[Request]:
        """Search by street alone: with city or zip in the question nothing is found."""
        yield self._search(visit, 1)

    def parse_search(self, response: Response, visit: VisitLease, page: int) -> Iterator[Request]:
        """The parcel whose address, city and zip are the asked home's; else the next page of results."""
        candidates, total = assessor.read_search(response.url, response.body, response.status)
        match = self.match(visit, candidates)
        if match:
            url = assessor.parcel_url(match.ids["apn"], "residential-details")
            yield self.page(url, self.parse_details, visit, fetch="json", parcel=match)
        elif page < MAX_SEARCH_PAGES and page * PAGE_SIZE < total:
            yield self._search(visit, page + 1)
        else:
            raise NotFound("no_such_parcel", f"none of {total} results is {visit.address}")

    def parse_details(self, response: Response, visit: VisitLease, parcel: Candidate) -> Iterator[Request]:
        """Facts of the building; commercial parcels and land have none."""
        details = response.body if response.status == 200 and response.body.strip() else None
        url = assessor.parcel_url(parcel.ids["apn"], "sketches")
        yield self.page(url, self.parse_sketches, visit, fetch="json", parcel=parcel, details=details)

    def parse_sketches(
        self, response: Response, visit: VisitLease, parcel: Candidate, details: bytes | None
    ) -> Iterator[Request]:
        """Line drawings of the building, where there are any."""
        sketches = response.body if response.status == 200 and response.body.strip() else None
        url = assessor.location_url(parcel.ids["apn"])
        answers = {"details": details, "sketches": sketches}
        yield self.page(url, self.parse_location, visit, fetch="json", parcel=parcel, answers=answers)

    def parse_location(
        self, response: Response, visit: VisitLease, parcel: Candidate, answers: dict[str, bytes | None]
    ) -> Iterator[ListingItem]:
        """Where the parcel lies; a map that does not answer costs the coordinates, not the visit."""
        try:
            place = assessor.read_location(response.url, response.body, parcel.ids["apn"], response.status)
        except PageError as error:
            self.logger.info("%s: the parcel's place is not known (%s)", visit.address, error)
            place = {}
        yield self.proven(assessor.assemble(parcel, answers["details"], answers["sketches"], place), visit, parcel.ids)

    def _search(self, visit: VisitLease, page: int) -> Request:
        url = assessor.search_url(replace(parse_address(visit.address), unit="").street, page)
        return self.page(url, self.parse_search, visit, fetch="json", page=page)

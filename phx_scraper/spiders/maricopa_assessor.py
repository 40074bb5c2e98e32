"""Maricopa County Assessor: parcel search by street, then facts, place and sketches of the one parcel."""

from __future__ import annotations

from functools import partial
from typing import Any

from scrapy.http import Response

from phx_scraper.errors import NotFound
from phx_scraper.homes.search_spellings import street_spellings
from phx_scraper.items import ListingItem
from phx_scraper.model.listing import Candidate
from phx_scraper.pages import maricopa_assessor as assessor
from phx_scraper.pages.maricopa_assessor.listing import Sketches
from phx_scraper.pages.maricopa_assessor.maps import LAYERS
from phx_scraper.pages.maricopa_assessor.search import PAGE_SIZE
from phx_scraper.spiders.base import HomeSpider
from phx_scraper.spiders.page_requests import PageRequest, PageRequests, Way
from phx_scraper.spiders.visit_outcome import PAGE
from phx_scraper.spiders.visit_steps import VisitSteps

# The search is fuzzy; a home that is not among the first hundred results does not exist.
MAX_SEARCH_PAGES = 4
API, MAPS = "api", "maps"
Place = dict[str, float]


class MaricopaAssessorSpider(HomeSpider):
    """Parcel facts and building sketches from the Maricopa County Assessor's API; needs MARICOPA_ASSESSOR_TOKEN."""

    name = "maricopa_assessor"
    source = "maricopa_assessor"
    sources = ("maricopa_assessor",)

    def path(self, steps: VisitSteps) -> PageRequests[ListingItem]:
        """The parcel and its sketches; without facts or coordinates the visit continues."""
        own = yield from steps.first_of([Way("search", partial(self.search, steps), endpoint=API)])
        parcel = assessor.choose_parcel(own)
        if len(own) > 1:
            steps.remarks.append(f"{parcel.ids['apn']} of {len(own)} parcels of the address")
        facts = yield from steps.optional([Way("details", partial(self.details, steps, parcel), endpoint=API)])
        place = yield from steps.optional(self.place_ways(steps, parcel))
        sketches = yield from steps.first_of([Way("sketches", partial(self.sketches, steps, parcel))], PAGE)
        listing = assessor.assemble(parcel, {**(facts or {}), **(place or {})}, sketches)
        return self.proven(listing, steps, parcel.ids)

    def search(self, steps: VisitSteps) -> PageRequests[list[Candidate] | None]:
        """By street alone, in several spellings: with city or zip in the query nothing is found."""
        for street in street_spellings(steps.visit.address):
            for page in range(1, MAX_SEARCH_PAGES + 1):
                try:
                    found, total = yield from steps.request(_search(street, page))
                except NotFound:
                    break  # No content under this spelling; the next may have some.
                own = steps.matches(found)
                if own:
                    return own
                if page * PAGE_SIZE >= total:
                    break
        return None

    def details(self, steps: VisitSteps, parcel: Candidate) -> PageRequests[dict[str, Any]]:
        """Facts of the building; commercial parcels and land have none."""
        url = assessor.parcel_url(parcel.ids["apn"], "residential-details")
        return (yield from steps.request(PageRequest(url, _with(assessor.read_details))))

    def place_ways(self, steps: VisitSteps, parcel: Candidate) -> list[Way[Place]]:
        """Coordinates of the parcel by either map layer, or of the address by the geocoder."""
        apn, address = parcel.ids["apn"], steps.visit.address
        places = {
            "map": PageRequest(assessor.location_url(apn, LAYERS[0]), _with(assessor.read_location, apn=apn)),
            "older map": PageRequest(assessor.location_url(apn, LAYERS[1]), _with(assessor.read_location, apn=apn)),
            "geocoder": PageRequest(assessor.geocoder_url(address), _with(assessor.read_geocoder, address=address)),
        }
        return [Way(name, partial(_place, steps, request), endpoint=MAPS) for name, request in places.items()]

    def sketches(self, steps: VisitSteps, parcel: Candidate) -> PageRequests[Sketches]:
        """Drawings of the building, all in one answer; only 204 and an empty list mean that there are none."""
        apn = parcel.ids["apn"]
        request = PageRequest(assessor.parcel_url(apn, "sketches"), _with(assessor.read_sketches, apn=apn))
        try:
            return (yield from steps.request(request))
        except NotFound:
            return Sketches((), 0, ())


def _search(street: str, page: int) -> PageRequest[tuple[tuple[Candidate, ...], int]]:
    return PageRequest(assessor.search_url(street, page), _with(assessor.read_search))


def _place(steps: VisitSteps, request: PageRequest[Place]) -> PageRequests[Place | None]:
    return (yield from steps.request(request)) or None


def _with(read: Any, **known: Any) -> Any:
    """A parser that calls `read` with an answer's URL, bytes and status."""

    def of_response(response: Response) -> Any:
        return read(response.url, response.body, status=response.status, **known)

    return of_response

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
from phx_scraper.spiders.page_requests import Asking, Question, Way
from phx_scraper.spiders.visit_steps import Steps

# The search is fuzzy; a home that is not among the first hundred results is not there.
MAX_SEARCH_PAGES = 4
API, MAPS = "api", "maps"
Place = dict[str, float]


class MaricopaAssessorSpider(HomeSpider):
    """Parcel facts and building sketches from the Maricopa County Assessor's API; needs MARICOPA_ASSESSOR_TOKEN."""

    name = "maricopa_assessor"
    source = "maricopa_assessor"
    sources = ("maricopa_assessor",)

    def path(self, steps: Steps) -> Asking[ListingItem]:
        """The parcel and its sketches; facts and place cost nothing but themselves where they cannot be had."""
        own = yield from steps.one_of([Way("search", partial(self.search, steps), door=API)])
        parcel = assessor.choose_parcel(own)
        if len(own) > 1:
            steps.remarks.append(f"{parcel.ids['apn']} of {len(own)} parcels of the address")
        facts = yield from steps.optional([Way("details", partial(self.details, steps, parcel), door=API)])
        place = yield from steps.optional(self.place_ways(steps, parcel))
        sketches = yield from steps.need("sketches", partial(self.sketches, steps, parcel))
        listing = assessor.assemble(parcel, {**(facts or {}), **(place or {})}, sketches)
        return self.proven(listing, steps, parcel.ids)

    def search(self, steps: Steps) -> Asking[list[Candidate] | None]:
        """By street alone, in several spellings: with city or zip in the question nothing is found."""
        for street in street_spellings(steps.visit.address):
            for page in range(1, MAX_SEARCH_PAGES + 1):
                try:
                    found, total = yield from steps.ask(_search(street, page))
                except NotFound:
                    break  # No content under this spelling; the next may have some.
                own = steps.matches(found)
                if own:
                    return own
                if page * PAGE_SIZE >= total:
                    break
        return None

    def details(self, steps: Steps, parcel: Candidate) -> Asking[dict[str, Any]]:
        """Facts of the building; commercial parcels and land have none."""
        url = assessor.parcel_url(parcel.ids["apn"], "residential-details")
        return (yield from steps.ask(Question(url, _with(assessor.read_details))))

    def place_ways(self, steps: Steps, parcel: Candidate) -> list[Way[Place]]:
        """Where the parcel lies, by either map layer, or the geocoder's place of the address."""
        apn, asked = parcel.ids["apn"], steps.visit.address
        places = {
            "map": Question(assessor.location_url(apn, LAYERS[0]), _with(assessor.read_location, apn=apn)),
            "older map": Question(assessor.location_url(apn, LAYERS[1]), _with(assessor.read_location, apn=apn)),
            "geocoder": Question(assessor.geocoder_url(asked), _with(assessor.read_geocoder, address=asked)),
        }
        return [Way(name, partial(_place, steps, question), door=MAPS) for name, question in places.items()]

    def sketches(self, steps: Steps, parcel: Candidate) -> Asking[Sketches]:
        """Line drawings of the building, all in one answer; only 204 and an empty list mean that there are none."""
        apn = parcel.ids["apn"]
        question = Question(assessor.parcel_url(apn, "sketches"), _with(assessor.read_sketches, apn=apn))
        try:
            return (yield from steps.ask(question))
        except NotFound:
            return Sketches((), 0, ())


def _search(street: str, page: int) -> Question[tuple[tuple[Candidate, ...], int]]:
    return Question(assessor.search_url(street, page), _with(assessor.read_search))


def _place(steps: Steps, question: Question[Place]) -> Asking[Place | None]:
    return (yield from steps.ask(question)) or None


def _with(read: Any, **known: Any) -> Any:
    """A reader that is given an answer's URL, bytes and status."""

    def of_response(response: Response) -> Any:
        return read(response.url, response.body, status=response.status, **known)

    return of_response

"""Redfin: several ways to the home's page; where that page is not understood, the API answers it is made of."""

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
from phx_scraper.spiders.known_identifiers import by_mls_number, known_page
from phx_scraper.spiders.page_requests import Asking, Question, Way
from phx_scraper.spiders.read_listing import read_listing
from phx_scraper.spiders.visit_steps import Steps

LAST_ZIP_PAGE = 4
# The rules of the bot wall differ between the pages and what scripts ask for.
PAGES, SCRIPTS, API = "pages", "stingray/do", "stingray/api"


class RedfinSpider(HomeSpider):
    """Photos of homes from redfin.com."""

    name = "redfin"
    source = "redfin"
    sources = ("redfin",)

    def path(self, steps: Steps) -> Asking[ListingItem]:
        """A page known from before, else what the look-ups name; the id names the home, its page proves it."""
        ways = [
            *known_page(steps.visit, redfin.known_home, door=PAGES),
            Way("autocomplete", partial(self.autocomplete, steps), door=SCRIPTS),
            Way("query-location", partial(self.query_location, steps), door=SCRIPTS),
            *by_mls_number(steps, partial(_location, redfin.query_mls_url), door=SCRIPTS),
            Way("rental autocomplete", partial(self.rental, steps), knows=False, door=SCRIPTS),
            Way("zip page", partial(self.zip_page, steps), knows=False, door=PAGES),
            Way("gis", partial(self.gis, steps), knows=False, door=API),
        ]
        return (yield from steps.home(ways, partial(self.pages_of, steps)))

    def pages_of(self, steps: Steps, home: Candidate) -> list[Way[ListingItem]]:
        """The ways to one home's listing."""
        return [
            Way("page", partial(self.page, steps, home), door=PAGES),
            Way("page API", partial(self.page_api, steps, home), door=API),
        ]

    def autocomplete(self, steps: Steps) -> Asking[Candidate | None]:
        """`/search?q=` would answer with the start page; this takes the spelling literally."""
        ask = partial(_suggestions, redfin.suggestions_url)
        return (yield from steps.in_spellings(spellings(steps.visit.address), ask))

    def rental(self, steps: Steps) -> Asking[Candidate | None]:
        """The autocomplete for renters, which is served where the other is not."""
        ask = partial(_suggestions, redfin.rental_suggestions_url)
        return (yield from steps.in_spellings(spellings(steps.visit.address)[:2], ask))

    def query_location(self, steps: Steps) -> Asking[Candidate | None]:
        """The older look-up, by address; in every spelling where the autocomplete has not answered for them."""
        ask = partial(_location, redfin.query_location_url)
        texts = spellings(steps.visit.address)
        return (yield from steps.in_spellings(texts[:1] if steps.is_denied_by("autocomplete") else texts, ask))

    def zip_page(self, steps: Steps) -> Asking[Candidate | None]:
        """The zip's first page of homes for sale; where that is not all, gis by the zip's inner number, which may be
        refused while pages are served: then the next pages.
        """
        code = parse_address(steps.visit.address).zip
        if not code:
            return None
        page = yield from steps.ask(Question(redfin.zip_page_url(code), _read_zip_page, fetch="document"))
        found = steps.match(page.homes)
        if found is not None or page.complete or page.region is None:
            return found
        if not steps.closed.reason("gis"):
            try:
                return (yield from self._homes_of(steps, page.region))
            except Refused as error:
                steps.closed.failed("gis", error)
        return (yield from self._further_zip_pages(steps, code, page))

    def _further_zip_pages(self, steps: Steps, code: str, first: ZipPage) -> Asking[Candidate | None]:
        """The pages after a zip's first, for a site that serves pages and refuses gis; few, as each costs."""
        seen = {home.url for home in first.homes}
        for number in range(2, LAST_ZIP_PAGE + 1):
            question = Question(redfin.zip_page_url(code, number), _read_zip_page, fetch="document")
            page = yield from steps.ask(question)
            found, urls = steps.match(page.homes), {home.url for home in page.homes}
            # Beyond its last page the site shows the first one again.
            if found is not None or urls <= seen:
                return found
            seen |= urls
        return None

    def gis(self, steps: Steps) -> Asking[Candidate | None]:
        """The homes for sale in the zip, by its inner number; the zip itself as number gives homes of another state."""
        code = parse_address(steps.visit.address).zip
        if not code:
            return None
        region = yield from steps.ask(
            Question(redfin.region_url(code), lambda got: redfin.read_region(got.body, code, got.status))
        )
        return (yield from self._homes_of(steps, region))

    def _homes_of(self, steps: Steps, region: Region) -> Asking[Candidate | None]:
        question = Question(redfin.gis_url(region), lambda got: redfin.read_gis(got.body, got.status))
        return steps.match((yield from steps.ask(question)))

    def page(self, steps: Steps, home: Candidate) -> Asking[ListingItem]:
        """The home's page: read, prove, hand over."""
        question = Question(home.url, partial(read_listing, self.source), fetch="document")
        return self.proven((yield from steps.ask(question)), steps, home.ids)

    def page_api(self, steps: Steps, home: Candidate) -> Asking[ListingItem]:
        """The answers that the page is made of hold address, status and gallery; the page's path leads to their ids."""
        path = urlsplit(home.url).path
        ids = yield from steps.ask(
            Question(redfin.initial_info_url(path), lambda got: redfin.read_ids(got.body, got.status))
        )
        url = redfin.above_the_fold_url(ids["property_id"], ids["listing_id"])
        listing = yield from steps.ask(Question(url, partial(read_listing, self.source)))
        return self.proven(listing, steps, home.ids)


def _suggestions(url: Callable[[str], str], text: str) -> Question[tuple[Candidate, ...]]:
    return Question(url(text), lambda got: redfin.read_suggestions(got.body, got.status))


def _location(url: Callable[[str], str], text: str) -> Question[tuple[Candidate, ...]]:
    return Question(url(text), lambda got: redfin.read_location(got.body, got.status))


def _read_zip_page(response: Response) -> ZipPage:
    return redfin.read_zip_page(response.url, response.body, response.status)

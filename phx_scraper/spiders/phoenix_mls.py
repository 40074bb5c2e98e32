"""Phoenix MLS: several ways to the MLS numbers of an address, then the page of the active or newest one."""

from __future__ import annotations

from functools import partial

from scrapy.http import Response

from phx_scraper.errors import NotUnderstood
from phx_scraper.homes import parse_address
from phx_scraper.homes.search_spellings import spellings
from phx_scraper.items import ListingItem
from phx_scraper.model.listing import Candidate
from phx_scraper.pages import phoenix_mls
from phx_scraper.pages.phoenix_mls.search import NO_DATA
from phx_scraper.spiders.base import HomeSpider
from phx_scraper.spiders.known_identifiers import by_mls_number, known_page
from phx_scraper.spiders.page_requests import Asking, Question, Way
from phx_scraper.spiders.read_listing import read_listing
from phx_scraper.spiders.visit_steps import Steps

Found = tuple[Candidate, ...]
PAGES, OMNI, SEARCH = "pages", "omni", "search"
FULL_PAGE = 25
"""Results that a page of the search shows at most; a tower has more homes of one number than that."""


class PhoenixMlsSpider(HomeSpider):
    """Photos of homes from phoenixmlssearch.com."""

    name = "phoenix_mls"
    source = "phoenix_mls"
    sources = ("phoenix_mls",)

    def path(self, steps: Steps) -> Asking[ListingItem]:
        """What names the listing of today comes before numbers and pages of earlier: listed again, a home has a new
        number.
        """
        ways = [
            Way("omni", partial(self.omni, steps), door=OMNI),
            Way("address search", partial(self.by_address, steps), door=SEARCH),
            *by_mls_number(steps, _results, door=SEARCH, earlier=True),
            *known_page(steps.visit, phoenix_mls.known_home, door=PAGES),
        ]
        return (yield from steps.home(ways, partial(self.pages_of, steps)))

    def pages_of(self, steps: Steps, home: Candidate) -> list[Way[ListingItem]]:
        """The one way to a listing; its "no longer available" also comes while the site cannot reach its data."""
        return [Way("page", partial(self.page, steps, home), knows=False, door=PAGES)]

    def omni(self, steps: Steps) -> Asking[Candidate | None]:
        """The autocomplete; an address listed before has several numbers, and only one is its listing of today."""
        return (yield from steps.in_spellings(spellings(steps.visit.address), _suggestions))

    def by_address(self, steps: Steps) -> Asking[Candidate | None]:
        """The search by house number and zip; that it finds nothing counts only while it finds something else.

        Raises NotUnderstood where it has no hits for the whole zip either, or more than it shows.
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

    def _hits(self, steps: Steps, url: str) -> Asking[Found]:
        try:
            return (yield from steps.ask(_search(url)))
        except NotUnderstood as error:
            if error.reason != NO_DATA:
                raise
            return ()

    def page(self, steps: Steps, home: Candidate) -> Asking[ListingItem]:
        """The listing's page; where it is gone, an older listing's gallery is no substitute."""
        question = Question(home.url, partial(read_listing, self.source), fetch="document")
        return self.proven((yield from steps.ask(question)), steps, home.ids)


def _suggestions(text: str) -> Question[Found]:
    url = phoenix_mls.suggestions_url(text)
    return Question(url, lambda got: phoenix_mls.read_suggestions(got.body, status=got.status))


def _results(mls: str) -> Question[Found]:
    return _search(phoenix_mls.results_url(mls))


def _search(url: str) -> Question[Found]:
    return Question(url, _read_results, fetch="document")


def _read_results(response: Response) -> Found:
    return phoenix_mls.read_results(response.url, response.body, response.status)

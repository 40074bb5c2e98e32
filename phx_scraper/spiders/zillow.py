"""Zillow: both autocompletes and the search page to the home's zpid, then the home's page."""

from __future__ import annotations

from functools import partial

from scrapy.http import Response

from phx_scraper.homes import same_home
from phx_scraper.homes.search_spellings import spellings
from phx_scraper.items import ListingItem
from phx_scraper.model.listing import Candidate, Listing
from phx_scraper.pages import zillow
from phx_scraper.pages.zillow import graph
from phx_scraper.pages.zillow.state import zpid_of
from phx_scraper.spiders.base import HomeSpider
from phx_scraper.spiders.known_identifiers import known_page
from phx_scraper.spiders.page_requests import Asking, Question, Way
from phx_scraper.spiders.read_listing import read_listing
from phx_scraper.spiders.visit_outcome import NamedOnly
from phx_scraper.spiders.visit_steps import Steps

Found = tuple[Candidate, ...]
PAGES, STATICS, GRAPH = "pages", "zillowstatic", "zg-graph"


class ZillowSpider(HomeSpider):
    """Photos of homes from zillow.com."""

    name = "zillow"
    source = "zillow"
    sources = ("zillow",)

    def path(self, steps: Steps) -> Asking[ListingItem]:
        """The static host's autocomplete stands outside the bot wall; the search page may be the home's page itself."""
        shown: dict[str, Listing] = {}
        ways = [
            *known_page(steps.visit, zillow.known_home, door=PAGES),
            # A question that is too precise has no answer from these two, so their "none" proves nothing.
            Way("autocomplete", partial(self.autocomplete, steps), knows=False, door=STATICS),
            Way("search page", partial(self.search, steps, shown, steps.visit.address), door=PAGES),
            Way("zg-graph", partial(self.graph, steps, shown), knows=False, door=GRAPH),
        ]
        return (yield from steps.home(ways, partial(self.pages_of, steps, shown)))

    def pages_of(self, steps: Steps, shown: dict[str, Listing], home: Candidate) -> list[Way[ListingItem]]:
        """The one way to a home's listing."""
        return [Way("page", partial(self.page, steps, shown, home), door=PAGES)]

    def autocomplete(self, steps: Steps) -> Asking[Candidate | None]:
        """A question that is too precise finds nothing, so it is asked with less."""
        return (yield from steps.in_spellings(spellings(steps.visit.address), _suggestions))

    def search(self, steps: Steps, shown: dict[str, Listing], address: str) -> Asking[Candidate | None]:
        """A search page lists hits, or is the home's own page when there is just one."""
        read = partial(_read_search, shown)
        return steps.match((yield from steps.ask(Question(zillow.search_url(address), read, fetch="document"))))

    def graph(self, steps: Steps, shown: dict[str, Listing]) -> Asking[Candidate | None]:
        """The site's own spelling of the address, which then leads on where ours did not.

        Raises NamedOnly where it names the home and nothing gives its zpid.
        """
        asked = steps.visit.address
        named = yield from steps.ask(_graph_question(asked))
        steps.match(Candidate(text, {}, "") for text in named if not same_home(asked, text))
        own = next((text for text in named if same_home(asked, text)), None)
        if own is None:
            return None
        found = None
        if own not in spellings(asked):
            found = yield from steps.in_spellings([own], _suggestions)
        if found is None and zillow.search_url(own) != zillow.search_url(asked):
            found = yield from self.search(steps, shown, own)
        if found is None:
            raise NamedOnly("zpid", f"zg-graph names {own}, nothing gives its zpid")
        return found

    def page(self, steps: Steps, shown: dict[str, Listing], home: Candidate) -> Asking[ListingItem]:
        """The home's page: read, prove, hand over; not asked for again where the search was answered with it."""
        listing = shown.get(home.ids["zpid"])
        if listing is None:
            read = partial(read_listing, self.source)
            listing = yield from steps.ask(Question(home.url, read, fetch="document"))
        return self.proven(listing, steps, home.ids)


def _suggestions(text: str) -> Question[Found]:
    return Question(zillow.suggestions_url(text), lambda got: zillow.read_suggestions(got.body, got.status))


def _graph_question(address: str) -> Question[tuple[str, ...]]:
    return Question(
        graph.graph_url(),
        lambda got: zillow.read_graph(got.body, got.status),
        body=zillow.graph_body(address),
        headers=graph.HEADERS,
        referer=graph.REFERER,
    )


def _read_search(shown: dict[str, Listing], response: Response) -> Found:
    zpid = zpid_of(response.url)
    if zpid is None:
        return zillow.read_search(response.url, response.body, response.status)
    shown[zpid] = read_listing("zillow", response)
    return (Candidate(shown[zpid].address, {"zpid": zpid}, response.url),)

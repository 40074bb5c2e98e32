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
from phx_scraper.spiders.known_identifiers import known_page_ways
from phx_scraper.spiders.page_requests import PageRequest, PageRequests, Way
from phx_scraper.spiders.read_listing import read_listing
from phx_scraper.spiders.visit_outcome import HomeWithoutPage
from phx_scraper.spiders.visit_steps import VisitSteps

Found = tuple[Candidate, ...]
PAGES, STATICS, GRAPH = "pages", "zillowstatic", "zg-graph"


class ZillowSpider(HomeSpider):
    """Photos of homes from zillow.com."""

    name = "zillow"
    source = "zillow"
    sources = ("zillow",)

    def path(self, steps: VisitSteps) -> PageRequests[ListingItem]:
        """The static host's autocomplete has no bot protection; the search may answer with the home's page itself."""
        shown: dict[str, Listing] = {}
        ways = [
            *known_page_ways(steps.visit, zillow.known_home, endpoint=PAGES),
            # A request that is too precise has no answer from these two, so their "none" proves nothing.
            Way("autocomplete", partial(self.autocomplete, steps), conclusive=False, endpoint=STATICS),
            Way("search page", partial(self.search, steps, shown, steps.visit.address), endpoint=PAGES),
            Way("zg-graph", partial(self.graph, steps, shown), conclusive=False, endpoint=GRAPH),
        ]
        return (yield from steps.find_home(ways, partial(self.pages_of, steps, shown)))

    def pages_of(self, steps: VisitSteps, shown: dict[str, Listing], home: Candidate) -> list[Way[ListingItem]]:
        """The one way to a home's listing."""
        return [Way("page", partial(self.page, steps, shown, home), endpoint=PAGES)]

    def autocomplete(self, steps: VisitSteps) -> PageRequests[Candidate | None]:
        """The autocomplete; a text that is too precise finds nothing, so shorter spellings follow."""
        return (yield from steps.search_spellings(spellings(steps.visit.address), _suggestions))

    def search(self, steps: VisitSteps, shown: dict[str, Listing], address: str) -> PageRequests[Candidate | None]:
        """The search page with its hits, or the home's own page if there is just one."""
        read = partial(_read_search, shown)
        return steps.match(
            (yield from steps.request(PageRequest(zillow.search_url(address), read, expects="document")))
        )

    def graph(self, steps: VisitSteps, shown: dict[str, Listing]) -> PageRequests[Candidate | None]:
        """The site's own spelling of the address, searched where ours found nothing.

        Raises HomeWithoutPage where it names the home and nothing gives its zpid.
        """
        address = steps.visit.address
        named = yield from steps.request(_graph_request(address))
        steps.match(Candidate(text, {}, "") for text in named if not same_home(address, text))
        own = next((text for text in named if same_home(address, text)), None)
        if own is None:
            return None
        found = None
        if own not in spellings(address):
            found = yield from steps.search_spellings([own], _suggestions)
        if found is None and zillow.search_url(own) != zillow.search_url(address):
            found = yield from self.search(steps, shown, own)
        if found is None:
            raise HomeWithoutPage("zpid", f"zg-graph names {own}, nothing gives its zpid")
        return found

    def page(self, steps: VisitSteps, shown: dict[str, Listing], home: Candidate) -> PageRequests[ListingItem]:
        """The home's page, read and proven; not requested again where the search answered with it."""
        listing = shown.get(home.ids["zpid"])
        if listing is None:
            read = partial(read_listing, self.source)
            listing = yield from steps.request(PageRequest(home.url, read, expects="document"))
        return self.proven(listing, steps, home.ids)


def _suggestions(text: str) -> PageRequest[Found]:
    return PageRequest(zillow.suggestions_url(text), lambda got: zillow.read_suggestions(got.body, got.status))


def _graph_request(address: str) -> PageRequest[tuple[str, ...]]:
    return PageRequest(
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

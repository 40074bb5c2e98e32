"""Ways by what is already known of a home: its page in an earlier run, links in the list, MLS numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from phx_scraper.model.listing import Candidate
from phx_scraper.model.visit import VisitLease
from phx_scraper.pages.identity import plain_id
from phx_scraper.spiders.page_requests import PageRequest, PageRequests, Way
from phx_scraper.spiders.visit_steps import VisitSteps

Found = tuple[Candidate, ...]

MAX_NUMBERS = 3
"""MLS numbers that are searched for; a home that was listed again has several."""


def known_page_ways(
    visit: VisitLease, home_of: Callable[[str], Candidate | None], endpoint: str
) -> list[Way[Candidate]]:
    """The way by the source's page of the home, known from an earlier run or a link in the user's list, if any."""
    home = next((found for url in _links(visit) if (found := home_of(url)) is not None), None)
    if home is None:
        return []
    return [Way("known page", lambda: _without_request(home), conclusive=False, endpoint=endpoint, stale=True)]


def mls_number_ways(
    steps: VisitSteps, request: Callable[[str], PageRequest[Found]], endpoint: str, stale: bool = False
) -> list[Way[Candidate]]:
    """The way by MLS numbers that other sources have proved to be this home's, if there are any.

    `stale`: the number is one listing's, and a home that was listed again since has another.
    """
    numbers = _mls_numbers(steps.visit)
    run = partial(steps.search_spellings, numbers, request)
    return [Way("MLS number", run, conclusive=False, endpoint=endpoint, stale=stale)] if numbers else []


def _without_request(home: Candidate) -> PageRequests[Candidate]:
    yield from ()
    return home


def _mls_numbers(visit: VisitLease) -> tuple[str, ...]:
    """MLS numbers that other sources have proved to be this home's, each once."""
    numbers = {plain_id(one.ids.get("mls", "")): one.ids.get("mls", "") for one in visit.others}
    return tuple(number for plain, number in numbers.items() if plain)[:MAX_NUMBERS]


def _links(visit: VisitLease) -> Iterator[str]:
    if visit.listing is not None:
        yield visit.listing.url
    for value in visit.extras.values():
        if value.startswith("https://"):
            yield value

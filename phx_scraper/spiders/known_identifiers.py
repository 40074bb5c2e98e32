"""What is known of a home before anything is asked: its page in an earlier run, links in the list, MLS numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from phx_scraper.model.listing import Candidate
from phx_scraper.model.visit import VisitLease
from phx_scraper.pages.identity import plain_id
from phx_scraper.spiders.page_requests import Asking, Question, Way
from phx_scraper.spiders.visit_steps import Steps

Found = tuple[Candidate, ...]

MAX_NUMBERS = 3
"""MLS numbers that are asked about; a home that was listed again has several."""


def known_page(visit: VisitLease, home_of: Callable[[str], Candidate | None], door: str) -> list[Way[Candidate]]:
    """The way by the source's own page of the home that an earlier run read, or that the user's list links to."""
    home = next((found for url in _links(visit) if (found := home_of(url)) is not None), None)
    return [Way("known page", lambda: _known(home), knows=False, door=door, earlier=True)] if home else []


def by_mls_number(
    steps: Steps, question: Callable[[str], Question[Found]], door: str, earlier: bool = False
) -> list[Way[Candidate]]:
    """The way by MLS numbers that other sources have proved to be this home's, where there are any.

    `earlier`: the number stands for one listing, and a home that was listed again since has another.
    """
    numbers = mls_numbers(steps.visit)
    ask = partial(steps.in_spellings, numbers, question)
    return [Way("MLS number", ask, knows=False, door=door, earlier=earlier)] if numbers else []


def _known(home: Candidate) -> Asking[Candidate]:
    yield from ()
    return home


def mls_numbers(visit: VisitLease) -> tuple[str, ...]:
    """MLS numbers that other sources have proved to be this home's, each once."""
    numbers = {plain_id(one.ids.get("mls", "")): one.ids.get("mls", "") for one in visit.others}
    return tuple(number for plain, number in numbers.items() if plain)[:MAX_NUMBERS]


def _links(visit: VisitLease) -> Iterator[str]:
    if visit.listing is not None:
        yield visit.listing.url
    for value in visit.extras.values():
        if value.startswith("https://"):
            yield value

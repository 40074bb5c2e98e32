"""Signs in a page's text by which its source and its kind are told where its address does not tell them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from phx_scraper.pages.identity import plain_id

TITLES = {
    "zillow": "Zillow",
    "redfin": "Redfin",
    "phoenix_mls": "Phoenix MLS",
    "maricopa_assessor": "the Maricopa County Assessor",
}
"""The sources' names for people."""

SEARCH_PAGE = "a search page"
"""What Zillow's reader says of a page whose state is a search's."""

_SIGNS = {
    "zillow": re.compile(r"PXHYx10rg3|/HYx10rg3/|\| Zillow\s*</title>|content=[\"']Zillow[\"']"),
    "redfin": re.compile(r"root\.__reactServerState|\| Redfin\s*</title>"),
    "phoenix_mls": re.compile(r"flexmls_connect__|phoenixmlssearch\.com"),
    "maricopa_assessor": re.compile(r"<title>[^<]{0,100}Maricopa County Assessor"),
}
_RESULTS = {
    "zillow": re.compile(r"searchPageState|SearchPageStore|grid-search-results|\blist-card\b"),
    "redfin": re.compile(r"/stingray/api/gis|/stingray/api/region|\bHomeCardContainer\b|\bbp-Homecard\b"),
    "phoenix_mls": re.compile(r"flexmls_connect__sr_matches|flexmls_connect__sr_result\b"),
}

_NUMBERS = {
    "redfin": ("property_id", re.compile(r"/home/(\d{1,18})(?:[/?#]|$)")),
    "phoenix_mls": ("mls", re.compile(r"-mls_(\w{1,30})/?(?:[?#]|$)")),
}
"""The number in the address of a home's page; Zillow's reader compares its own."""

_HOME_URL = re.compile(r"/\d+_zpid\b|/home/\d+|-mls_\w+")


def source_by_content(page: str) -> str:
    """The source of a page without an address, by marks that only its own pages have; empty where there are none."""
    return next(_matching(page), "")


def _matching(page: str) -> Iterator[str]:
    return (source for source, sign in _SIGNS.items() if sign.search(page))


def other_home(source: str, url: str, ids: Mapping[str, str]) -> str:
    """What is wrong where a page's address names another home than its content does, else nothing.

    A click from one home to the next changes the address, while the state script of the page stays the first home's.
    """
    kind, form = _NUMBERS.get(source, ("", None))
    named = form.search(url) if form else None
    if named is None or not ids.get(kind) or plain_id(named[1]) == plain_id(ids[kind]):
        return ""
    return f"its address is of {kind} {named[1]}, its content of {ids[kind]}: load the page anew, then save it"


def is_home_url(url: str) -> bool:
    """Whether an address is of one home's page."""
    return _HOME_URL.search(url) is not None


def shows_results(source: str, url: str, page: str, problem: str) -> bool:
    """Whether a page without a home shows the results of a search.

    Also at a home's address: a home opened on top of a search leaves the search in the page. `problem` is the reader's.
    """
    if problem == SEARCH_PAGE:
        return True
    sign = _RESULTS.get(source)
    return sign is not None and not is_home_url(url) and sign.search(page) is not None

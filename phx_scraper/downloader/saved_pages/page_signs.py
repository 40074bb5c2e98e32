"""Signs in a page's text by which its source and its kind are told where its address does not tell them."""

from __future__ import annotations

import re
from collections.abc import Iterator

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

_HOME_URL = re.compile(r"/\d+_zpid\b|/home/\d+|-mls_\w+")


def source_by_content(page: str) -> str:
    """The source of a page without an address, by marks that only its own pages have; empty where there are none."""
    return next(_matching(page), "")


def _matching(page: str) -> Iterator[str]:
    return (source for source, sign in _SIGNS.items() if sign.search(page))


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

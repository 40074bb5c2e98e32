"""Zillow's path: autocomplete, search page and zg-graph, each alone; the search page that is the home's own."""

from __future__ import annotations

import json

import pytest

from phx_scraper.errors import PageError, Refused
from phx_scraper.model.outcome import Outcome
from phx_scraper.spiders.zillow import ZillowSpider
from tests.unit.spiders.walking import HOME, Reply, Walk, by_part, fixture, listing_row, visit_of, walk

PAGE = fixture("zillow", "for-sale")
PAGE_URL = "https://www.zillow.com/homedetails/1200-W-Saguaro-Ln-Peoria-AZ-85345/7654321_zpid/"
SUGGESTED = fixture("zillow", "suggestions")
NONE = b'{"results": []}'
REFUSED = Refused("captcha", "status 403")
LOST: dict[str, Reply] = {
    "403": REFUSED,
    "404": (404, b"<html>no</html>"),
    "502": (502, b""),
    "timeout": PageError("timeout"),
    "other json": b'{"a": 1}',
}


def graph(*names: str) -> bytes:
    results = [{"__typename": "SearchAssistanceRegionResult", "id": "Peoria, AZ", "regionId": 1}]
    results += [{"__typename": "SearchAssistanceAddressResult", "id": name} for name in names]
    return json.dumps({"data": {"searchAssistanceResult": {"requestId": 1, "results": results}}}).encode()


def zillow(answers: dict[str, Reply], otherwise: Reply = NONE, **known: object) -> Walk:
    return walk(ZillowSpider(), by_part(answers, otherwise), visit_of("zillow", **known))


@pytest.mark.parametrize("lost", LOST.values(), ids=LOST)
def test_the_search_page_is_requested_whatever_the_autocomplete_answers(lost: Reply) -> None:
    seen = zillow({"/homes/": fixture("zillow", "search-page"), "_zpid": PAGE}, otherwise=lost)
    assert seen.outcome == "listing", seen.end


@pytest.mark.parametrize("lost", LOST.values(), ids=LOST)
def test_the_autocomplete_leads_to_the_page_alone(lost: Reply) -> None:
    seen = zillow({"/suggestions": SUGGESTED, "_zpid": PAGE}, otherwise=lost)
    assert seen.outcome == "listing"
    assert len(seen.asked) == 2


def test_zg_graph_is_posted_and_its_spelling_is_searched() -> None:
    def answer(url: str) -> Reply:
        if "/zg-graph" in url:
            return graph("1200 W Saguaro Lane Peoria, AZ 85345")
        if "/suggestions" in url:
            return SUGGESTED if "1200%20W%20Saguaro%20Lane%20Peoria%2C" in url else NONE
        return PAGE if "_zpid" in url else REFUSED

    seen = walk(ZillowSpider(), answer)
    assert seen.outcome == "listing"
    body = next(body for url, body in zip(seen.asked, seen.bodies, strict=True) if "/zg-graph" in url)
    assert json.loads(body)["variables"]["query"] == HOME


def test_zg_graph_that_names_a_home_without_page_does_not_prove_absence() -> None:
    searched = fixture("zillow", "search-page").replace(b"1200 W Saguaro", b"9 N Else")
    seen = zillow({"/zg-graph": graph(HOME), "/homes/": (500, b"")})
    assert isinstance(seen.end, Outcome)
    assert "nothing gives its zpid" in seen.end.detail
    assert zillow({"/zg-graph": graph(), "/homes/": searched}).outcome == "not_found"


def test_an_autocomplete_without_its_list_is_not_understood() -> None:
    assert zillow({}, otherwise=b"{}").outcome == "error"


def test_a_refused_page_ends_the_visit_without_a_search() -> None:
    seen = zillow({"/suggestions": SUGGESTED}, otherwise=REFUSED)
    assert isinstance(seen.end, Outcome)
    assert (seen.outcome, seen.end.reason, seen.end.host) == ("blocked", "captcha", "www.zillow.com")
    assert len(seen.asked) == 2


def test_the_page_of_an_earlier_run_costs_one_request() -> None:
    known = {"listing": listing_row("zillow", PAGE_URL, {"zpid": "7654321"})}
    assert zillow({"_zpid": PAGE}, otherwise=REFUSED, **known).asked == [PAGE_URL]


@pytest.mark.parametrize("lost", LOST.values(), ids=LOST)
def test_empty_autocompletes_prove_nothing_while_the_search_fails(lost: Reply) -> None:
    """They have no answer for a home whose address they spell in another way."""
    seen = zillow({"/suggestions": NONE, "/zg-graph": graph("1202 W Saguaro Ln, Peoria, AZ 85345"), "/homes/": lost})
    assert seen.outcome in {"error", "blocked"}, seen.end

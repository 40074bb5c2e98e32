"""Phoenix MLS' path: omni, number, search by fields; and when "no longer available" counts."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from phx_scraper.errors import PageError, Refused
from phx_scraper.model.outcome import Outcome
from phx_scraper.spiders.phoenix_mls import PhoenixMlsSpider
from tests.unit.spiders.walking import Reply, Walk, by_part, fixture, listing_row, visit_of, walk

PAGE, GONE = fixture("phoenix_mls", "template-1"), fixture("phoenix_mls", "gone")
SUGGESTED, HITS = fixture("phoenix_mls", "suggestions"), fixture("phoenix_mls", "results")
NO_SUGGESTION = b'/**/ phxOmni({"D": {"Success": true, "Results": []}});'
NO_HITS = fixture("phoenix_mls", "results-without-data")
OTHERS = HITS.replace(b"1200 W SAGUARO", b"1202 W SAGUARO")
REFUSED = Refused("forbidden", "status 403")
LOST: dict[str, Reply] = {
    "403": REFUSED,
    "404": (404, b"<html>no</html>"),
    "500": (500, b""),
    "timeout": PageError("timeout"),
    "json": b'{"a": 1}',
}


def phoenix(answers: dict[str, Reply], otherwise: Reply = NO_SUGGESTION, **known: object) -> Walk:
    answer = by_part(answers, otherwise)
    return walk(PhoenixMlsSpider(), lambda url: called(answer(url), url), visit_of("phoenix_mls", **known))


def called(reply: Reply, url: str) -> Reply:
    """A JSONP answer as a call of the function that the URL names."""
    callback = parse_qs(urlsplit(url).query).get("callback", [""])[0]
    return reply.replace(b"phxOmni(", f"{callback}(".encode()) if isinstance(reply, bytes) else reply


@pytest.mark.parametrize("lost", LOST.values(), ids=LOST)
def test_the_search_by_number_and_zip_replaces_omni(lost: Reply) -> None:
    seen = phoenix({"StreetNumber=1200&PostalCode=85345": HITS, "-mls_6900123": PAGE}, otherwise=lost)
    assert seen.outcome == "listing", seen.end


@pytest.mark.parametrize("lost", LOST.values(), ids=LOST)
def test_a_number_proved_by_another_source_replaces_omni(lost: Reply) -> None:
    elsewhere = (listing_row("redfin", "https://www.redfin.com/", {"mls": "6900123"}),)
    seen = phoenix({"?ListingId=6900123": HITS, "-mls_6900123": PAGE}, otherwise=lost, others=elsewhere)
    assert seen.outcome == "listing"
    assert not any("&" in url for url in seen.asked if "ListingId" in url), "the number is asked for alone"


def test_no_value_of_the_search_holds_a_comma() -> None:
    searched = [url for url in phoenix({"/mls/": OTHERS}).asked if "/mls/search/" in url]
    assert searched
    assert not any("," in url or "%2C" in url for url in searched)


def test_gone_counts_if_the_search_has_other_hits() -> None:
    seen = phoenix({"/omni": SUGGESTED, "StreetNumber": OTHERS, "-mls_": GONE})
    assert seen.outcome == "not_found"


def test_gone_counts_if_the_search_has_hits_for_the_zip() -> None:
    seen = phoenix({"/omni": SUGGESTED, "StreetNumber": NO_HITS, "PostalCode": OTHERS, "-mls_": GONE})
    assert seen.outcome == "not_found"


@pytest.mark.parametrize("search", [NO_HITS, *LOST.values()], ids=["no hits", *LOST])
def test_gone_does_not_count_while_the_site_reaches_no_data(search: Reply) -> None:
    seen = phoenix({"/omni": SUGGESTED, "-mls_": GONE, "/mls/search/": search})
    assert seen.outcome in {"error", "blocked"}, seen.end


def test_a_home_that_was_listed_again_is_found_by_the_search() -> None:
    again = HITS.replace(b"6900123", b"7000001")
    page = PAGE.replace(b"6900123", b"7000001")
    seen = phoenix({"/omni": SUGGESTED, "-mls_7000001": page, "-mls_": GONE, "StreetNumber": again})
    assert seen.outcome == "listing"


def test_an_empty_omni_is_an_answer_even_if_the_search_is_refused() -> None:
    seen = phoenix({"/mls/search/": REFUSED})
    assert seen.outcome == "not_found"
    assert isinstance(seen.end, Outcome)
    assert "address search: forbidden" in seen.end.detail
    assert seen.end.host == ""


def test_a_refused_page_names_the_host_that_refused() -> None:
    seen = phoenix({"/omni": SUGGESTED}, otherwise=REFUSED)
    assert isinstance(seen.end, Outcome)
    assert (seen.outcome, seen.end.host) == ("blocked", "phoenixmlssearch.com")
    assert seen.steps.take_answered() == ["apps.flexmls.com"]


AGAIN = {"/omni": SUGGESTED.replace(b"6900123", b"7000001"), "StreetNumber": HITS.replace(b"6900123", b"7000001")}
EARLIER = {"-mls_6900123": PAGE, "?ListingId=6900123": HITS}
KNOWN: dict[str, dict[str, object]] = {
    "own page": {"listing": listing_row("phoenix_mls", "https://phoenixmlssearch.com/mls/x-mls_6900123/", {})},
    "number elsewhere": {"others": (listing_row("redfin", "https://www.redfin.com/", {"mls": "6900123"}),)},
}


@pytest.mark.parametrize("known", KNOWN.values(), ids=KNOWN)
@pytest.mark.parametrize("lost", [GONE, *LOST.values()], ids=["gone", *LOST])
def test_the_gallery_of_an_earlier_listing_is_not_used(lost: Reply, known: dict[str, object]) -> None:
    seen = phoenix(AGAIN | EARLIER | {"-mls_7000001": lost}, **known)
    assert seen.outcome in {"error", "blocked"}, seen.end
    assert seen.times("-mls_6900123") == 0


@pytest.mark.parametrize("known", KNOWN.values(), ids=KNOWN)
def test_the_search_names_the_current_listing_where_omni_does_not(known: dict[str, object]) -> None:
    today = {"-mls_7000001": PAGE.replace(b"6900123", b"7000001")}
    seen = phoenix(AGAIN | EARLIER | today | {"/omni": REFUSED}, **known)
    assert seen.outcome == "listing", seen.end
    assert seen.times("-mls_6900123") == 0


def test_a_failed_omni_with_an_empty_list_is_not_understood() -> None:
    failed = NO_SUGGESTION.replace(b"true", b"false")
    assert phoenix({"/omni": failed, "/mls/": NO_HITS}).outcome == "error"


def test_a_full_page_of_other_hits_does_not_say_that_the_home_is_not_listed() -> None:
    entry = OTHERS[OTHERS.index(b"<body") : OTHERS.index(b"</body>")].partition(b">")[2]
    tower = OTHERS.replace(entry, entry * 25)
    assert phoenix({"/omni": REFUSED, "StreetNumber": tower}).outcome in {"error", "blocked"}
    assert phoenix({"/omni": REFUSED, "StreetNumber": OTHERS}).outcome == "not_found"

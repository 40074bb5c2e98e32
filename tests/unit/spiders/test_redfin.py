"""Redfin's path: every way to the page alone; refused, broken and missing answers; and when a home is not found."""

from __future__ import annotations

import json
from urllib.parse import unquote

import pytest

from phx_scraper.errors import PageError, Refused
from phx_scraper.model.outcome import Outcome
from phx_scraper.spiders.blocked_ways import BlockedWays
from phx_scraper.spiders.redfin import RedfinSpider
from tests.unit.spiders.walking import HOME, Reply, Walk, by_part, fixture, listing_row, visit_of, walk

PATH = "/AZ/Peoria/1200-W-Saguaro-Ln-85345/home/27654321"
PAGE_URL = f"https://www.redfin.com{PATH}"
ROW = {"name": "1200 W Saguaro Ln", "subName": "Peoria, AZ, USA", "url": PATH}
REFUSED = Refused("forbidden", "status 403")
NONE = b'{}&&{"resultCode": 0, "payload": {"sections": []}}'
PAGE = fixture("redfin", "for-sale")


def rows(*found: dict[str, str]) -> bytes:
    return b"{}&&" + json.dumps({"payload": {"sections": [{"name": "Addresses", "rows": list(found)}]}}).encode()


def redfin(
    answers: dict[str, Reply], otherwise: Reply = NONE, blocked: BlockedWays | None = None, **known: object
) -> Walk:
    return walk(RedfinSpider(), by_part(answers, otherwise), visit_of("redfin", **known), blocked)


ZIP_PAGE = (
    '<title>85345 Homes For Sale</title><script type="application/ld+json">'
    + json.dumps([{"@type": "Accommodation", "name": HOME, "url": PAGE_URL}])
    + "</script>"
    # Redfin's shells of throttled pages are small.
    + f"<!--{'-' * 60_000}-->"
).encode()
REGION = b'{}&&{"payload": {"rootDefaults": {"region_id": 36177, "region_type": 2, "market": "phoenix"}}}'
GIS = (
    b"{}&&"
    + json.dumps(
        {
            "payload": {
                "homes": [
                    {
                        "url": PATH,
                        "streetLine": {"value": "1200 W Saguaro Ln", "level": 1},
                        "city": "Peoria",
                        "state": "AZ",
                        "zip": "85345",
                    }
                ]
            }
        }
    ).encode()
)
ONLY: dict[str, dict[str, Reply]] = {
    "autocomplete": {"/location-autocomplete": rows(ROW)},
    "query-location": {"/query-location": b"{}&&" + json.dumps({"payload": {"exactMatch": ROW}}).encode()},
    "rental autocomplete": {"/rental-location-autocomplete": rows(ROW)},
    "zip page": {"/zipcode/85345": ZIP_PAGE},
    "gis": {"/api/region": REGION, "/api/gis": GIS},
}
LOST: dict[str, Reply] = {
    "403": REFUSED,
    "429": Refused("rate_limited", "status 429", 7.0),
    "404 page": (404, b"<html><body>404 Not Found</body></html>"),
    "404 json": (404, b'{"error": "not found"}'),
    "500": (500, b"oops"),
    "timeout": PageError("timeout"),
    "other json": b'{"ok": true}',
    "not json": b"<html>hello</html>",
}


@pytest.mark.parametrize("lost", LOST.values(), ids=LOST)
@pytest.mark.parametrize("way", ONLY)
def test_each_lookup_alone_leads_to_the_home_while_all_others_fail(way: str, lost: Reply) -> None:
    seen = redfin({**ONLY[way], "/home/27654321": PAGE}, otherwise=lost)
    assert seen.outcome == "listing", seen.end
    assert f"{way}: ok" in seen.steps.summary() or way == "autocomplete"


@pytest.mark.parametrize("lost", LOST.values(), ids=LOST)
def test_the_page_or_else_its_api_answers_are_read(lost: Reply) -> None:
    info = b'{}&&{"payload": {"propertyId": 27654321, "listingId": 204}}'
    api = {"/initialInfo": info, "/aboveTheFold": fixture("redfin", "api-answer")}
    found = {"/location-autocomplete": rows(ROW)}
    assert redfin({**found, **api}, otherwise=lost).outcome == "listing"
    assert redfin({**found, f"com{PATH}": PAGE}, otherwise=lost).outcome == "listing"


@pytest.mark.parametrize("lost", LOST.values(), ids=LOST)
def test_a_source_where_nothing_works_is_never_not_found(lost: Reply) -> None:
    seen = redfin({}, otherwise=lost)
    assert isinstance(seen.end, Outcome)
    assert seen.outcome == ("blocked" if isinstance(lost, Refused) else "error")
    assert "autocomplete: " in seen.end.detail
    assert "zip page: " in seen.end.detail


def test_a_refusal_names_the_host_and_the_longest_wait() -> None:
    seen = redfin({"/zipcode/": Refused("rate_limited", "", 90.0)}, otherwise=REFUSED)
    assert isinstance(seen.end, Outcome)
    assert (seen.end.reason, seen.end.retry_after, seen.end.host) == ("forbidden", 90.0, "www.redfin.com")


def test_after_a_refusal_another_endpoint_is_tried_first_and_nothing_twice() -> None:
    seen = redfin({}, otherwise=REFUSED)
    assert [url.split("/")[3] for url in seen.asked[:2]] == ["stingray", "zipcode"]
    assert len(seen.asked) == len(set(seen.asked)) == 5


@pytest.mark.parametrize("knows", ["Road", "West", "85345'", "Lane"])
def test_a_literal_autocomplete_is_repeated_in_other_spellings(knows: str) -> None:
    def answer(url: str) -> Reply:
        asked = unquote(url).partition("location=")[2].partition("&")[0]
        spelled = {"Road": "Lane" in asked and "West" in asked, "West": "West" in asked, "Lane": "Lane" in asked}
        known = spelled.get(knows, "Peoria" not in asked)
        if "/location-autocomplete" in url:
            return rows(ROW) if known else NONE
        return PAGE if "/home/" in url else NONE

    seen = walk(RedfinSpider(), answer)
    assert seen.outcome == "listing"
    assert 1 < seen.times("/location-autocomplete") <= 4


def test_not_found_needs_every_look_up_and_names_the_nearest_address() -> None:
    near = {"name": "1200 W Saguaro Ln", "subName": "Peoria, AZ", "url": PATH.replace("85345", "85381")}
    seen = redfin({"/location-autocomplete": rows(near)})
    assert isinstance(seen.end, Outcome)
    assert (seen.outcome, seen.end.reason) == ("not_found", "no_such_listing")
    assert "1200 W Saguaro Ln, Peoria, AZ 85381 (zip 85381 instead of 85345)" in seen.end.detail
    assert seen.steps.take_others() > 0


def test_a_refused_look_up_is_skipped_by_later_homes() -> None:
    blocked = BlockedWays()
    answers: dict[str, Reply] = {"/location-autocomplete": REFUSED, "/query-location": rows(ROW), "/home/": PAGE}
    first, second = redfin(answers, blocked=blocked), redfin(answers, blocked=blocked)
    assert (first.outcome, second.outcome) == ("listing", "listing")
    assert (first.times("/location-autocomplete"), second.times("/location-autocomplete")) == (1, 0)


def test_if_every_way_is_blocked_one_request_checks_whether_the_source_still_refuses() -> None:
    blocked = BlockedWays()
    redfin({}, otherwise=REFUSED, blocked=blocked)
    second = redfin({}, otherwise=REFUSED, blocked=blocked)
    assert (second.outcome, len(second.asked)) == ("blocked", 1)
    third = redfin({"/location-autocomplete": rows(ROW), "/home/": PAGE}, otherwise=REFUSED, blocked=blocked)
    assert third.outcome == "listing"


def test_the_page_of_an_earlier_run_is_tried_first_and_proved_by_its_content() -> None:
    known = {"listing": listing_row("redfin", PAGE_URL, {"property_id": "27654321"})}
    assert redfin({"/home/": PAGE}, otherwise=REFUSED, **known).asked == [PAGE_URL]


def test_a_link_in_the_list_leads_to_the_page_and_a_wrong_one_to_nothing() -> None:
    link = {"extras": {"URL (SEE x)": f"{PAGE_URL}?utm=1", "other": "https://example.org/home/1"}}
    assert redfin({"/home/": PAGE}, otherwise=REFUSED, **link).outcome == "listing"
    other = fixture("redfin", "unit")
    seen = redfin({"/home/": other}, **link)
    assert isinstance(seen.end, Outcome)
    assert seen.outcome == "not_found", seen.end
    assert "wrong_home:address" in seen.end.detail


def test_an_mls_number_that_another_source_proved_leads_to_the_page() -> None:
    elsewhere = (listing_row("phoenix_mls", "https://phoenixmlssearch.com/", {"mls": "6900123"}),)
    answers: dict[str, Reply] = {"location=MLS%23%206900123": rows(ROW), "/home/": PAGE}
    seen = redfin(answers, others=elsewhere)
    assert seen.outcome == "listing"
    assert seen.times("MLS%23") == 1


def test_a_page_that_redfin_itself_calls_missing_is_not_found_and_a_bare_404_is_not() -> None:
    found: dict[str, Reply] = {"/location-autocomplete": rows(ROW)}
    gone = redfin({**found, "/home/2": (404, fixture("redfin", "not-found"))})
    assert gone.outcome == "not_found"
    bare = redfin({**found, "/home/2": (404, b"<html><title>404</title></html>")})
    assert bare.outcome == "error"
    assert isinstance(bare.end, Outcome)
    assert bare.end.reason.startswith("not_understood")


def test_gis_is_never_requested_with_the_zip_itself() -> None:
    wrong = b'{}&&{"payload": {"rootDefaults": {"region_id": 85345, "region_type": 2, "market": "phoenix"}}}'
    assert redfin({"/api/region": wrong}).times("/api/gis") == 0
    page = '<script>root.__reactServerState.InitialContext = {"ReactServerAgent.cache": {"dataCache": %s}};</script>'
    carried = {"/stingray/api/region?region_id=85345": {"res": {"text": REGION.decode()}}}
    seen = redfin({"/zipcode/": (page % json.dumps(carried)).encode(), "/api/gis": GIS, "/home/": PAGE})
    assert seen.outcome == "listing"
    assert next(url for url in seen.asked if "/api/" in url).count("region_id=36177") == 1
    assert seen.times("/api/region") == 0


@pytest.mark.parametrize("lost", LOST.values(), ids=LOST)
def test_the_older_look_up_uses_every_spelling_if_the_autocomplete_fails(lost: Reply) -> None:
    def answer(url: str) -> Reply:
        if "/query-location" in url:
            return rows(ROW) if "Lane" in unquote(url) else NONE
        return PAGE if "/home/" in url else lost

    assert walk(RedfinSpider(), answer).outcome == "listing"
    assert redfin({}).times("/query-location") == 1, "not where the autocomplete has answered for all of them"


@pytest.mark.parametrize(
    "body", ['{"payload": {}, "resultCode": 101}', '{"payload": {"sections": []}, "resultCode": 1000}']
)
def test_an_error_with_an_empty_payload_is_not_understood(body: str) -> None:
    seen = redfin({}, otherwise=b"{}&&" + body.encode())
    assert seen.outcome == "error", seen.end


def test_a_page_of_an_earlier_run_that_is_gone_counts_where_the_site_still_leads_to_it() -> None:
    known = {"listing": listing_row("redfin", PAGE_URL, {"property_id": "27654321"})}
    gone = fixture("redfin", "not-found")
    seen = redfin({f"com{PATH}": gone, "/location-autocomplete": rows(ROW)}, **known)
    assert isinstance(seen.end, Outcome)
    assert (seen.outcome, seen.end.reason) == ("not_found", "no_such_listing")
    assert seen.asked.count(PAGE_URL) == 1
    assert seen.end.detail.startswith("known page: ok; page: page (Page Not Found); autocomplete: ok")


def test_a_page_of_an_earlier_run_that_is_gone_proves_nothing_by_itself() -> None:
    known = {"listing": listing_row("redfin", PAGE_URL, {"property_id": "27654321"})}
    seen = redfin({f"com{PATH}": fixture("redfin", "not-found")}, otherwise=(500, b"oops"), **known)
    assert seen.outcome == "error"

"""Each source's walls, each of which the crawl's own reader of refusals knows; pages that need a script."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from phx_scraper.pages.refusals import find_refusal
from phx_scraper.replica import Options
from phx_scraper.replica.front.exchange import Answer, whole
from phx_scraper.replica.front.recorder import Connection, Request
from phx_scraper.replica.suspicion.pace import MOST_QUICK
from phx_scraper.replica.suspicion.suspicion import Suspicion
from tests.unit.replica.suspicion.requests import changed, request

CURL = Connection("127.0.0.1", ja4="t13d3112h2_e8f1e7e78f70_b26ce05bbdd6", protocol="h2")
PAGE = b"<html><body>" + b"the page " * 8000 + b"</body></html>"
HOMES = {
    "zillow": "www.zillow.com/homedetails/x/1_zpid/",
    "redfin": "www.redfin.com/AZ/Phoenix/1-N-2nd-St-85004/home/1",
    "phoenix_mls": "phoenixmlssearch.com/mls/1-N-2nd-St-mls_6000001/",
}


@asynccontextmanager
async def page(request: Request) -> AsyncIterator[Answer]:
    yield Answer(200, (("content-type", "text/html"),), whole(PAGE))


def suspicion(**options: float) -> Suspicion:
    return Suspicion(page, Options(tls_port=0, suspicious=True, **options))  # type: ignore[arg-type]


def answer(asked: Suspicion, given: Request) -> tuple[int, dict[str, str], bytes]:
    async def read() -> tuple[int, dict[str, str], bytes]:
        async with asked.respond(given) as told:
            return told.status, dict(told.headers), b"".join([chunk async for chunk in told.body])

    return asyncio.run(read())


def home(source: str) -> Request:
    host, _, path = HOMES[source].partition("/")
    return request(host, f"/{path}", "navigate", "document", "none")


def program(url: str, **headers: str) -> Request:
    host, _, path = url.partition("/")
    given = tuple({"accept": "*/*", **headers}.items())
    return Request(CURL, host, "GET", f"/{path}", given)


@pytest.mark.parametrize(
    ("source", "url", "status", "header", "reason"),
    [
        ("zillow", HOMES["zillow"], 403, "x-px-blocked", "captcha"),
        ("zillow", "www.zillowstatic.com/autocomplete/v3/suggestions?q=1", 403, "x-px-blocked", "captcha"),
        ("redfin", HOMES["redfin"], 202, "x-amzn-waf-action", "captcha"),
        ("redfin", "www.redfin.com/stingray/do/location-autocomplete", 403, "x-cache", "forbidden"),
        ("phoenix_mls", HOMES["phoenix_mls"], 403, "content-type", "forbidden"),
        ("phoenix_mls", "apps.flexmls.com/quick_launch/omni", 403, "content-type", "forbidden"),
    ],
)
def test_a_program_meets_the_sources_own_wall(source: str, url: str, status: int, header: str, reason: str) -> None:
    given = program(url, **{"user-agent": "curl/8.0"})
    found, headers, body = answer(suspicion(tolerated_pace=0), given)
    refusal = find_refusal(source, f"https://{url}", found, headers, body)
    assert (found, header in headers, refusal and refusal.reason) == (status, True, reason)
    assert given.refused_for.startswith("user agent")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (program("mcassessor.maricopa.gov/search/property/", authorization="t"), ""),
        (program("mcassessor.maricopa.gov/search/property/"), "no token"),
        (
            request("mcassessor.maricopa.gov", "/search/property/", "cors", "empty", "none", authorization="t"),
            "a browser",
        ),
        (program("gis.mcassessor.maricopa.gov/arcgis/rest/services"), ""),
        (request("mcassessor.maricopa.gov", "/", "navigate", "document", "none"), ""),
    ],
)
def test_the_assessors_api_is_for_programs(given: Request, said: str) -> None:
    status, headers, body = answer(suspicion(tolerated_pace=0), given)
    assert given.refused_for.startswith(said)
    assert (status == 200) is (said == "")
    if said:
        url = f"https://{given.host}{given.path}"
        refusal = find_refusal("maricopa_assessor", url, status, headers, body)
        assert refusal is not None
        assert headers["cf-mitigated"] == "challenge"


@pytest.mark.parametrize(
    ("source", "reasons"),
    [
        ("zillow", ["captcha", "captcha"]),
        ("redfin", ["rate_limited", "rate_limited"]),
        ("phoenix_mls", ["rate_limited", "forbidden"]),
    ],
)
def test_haste_meets_a_wall_that_is_known(source: str, reasons: list[str]) -> None:
    hasty, found = suspicion(tolerated_pace=3600.0), []
    for _ in range(MOST_QUICK + 3):
        status, headers, body = answer(hasty, home(source))
        refusal = find_refusal(source, f"https://{HOMES[source]}", status, headers, body)
        found.append(refusal and refusal.reason)
    assert found == [None] * (MOST_QUICK + 1) + reasons


def test_what_a_page_loads_is_no_haste() -> None:
    hasty = suspicion(tolerated_pace=3600.0)
    style = request("www.zillow.com", "/a.css", "no-cors", "style", "same-origin", "https://www.zillow.com/")
    photo = request("photos.zillowstatic.com", "/fp/a.jpg", "no-cors", "image", "cross-site", "https://www.zillow.com/")
    for given in (style, photo) * 20:
        assert answer(hasty, replace(given))[0] == 200


@pytest.mark.parametrize("source", HOMES)
def test_a_scripted_page_is_a_frame_whose_script_brings_the_rest(source: str) -> None:
    scripted = suspicion(tolerated_pace=0, scripted=1.0)
    given = home(source)
    status, _, frame = answer(scripted, given)
    assert status == 200
    assert b"the page" not in frame
    assert find_refusal(source, f"https://{HOMES[source]}", status, {}, frame) is None
    path = frame.decode().partition('src="')[2].partition('"')[0]
    referer = f"https://{HOMES[source]}"
    script = request(given.host, path, "no-cors", "script", "same-origin", referer)
    assert b"the page" in answer(scripted, script)[2]


def test_only_pages_that_were_opened_are_scripted() -> None:
    scripted = suspicion(tolerated_pace=0, scripted=1.0)
    search = changed(request("www.zillow.com", "/homes/85004_rb/", "navigate", "document", "none"))
    assert answer(scripted, search)[2] == PAGE

"""A page whose content is still to come says `needs_browser`; no other page without content does."""

from __future__ import annotations

import pytest

from phx_scraper import pages
from phx_scraper.errors import NotUnderstood, Refused

URLS = {
    "zillow": "https://www.zillow.com/homedetails/1-A-St-Mesa-AZ-85201/7654321_zpid/",
    "redfin": "https://www.redfin.com/AZ/Mesa/1-A-St-85201/home/7654321",
    "phoenix_mls": "https://phoenixmlssearch.com/idx/1-a-st-mesa-az-85201/",
}
FRAMES = {
    "zillow": '<div id="__next"><span>Loading</span></div>',
    "redfin": '<div id="content"></div>',
    "phoenix_mls": "<div class='flexmls_connect__sr_detail'><noscript>Please switch JavaScript on.</noscript></div>",
}
BUNDLE = '<script src="/_next/static/chunks/main.js"></script>'
# A small page of Redfin's without its content is what throttled clients get: a refusal, which goes to no browser.
LARGE = "<style>" + "a{color:red}" * 5000 + "</style>"


def page(source: str, frame: str = "", bundle: str = BUNDLE, more: str = LARGE) -> bytes:
    head = f"<head><meta charset=utf-8><title>A home</title>{more}{bundle}</head>"
    return f"<!DOCTYPE html><html>{head}<body>{frame or FRAMES[source]}</body></html>".encode()


def reason(source: str, body: bytes) -> str:
    with pytest.raises(NotUnderstood) as caught:
        pages.read(source, URLS[source], body)
    return caught.value.reason


@pytest.mark.parametrize("source", URLS)
def test_a_frame_that_scripts_fill_needs_a_browser(source: str) -> None:
    assert reason(source, page(source)) == "needs_browser"


@pytest.mark.parametrize("source", URLS)
def test_no_other_page_without_content_needs_one(source: str) -> None:
    assert reason(source, page(source, bundle="")) != "needs_browser", "nothing would fill it"
    assert reason(source, page(source, frame="<main>Hello</main>")) != "needs_browser", "nothing to be filled"
    filled = FRAMES[source].replace("</div>", "<p>" + "4 beds, 2 baths. " * 30 + "</p></div>")
    assert reason(source, page(source, frame=filled)) != "needs_browser", "it is filled"


def test_a_throttled_page_is_a_refusal_and_needs_none() -> None:
    with pytest.raises(Refused):
        pages.read("redfin", URLS["redfin"], page("redfin", more=""))

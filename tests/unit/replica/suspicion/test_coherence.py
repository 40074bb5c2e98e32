"""A table of what no Chrome sends, a row for each rule; coherent requests of every kind pass."""

from __future__ import annotations

from dataclasses import replace

import pytest

from phx_scraper.replica.front.recorder import Request
from phx_scraper.replica.suspicion.coherence import contradiction
from tests.unit.replica.suspicion.requests import AGENT, CONNECTION, changed, document, request

STATIC, ZILLOW = "www.zillowstatic.com", "https://www.zillow.com/"
FETCH = request(STATIC, "/x", "cors", "empty", "cross-site", ZILLOW, origin=ZILLOW.rstrip("/"))
OWN_FETCH = request("www.zillow.com", "/x", "cors", "empty", "same-origin", f"{ZILLOW}homes/")
PHOTO = request("photos.zillowstatic.com", "/x", "no-cors", "image", "cross-site", ZILLOW)
LINKED = request("www.zillow.com", "/x", "navigate", "document", "same-origin", ZILLOW)
SAME_SITE = request("gis.zillow.com", "/x", "no-cors", "script", "same-site", ZILLOW)


@pytest.mark.parametrize("given", [document(), LINKED, FETCH, OWN_FETCH, PHOTO, SAME_SITE])
def test_coherent_requests_pass(given: Request) -> None:
    assert contradiction(given) == ""


def connection(**values: object) -> Request:
    return replace(document(), connection=replace(CONNECTION, **values))  # type: ignore[arg-type]


TABLE: list[tuple[Request, str]] = [
    (changed(document(), user_agent="curl/8.0"), "user agent curl/8.0"),
    (changed(document(), user_agent=None), "user agent missing"),
    (changed(document(), user_agent=AGENT.replace("Chrome", "HeadlessChrome")), "user agent Mozilla"),
    (connection(ja4="t13d3112h2_e8f1e7e78f70_b26ce05bbdd6"), "handshake"),
    (connection(ja4=""), "handshake"),
    (connection(protocol="http/1.1"), "http/1.1 where Chrome speaks h2"),
    (connection(settings=((3, 100), (4, 33_554_432), (2, 0))), "settings"),
    (connection(window=33_488_897), "settings"),
    (replace(document(), pseudo="m,p,s,a"), "pseudo-headers in the order m,p,s,a"),
    (changed(document(), sec_ch_ua_mobile=None), "without sec-ch-ua-mobile"),
    (changed(document(), accept_language=None), "without accept-language"),
    (replace(document(), headers=document().headers[::-1]), "after headers that follow it"),
    (replace(FETCH, headers=tuple(sorted(FETCH.headers))), "after headers that follow it"),
    (changed(document(), sec_ch_ua='"Chromium";v="146"'), "another version"),
    (changed(document(), sec_ch_ua='"Firefox";v="150"'), "another version"),
    (changed(document(), sec_ch_ua_platform='"Windows"'), "another system"),
    (changed(document(), sec_ch_ua_platform='"Plan9"'), "another system"),
    (changed(OWN_FETCH, sec_fetch_site="none", referer=None), "sec-fetch-site none with sec-fetch-mode cors"),
    (changed(document(), sec_fetch_dest="empty"), "sec-fetch-mode navigate with sec-fetch-dest empty"),
    (changed(FETCH, sec_fetch_user="?1"), "sec-fetch-user with sec-fetch-mode cors"),
    (changed(FETCH, upgrade_insecure_requests="1"), "upgrade-insecure-requests"),
    (changed(document(), upgrade_insecure_requests=None), "upgrade-insecure-requests"),
    (changed(FETCH, origin=None), "no origin with cross-site and cors"),
    (replace(OWN_FETCH, method="POST"), "no origin with a body"),
    (changed(PHOTO, referer=None), "no referer with cross-site"),
    (changed(document(), referer=ZILLOW), "none with a referer that makes it same-origin"),
    (changed(PHOTO, sec_fetch_site="same-origin"), "same-origin with a referer that makes it cross-site"),
    (changed(PHOTO, referer=f"{ZILLOW}homedetails/1_zpid/"), "whole referer"),
]


@pytest.mark.parametrize(("given", "said"), TABLE, ids=[said for _, said in TABLE])
def test_what_no_chrome_sends_is_named(given: Request, said: str) -> None:
    assert said in contradiction(given)


def test_what_a_pages_script_adds_may_stand_anywhere() -> None:
    added = replace(FETCH, headers=(*FETCH.headers[:3], ("x-caller-id", "s"), *FETCH.headers[3:]))
    assert contradiction(added) == ""

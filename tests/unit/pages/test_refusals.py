"""A refusal is recognised in any form, and nothing else is read as one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from phx_scraper.pages.refusals import MAX_RETRY_AFTER, find_refusal, retry_after

ZILLOW = "https://www.zillow.com/homedetails/x/1_zpid/"
REDFIN = "https://www.redfin.com/AZ/Peoria/x/home/1"
ASSESSOR = "https://mcassessor.maricopa.gov/search/property/?q=x"
PHOENIX = "https://phoenixmlssearch.com/mls/x-mls_1/"
PHOTO = "https://photos.zillowstatic.com/fp/x-o_a.jpg"
GOOD = b"<html><title>Home</title><body>a page</body></html>"
PX_PAGE = (
    b'<html><head><meta name="description" content="px-captcha"><title>Access to this page has been denied</title>'
)
PX_2021 = b'<link href="/captcha.css"><script>window._pxAppId="PX1"</script><div class="g-recaptcha"></div>'
PX_JSON = b'{"appId":"PX1","blockScript":"/HYx10rg3/captcha/captcha.js","hostUrl":"/x"}'
STATE = b'<script>_pxAppId</script><script id="__NEXT_DATA__">{"text":"px-captcha Press & Hold captcha.css"}</script>'
CLOUDFRONT = b"<H1>403 ERROR</H1><H2>The request could not be satisfied.</H2>Request blocked. We can't connect"


@pytest.mark.parametrize(
    ("source", "url", "status", "headers", "body", "reason"),
    [
        ("zillow", ZILLOW, 403, {}, GOOD, "forbidden"),
        ("zillow", ZILLOW, 401, {}, GOOD, "unauthorised"),
        ("zillow", ZILLOW, 429, {}, b"", "rate_limited"),
        ("zillow", ZILLOW, 403, {}, PX_PAGE, "captcha"),
        ("zillow", ZILLOW, 200, {}, PX_PAGE, "captcha"),
        ("zillow", ZILLOW, 200, {}, PX_PAGE.decode().encode("utf-16"), "captcha"),
        ("zillow", ZILLOW, 200, {}, PX_2021, "captcha"),
        ("zillow", ZILLOW, 403, {}, PX_JSON, "captcha"),
        ("zillow", ZILLOW, 200, {}, PX_JSON, "captcha"),
        ("zillow", ZILLOW, 200, {}, b" \n", "empty"),
        ("zillow", ZILLOW, 302, {"location": "https://www.zillow.com/captchaPerimeterX/?url=%2fx"}, b"", "captcha"),
        ("zillow", ZILLOW, 302, {"location": "/login?next=x"}, b"", "login"),
        ("zillow", "https://www.zillow.com/captchaPerimeterX/?url=x", 200, {}, GOOD, "captcha"),
        ("zillow", ZILLOW, 503, {"retry-after": "30"}, GOOD, "rate_limited"),
        ("zillow", ZILLOW, 503, {}, b"<title>Robot Check</title>", "captcha"),
        ("zillow", ZILLOW, 200, {"cf-mitigated": "challenge"}, GOOD, "captcha"),
        ("redfin", REDFIN, 302, {"location": "https://ratelimited.redfin.com/?x"}, b"", "rate_limited"),
        ("redfin", "https://ratelimited.redfin.com/", 200, {}, GOOD, "rate_limited"),
        ("redfin", REDFIN, 200, {}, b"<title>Are You a Robot? | Redfin</title>", "rate_limited"),
        ("redfin", REDFIN, 202, {"x-amzn-waf-action": "challenge"}, b"", "captcha"),
        ("redfin", REDFIN, 202, {}, b"", "empty"),
        ("redfin", REDFIN, 200, {}, CLOUDFRONT, "forbidden"),
        ("redfin", REDFIN, 403, {}, CLOUDFRONT, "forbidden"),
        ("maricopa_assessor", ASSESSOR, 200, {}, GOOD, "html_instead_of_json"),
        ("maricopa_assessor", ASSESSOR, 200, {}, b"\xef\xbb\xbf<!DOCTYPE html>", "html_instead_of_json"),
        ("maricopa_assessor", ASSESSOR, 401, {}, b"{}", "unauthorised"),
        ("phoenix_mls", PHOENIX, 403, {}, b"7G", "forbidden"),
        ("phoenix_mls", PHOENIX, 200, {}, b'<title>Log In</title><form id="loginform">', "login"),
        ("zillow", PHOTO, 403, {}, b"", "forbidden"),
        ("zillow", PHOTO, 429, {"retry-after": "7"}, b"", "rate_limited"),
        ("zillow", PHOTO, 200, {}, PX_PAGE, "captcha"),
    ],
)
def test_refusals(source: str, url: str, status: int, headers: dict[str, str], body: bytes, reason: str) -> None:
    refusal = find_refusal(source, url, status, headers, body)
    assert refusal is not None
    assert refusal.reason == reason


@pytest.mark.parametrize(
    ("source", "url", "status", "body"),
    [
        ("zillow", ZILLOW, 200, GOOD),
        ("zillow", ZILLOW, 200, STATE),
        ("zillow", ZILLOW, 200, b"<script>_pxAppId</script>" + GOOD),
        ("zillow", ZILLOW, 200, b'<script src="captcha.css"></script>_pxAppId' + b" " * 80_000),
        ("zillow", ZILLOW, 500, b""),
        ("zillow", ZILLOW, 503, b"<title>Service Unavailable</title>"),
        ("zillow", ZILLOW, 404, b""),
        ("zillow", ZILLOW, 304, b""),
        ("zillow", ZILLOW, 301, b""),
        ("zillow", "https://www.zillow.com/homedetails/1-Captcha-Login-Ln/1_zpid/?login=1", 200, GOOD),
        ("zillow", PHOTO, 200, b""),
        ("zillow", PHOTO, 200, b"\xff\xd8\xff px-captcha"),
        ("zillow", PHOTO, 404, GOOD),
        ("redfin", REDFIN, 200, b"<script>root.__reactServerState.InitialContext</script>usage behavior algorithm"),
        ("phoenix_mls", PHOENIX, 200, b'<div class="flexmls_connect__x"><form><input type="password"></form>'),
        ("maricopa_assessor", ASSESSOR, 200, b'{"TOTAL":0}'),
        ("maricopa_assessor", ASSESSOR, 404, GOOD),
        ("unheard_of", "http://[", 200, GOOD),
    ],
)
def test_not_refusals(source: str, url: str, status: int, body: bytes) -> None:
    assert find_refusal(source, url, status, {"location": "http://["}, body) is None


NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("1.5", 1.5),
        ("Sun, 01 Mar 2026 12:01:30 GMT", 90.0),
        ("Sun, 01 Mar 2026 12:01:30 -0000", 90.0),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0.0),
        ("99999999999", MAX_RETRY_AFTER),
        ("9" * 400, None),
        ("-5", None),
        ("soon", None),
        ("", None),
        ("nan", None),
        ("1 minute", None),
        ("Sun, 99 Mar 2026 12:01:30 GMT", None),
    ],
)
def test_retry_after(value: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": value}, NOW) == seconds


def test_a_refusal_carries_its_wait() -> None:
    refusal = find_refusal("zillow", ZILLOW, 429, {"retry-after": "61"}, b"")
    assert refusal is not None
    assert refusal.retry_after == 61.0
    assert refusal.detail == "status 429"

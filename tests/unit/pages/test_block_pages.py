"""The block pages of 2025 and 2026 are recognised, and what is on good pages too is not a sign of one."""

from __future__ import annotations

import random

import pytest

from phx_scraper.pages.refusals import find_refusal

from .mutations import mutated_text
from .test_refusals import ASSESSOR, CLOUDFRONT, GOOD, PHOENIX, PHOTO, REDFIN, STATE, ZILLOW

SUGGESTIONS = "https://www.zillowstatic.com/autocomplete/v3/suggestions?q=x"
OMNI = "https://apps.flexmls.com/quick_launch/omni?_q=x"
STINGRAY = "https://www.redfin.com/stingray/do/location-autocomplete?location=x&v=2"
ZIP_PAGE = "https://www.redfin.com/zipcode/85306"
# Block pages of 2025 and 2026, as public projects stored them; names, keys and ids are invented.
WAF = (
    b'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title></title><script>window.awsWafCookieDomainList ='
    b' [];window.gokuProps = {"key":"AQID","iv":"A6","context":"x"};</script><script src="https://0a.1b.us-west-2.token.'
    b'awswaf.com/0a/1b/challenge.js"></script></head><body><div id="challenge-container"></div><noscript><h1>JavaScript'
    b" is disabled</h1>In order to continue, we need to verify that you're not a robot.</noscript></body></html>"
)
WAF_NOSCRIPT = (
    b"<html><body><h1>JavaScript is disabled</h1>In order to continue, we need to verify that you&#x27;re not a robot."
)
WAF_CAPTCHA = (
    b"<html><head><title>Human Verification</title></head><body><div id='captcha-container'></div></body></html>"
)
PX_RENDERED = (
    b'<html><head></head><body><div id="px-captcha-wrapper"><div class="px-captcha-container"><div class="px-captcha-'
    b'header">Before we continue...</div><p>Press &amp; Hold to confirm you are a human (and not a bot).</p>'
    b'<div class="px-captcha-refid">Reference ID 1f2e3d4c</div></div></div></body></html>'
)
PX_WORDS = b"<div><p>Press &amp; Hold to confirm you are a human (and not a bot).</p><p>Reference ID 1f2e3d4c</p></div>"
PX_TOUCH = b"<html><body><h1>Almost there, it needs a human touch</h1></body></html>"
PX_CODE = b"<html><p>Complete the task and we\xe2\x80\x99ll get you right back.</p><p>ERRCODE PXCR1</p>"
CF_CHALLENGE = b"<html><head><title></title></head><body><script>window._cf_chl_opt={cvId:'3'}</script></body></html>"
CF_BLOCKED = (
    b"<html><head><title>Attention Required! | Cloudflare</title></head><body><h1>Sorry, you have been blocked</h1>"
    b"<h2>You are unable to access flexmls.com</h2></body></html>"
)
DATADOME = b'{"url":"https://geo.captcha-delivery.com/captcha/?initialCid=AHrl"}'
KASADA = (
    b"<html><body><script>window.KPSDK={};</script><script src='/149e/2d20/ips.js?KP_UIDz=0a'></script></body></html>"
)
AKAMAI = (
    b"<HTML><HEAD>\n<TITLE>Access Denied</TITLE>\n</HEAD><BODY>\n<H1>Access Denied</H1>\nReference&#32;&#35;18&#46;1"
    b"<P>https&#58;&#47;&#47;errors&#46;edgesuite&#46;net&#47;18&#46;1</P></BODY></HTML>"
)
AKAMAI_CHALLENGE = b'<html><body><div id="sec-if-cpt-container"></div><script src="/akam/13/1"></script></body></html>'
CF_COUNTRY = (
    b"<H1>403 ERROR</H1><H2>The request could not be satisfied.</H2>The Amazon CloudFront distribution is configured to"
    b" block access from your country."
)
SHELL = b'<!DOCTYPE html><html><head><title>Redfin</title></head><body><div id="content"></div>' + b" " * 30_000
S3_DENIED = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message>'
    b"<RequestId>0A1B</RequestId><HostId>x=</HostId></Error>"
)
S3_NO_KEY = S3_DENIED.replace(b"AccessDenied", b"NoSuchKey").replace(b"Access Denied", b"The key does not exist.")
WALLS = [
    ("redfin", REDFIN, 202, {}, WAF, "captcha"),
    ("redfin", REDFIN, 200, {}, WAF, "captcha"),
    ("redfin", STINGRAY, 202, {}, WAF, "captcha"),
    ("redfin", REDFIN, 202, {}, WAF_NOSCRIPT, "captcha"),
    ("redfin", REDFIN, 202, {}, b"<html><body>Wait</body></html>", "empty"),
    ("redfin", REDFIN, 405, {}, WAF_CAPTCHA, "captcha"),
    ("redfin", REDFIN, 405, {"x-amzn-waf-action": "captcha"}, b"", "captcha"),
    ("redfin", REDFIN, 405, {}, GOOD, "captcha"),
    ("redfin", REDFIN, 403, {}, CF_COUNTRY, "forbidden"),
    ("redfin", REDFIN, 200, {}, CF_COUNTRY, "forbidden"),
    ("redfin", REDFIN, 200, {}, SHELL, "throttled"),
    ("redfin", REDFIN + "/", 200, {}, GOOD, "throttled"),
    ("redfin", "https://www.redfin.com/AZ/Peoria/x/unit-3/home/1?a=b", 200, {}, SHELL, "throttled"),
    ("redfin", ZIP_PAGE, 200, {}, SHELL, "throttled"),
    ("redfin", ZIP_PAGE + "/page-2", 200, {}, SHELL, "throttled"),
    ("redfin", ZIP_PAGE + "/filter/include=sold-1yr", 200, {}, SHELL, "throttled"),
    ("redfin", ZIP_PAGE, 200, {}, b"", "empty"),
    ("redfin", STINGRAY, 200, {}, SHELL, "html_instead_of_json"),
    ("redfin", STINGRAY, 200, {}, b"", "empty"),
    ("zillow", SUGGESTIONS, 200, {}, GOOD, "html_instead_of_json"),
    ("zillow", SUGGESTIONS, 200, {}, b"", "empty"),
    ("phoenix_mls", OMNI, 200, {}, GOOD, "html_instead_of_json"),
    ("phoenix_mls", OMNI, 200, {}, CF_BLOCKED, "captcha"),
    ("zillow", ZILLOW, 200, {}, PX_RENDERED, "captcha"),
    ("zillow", ZILLOW, 200, {}, PX_WORDS, "captcha"),
    ("zillow", ZILLOW, 200, {}, PX_TOUCH, "captcha"),
    ("zillow", ZILLOW, 403, {}, PX_TOUCH, "captcha"),
    ("zillow", ZILLOW, 200, {}, PX_CODE, "captcha"),
    ("zillow", ZILLOW, 200, {}, b"Press & Hold to confirm you are a human (and not a bot). Reference ID 1f", "captcha"),
    ("zillow", ZILLOW, 403, {"x-px-blocked": "1"}, b"", "captcha"),
    ("zillow", ZILLOW, 200, {"x-px-blocked": "1"}, STATE, "captcha"),
    ("zillow", SUGGESTIONS, 403, {"x-px-blocked": "1"}, S3_DENIED, "captcha"),
    ("zillow", SUGGESTIONS, 403, {}, S3_DENIED, "forbidden"),
    ("zillow", PHOTO, 403, {"x-px-blocked": "1"}, S3_DENIED, "captcha"),
    ("zillow", PHOTO, 403, {}, CLOUDFRONT, "forbidden"),
    ("zillow", PHOTO, 403, {}, b"", "forbidden"),
    ("zillow", PHOTO, 403, {}, b"<Error><Code>SignatureDoesNotMatch</Code></Error>", "forbidden"),
    ("zillow", PHOTO, 429, {}, b"", "rate_limited"),
    ("zillow", PHOTO, 200, {}, PX_RENDERED, "captcha"),
    ("phoenix_mls", PHOENIX, 200, {}, CF_CHALLENGE, "captcha"),
    ("phoenix_mls", PHOENIX, 503, {}, CF_CHALLENGE, "captcha"),
    ("phoenix_mls", PHOENIX, 403, {"cf-mitigated": "challenge"}, b"", "captcha"),
    ("phoenix_mls", PHOENIX, 403, {"cf-mitigated": "block"}, b"", "forbidden"),
    ("maricopa_assessor", ASSESSOR, 200, {}, CF_CHALLENGE, "captcha"),
    ("zillow", ZILLOW, 403, {}, DATADOME, "captcha"),
    ("zillow", ZILLOW, 200, {}, DATADOME, "captcha"),
    ("zillow", ZILLOW, 429, {"x-kpsdk-ct": "0a"}, b"", "captcha"),
    ("zillow", ZILLOW, 200, {}, KASADA, "captcha"),
    ("zillow", ZILLOW, 403, {}, AKAMAI, "forbidden"),
    ("zillow", ZILLOW, 200, {}, AKAMAI, "forbidden"),
    ("zillow", ZILLOW, 200, {}, AKAMAI_CHALLENGE, "captcha"),
]
REMARKS = b'{"payload":{"remarks":"Kitchen it needs a human touch; access denied ERRCODE PX gokuProps"}}'
SCRIPTS = (
    b'<html><head><title>Home</title><script src="https://0a.edge.sdk.awswaf.com/0a/1b/challenge.js"></script><script>'
    b'window.awsWafCookieDomainList=["redfin.com"]</script><script src="/cdn-cgi/challenge-platform/jsd/main.js">'
    b'</script></head><body>a page<div id="px-captcha-modal"></div></body></html>'
)
ZILLOW_ERROR = (
    b'<html><head><title>Zillow</title></head><body><div id="zillow-error-page"></div><script id="__ERROR_DATA__">'
    b'{"message":"Error 500 - internal server error."}</script></body></html>'
)
# As saved without scripts: what the dialogue frames is still inside of it.
WITH_FRAME = SCRIPTS.replace(b'modal"></div>', b'modal"><div id="px-captcha"></div></div>')
NO_WALLS = [
    ("zillow", ZILLOW, 200, {}, SCRIPTS),
    ("zillow", ZILLOW, 200, {}, WITH_FRAME),
    ("phoenix_mls", PHOENIX, 200, {}, SCRIPTS),
    ("redfin", "https://www.redfin.com/", 200, {}, SCRIPTS),
    ("redfin", REDFIN, 200, {}, SCRIPTS + b" " * 60_000),
    ("redfin", REDFIN, 404, {}, SHELL),
    ("redfin", REDFIN, 500, {}, SHELL),
    ("redfin", "https://www.redfin.com/", 200, {}, SHELL),
    ("redfin", "https://www.redfin.com/city/14240/AZ/Phoenix", 200, {}, GOOD),
    ("redfin", REDFIN, 200, {}, b"<script>root.__reactServerState.InitialContext = {}</script>"),
    ("redfin", STINGRAY, 200, {}, b"{}&&" + REMARKS),
    ("redfin", STINGRAY, 200, {}, REMARKS),
    ("redfin", STINGRAY, 404, {}, GOOD),
    ("redfin", REDFIN, 405, {}, b""),
    ("phoenix_mls", OMNI, 200, {}, b'/**/ phxOmni({"D":{"Results":[]}});'),
    ("zillow", ZILLOW, 500, {}, ZILLOW_ERROR),
    ("zillow", ZILLOW, 200, {"x-kpsdk-ct": "0a", "x-px-blocked": "0"}, GOOD),
    ("zillow", PHOTO, 403, {}, S3_DENIED),
    ("zillow", PHOTO, 404, {}, S3_NO_KEY),
    ("zillow", PHOTO, 403, {}, S3_NO_KEY),
    ("zillow", PHOTO, 200, {}, S3_DENIED),
    ("redfin", "https://ssl.cdn-redfin.com/photo/86/bigphoto/123/6900123_1.jpg", 403, {}, S3_DENIED),
    ("phoenix_mls", "https://cdn.photos.sparkplatform.com/az/2-o.jpg", 403, {}, S3_DENIED.partition(b"\n")[2]),
]


@pytest.mark.parametrize(("source", "url", "status", "headers", "body", "reason"), WALLS)
def test_block_pages_of_2025_and_later(
    source: str, url: str, status: int, headers: dict[str, str], body: bytes, reason: str
) -> None:
    refusal = find_refusal(source, url, status, headers, body)
    assert refusal is not None
    assert refusal.reason == reason


@pytest.mark.parametrize(("source", "url", "status", "headers", "body"), NO_WALLS)
def test_signs_on_good_pages_are_not_used(
    source: str, url: str, status: int, headers: dict[str, str], body: bytes
) -> None:
    assert find_refusal(source, url, status, headers, body) is None


def test_a_damaged_block_page_raises_nothing_and_a_good_page_is_never_refused() -> None:
    """Mutated block pages raise nothing; a page with a listing's own state is never a block page, however damaged."""
    chance = random.Random("phx walls")
    words = {"captcha", "forbidden", "rate_limited", "login", "empty", "throttled", "html_instead_of_json"}
    for case in range(3_000):
        source, url, status, headers, body, _ = chance.choice(WALLS)
        found = find_refusal(source, url, status, headers, mutated_text(chance, body or b"x"))
        assert found is None or found.reason in words, case
        good = STATE + mutated_text(chance, body or b"x")
        assert find_refusal("zillow", ZILLOW, 200, {}, good) is None, case

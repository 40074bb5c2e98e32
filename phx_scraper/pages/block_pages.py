"""Signs of block pages, challenges and log-in forms of bot protections.

Sites with a bot protection load its script on every page, so the script's URL, its settings and its hidden dialogue
prove nothing: AWS WAF's `challenge.js` and `awsWafCookieDomainList` (76 of 76 good Redfin pages), PerimeterX's
`px-captcha-modal` (38 of 41 good Zillow pages), Cloudflare's `/cdn-cgi/challenge-platform/` (on good pages). Only what
a block page itself shows or does counts here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from phx_scraper.pages.html_and_json import decode

_HEAD = 65_536
_LARGEST = 70_000
"""Bytes; real block pages have 0.6 to 17 KB, and above this size the signs occurred on good pages only."""

_TITLES = {
    "access to this page has been denied": "captcha",
    "are you a robot": "rate_limited",
    "human verification": "captcha",
    "just a moment": "captcha",
    "attention required! | cloudflare": "captcha",
    "pardon our interruption": "captcha",
    "robot check": "captcha",
    "access denied": "forbidden",
    "log in": "login",
    "sign in": "login",
}
# Scripts and URLs of bot protections; they count in JSON answers too.
_CODE = {
    '"blockscript"': "captcha",
    "/captcha/captcha.js": "captcha",
    "captcha.px-cloud.net": "captcha",
    "captcha-delivery.com": "captcha",
}
# Markup and words; they do not count in JSON answers, where a listing's remarks may contain anything.
_WORDS = {
    "px-captcha": "captcha",
    "press & hold to confirm you are": "captcha",
    "it needs a human touch": "captcha",
    "errcode px": "captcha",
    "gokuprops": "captcha",
    "_cf_chl_opt": "captcha",
    "sec-if-cpt-container": "captcha",
    "errors.edgesuite.net": "forbidden",
    "_incapsula_resource": "captcha",
    "usage behavior algorithm": "rate_limited",
    'id="loginform"': "login",
}
# Both of a pair must occur: one alone is on good pages too.
_PAIRS = {
    ("_pxappid", "captcha.css"): "captcha",
    ("_pxappid", "g-recaptcha"): "captcha",
    ("_pxappid", "recaptcha/api.js"): "captcha",
    ("javascript is disabled", "verify that you're not a robot"): "captcha",
    ("kpsdk", "ips.js"): "captcha",
    ("the request could not be satisfied", "request blocked"): "forbidden",
    ("the request could not be satisfied", "block access from your country"): "forbidden",
    ('type="password"', "<form"): "login",
}
_HIDDEN_DIALOGUE = "px-captcha-modal"
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{0,300})")
_JSON = re.compile(r"\s*(?:\{\}&&|[\[{])")
_MISSING = re.compile(rb"<Error>\s*<Code>(?:AccessDenied|NoSuchKey)</Code>")


def block_reason_in_headers(status: int, headers: Mapping[str, str]) -> str | None:
    """The reason of a refusal by headers (lower-case names) alone, or None."""
    if "x-amzn-waf-action" in headers or headers.get("x-px-blocked") == "1":
        return "captcha"
    if "cf-mitigated" in headers:
        return "captcha" if headers["cf-mitigated"] == "challenge" else "forbidden"
    # Kasada sends its headers with good answers too.
    return "captcha" if status in (403, 429) and any(name.startswith("x-kpsdk-") for name in headers) else None


def block_reason_in_body(body: bytes) -> str | None:
    """The reason of a refusal by the body, or None; the caller has checked that it holds no listing."""
    head = decode(body[:_HEAD]).lower()
    if _JSON.match(head.lstrip("\ufeff")):
        return _first(_CODE, head) if len(body) <= _LARGEST else None
    match = _TITLE.search(head)
    title = " ".join(match[1].split()) if match else ""
    named = next((reason for start, reason in _TITLES.items() if title.startswith(start)), None)
    return named or (_signs(head) if len(body) <= _LARGEST else None)


def looks_like_markup(body: bytes) -> bool:
    """Whether a body begins as HTML or XML does."""
    return decode(body[:512]).lstrip("\ufeff \t\r\n").startswith("<")


def is_missing_file(body: bytes) -> bool:
    """Whether a storage host reports that it has no such file.

    S3 answers 403 `AccessDenied` instead of 404 `NoSuchKey` where listing its keys is not allowed, which is usual
    behind a CDN; so this is not a refusal.
    """
    return looks_like_markup(body) and _MISSING.search(body[:2048]) is not None


def _signs(head: str) -> str | None:
    # Where the dialogue lies over a good page, the challenge's own frame is inside of it.
    own = head.replace(_HIDDEN_DIALOGUE, "").replace('id="px-captcha"', "") if _HIDDEN_DIALOGUE in head else head
    plain = own.replace("&amp;", "&").replace("\u2019", "'").replace("&#x27;", "'")
    pairs = (reason for pair, reason in _PAIRS.items() if all(sign in plain for sign in pair))
    return _first(_CODE, plain) or _first(_WORDS, plain) or next(pairs, None)


def _first(signs: Mapping[str, str], text: str) -> str | None:
    return next((reason for sign, reason in signs.items() if sign in text), None)

"""The single place where a refusal is recognised, for pages and photos of every source.

What counts as one: 401, 403 and 429 always; 503 only when it names a `Retry-After` or shows a block page (a bare 503 is
a server error, to be retried like 500); a redirect to a rate-limit, CAPTCHA or log-in address; an empty 200 or any 202
where a page was asked for; a block page whatever its status; HTML where an API answers JSON. A page that carries its
source's state is never a block page, whatever words stand in it: good Zillow pages hold `_pxAppId` too.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from phx_scraper.errors import Refused
from phx_scraper.pages.embedded import decode
from phx_scraper.sources import SOURCES

MAX_RETRY_AFTER = 86_400.0
"""Seconds; a longer wait is read as a day."""

_HEAD = 65_536
_LARGEST_BLOCK_PAGE = 70_000
"""Bytes; real block pages have 2 to 17 KB, and above this size the signs occurred on good pages only."""
_BY_STATUS = {401: "unauthorised", 403: "forbidden", 429: "rate_limited"}

# What only a page that serves its content has.
_STATE = {
    "zillow": b"__NEXT_DATA__",
    "redfin": b"__reactServerState",
    "phoenix_mls": b"flexmls",
}
_JSON_ONLY = frozenset({"maricopa_assessor"})

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
_TEXTS = {
    "px-captcha": "captcha",
    "/captcha/captcha.js": "captcha",
    "captcha.px-cloud.net": "captcha",
    '"blockscript"': "captcha",
    "usage behavior algorithm": "rate_limited",
    "gokuprops": "captcha",
    "awswaf": "captcha",
    "/cdn-cgi/challenge-platform": "captcha",
    "_incapsula_resource": "captcha",
    'id="loginform"': "login",
}
# Both of a pair must occur: alone they stand on good pages too.
_PAIRS = {
    ("_pxappid", "captcha.css"): "captcha",
    ("_pxappid", "g-recaptcha"): "captcha",
    ("_pxappid", "recaptcha/api.js"): "captcha",
    ("the request could not be satisfied", "request blocked"): "forbidden",
    ('type="password"', "<form"): "login",
}
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{0,300})")
_REFUSING_HOSTS = {"ratelimited.redfin.com": "rate_limited"}
_REFUSING_PATH = re.compile(r"/(?:captcha[^/]*|(?:wp-)?login(?:\.php)?|sign-?in)(?:/|$)", re.IGNORECASE)


def recognise(source: str, url: str, status: int, headers: Mapping[str, str], body: bytes) -> Refused | None:
    """The refusal that an answer is, as an exception to raise, or None for every other answer, errors included.

    `headers` has lower-case names. `retry_after` is in seconds from `Retry-After` (RFC 9110 10.2.3), seconds or date.
    """
    reason = (
        _by_address(url)
        or (300 <= status < 400 and _by_address(headers.get("location", "")))
        or _by_content(source, url, status, headers, body)
        or _by_status(status, headers)
    )
    if not reason:
        return None
    return Refused(reason, f"status {status}", retry_after(headers))


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Seconds to wait by `Retry-After`, 0 to one day; None where the header is absent or makes no sense."""
    value = headers.get("retry-after", "").strip()
    try:
        seconds = float(value) if value[:1].isdigit() else _until(value, now or datetime.now(UTC))
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return min(max(seconds, 0.0), MAX_RETRY_AFTER) if math.isfinite(seconds) else None


def _until(value: str, now: datetime) -> float:
    moment = parsedate_to_datetime(value)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - now.timestamp()


def _by_status(status: int, headers: Mapping[str, str]) -> str | None:
    if status == 503 and "retry-after" in headers:
        return "rate_limited"
    return _BY_STATUS.get(status)


def _by_address(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return None
    if host in _REFUSING_HOSTS:
        return _REFUSING_HOSTS[host]
    if not _REFUSING_PATH.search(parts.path):
        return None
    return "captcha" if "/captcha" in parts.path.lower() else "login"


def _by_content(source: str, url: str, status: int, headers: Mapping[str, str], body: bytes) -> str | None:
    if "x-amzn-waf-action" in headers or headers.get("cf-mitigated") == "challenge":
        return "captcha"
    if _is_photo(source, url):
        return _block_page(body) if _looks_like_markup(body) else None
    if status == 202 or (status == 200 and not body.strip()):
        return "empty"
    if source in _JSON_ONLY and status == 200 and _looks_like_markup(body):
        return _block_page(body) or "html_instead_of_json"
    state = _STATE.get(source)
    return None if state and state in body else _block_page(body)


def _is_photo(source: str, url: str) -> bool:
    known = SOURCES.get(source)
    try:
        return known is not None and (urlsplit(url).hostname or "") in known.photo_hosts - known.page_hosts
    except ValueError:
        return False


def _looks_like_markup(body: bytes) -> bool:
    return decode(body[:512]).lstrip("\ufeff \t\r\n").startswith("<")


def _block_page(body: bytes) -> str | None:
    head = decode(body[:_HEAD]).lower()
    match = _TITLE.search(head)
    title = " ".join(match[1].split()) if match else ""
    named = next((reason for start, reason in _TITLES.items() if title.startswith(start)), None)
    return named or (_signs(head) if len(body) <= _LARGEST_BLOCK_PAGE else None)


def _signs(head: str) -> str | None:
    alone = next((reason for sign, reason in _TEXTS.items() if sign in head), None)
    return alone or next((reason for pair, reason in _PAIRS.items() if all(sign in head for sign in pair)), None)

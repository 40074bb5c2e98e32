"""Recognises refusals of pages and photos of every source; nothing else does.

A refusal is: 401, 403 and 429, except where a photo host only reports a missing file; 503 with `Retry-After` or with a
block page (any other 503 is a server error and is retried like 500); a web page with 405, as AWS WAF sends its CAPTCHA;
a redirect to a rate-limit, CAPTCHA or log-in URL; an empty 200 or any 202 for a page; a page without its content; a
block page with any status; HTML where an API answers JSON. A page with its source's state is never a block page,
whatever words it contains: good Zillow pages have `_pxAppId` too.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from phx_scraper.errors import Refused
from phx_scraper.pages.block_pages import (
    block_reason_in_body,
    block_reason_in_headers,
    is_missing_file,
    looks_like_markup,
)
from phx_scraper.sources import SOURCES

MAX_RETRY_AFTER = 86_400.0
"""Seconds; a longer wait is read as a day."""

_BY_STATUS = {401: "unauthorised", 403: "forbidden", 429: "rate_limited"}
_ACCEPTED, _METHOD_NOT_ALLOWED = 202, 405

# Only a page with its content has this.
_STATE = {
    "zillow": re.compile(rb"__NEXT_DATA__"),
    "redfin": re.compile(rb"__reactServerState"),
    # Not the host's name alone, which a block page shows too.
    "phoenix_mls": re.compile(rb"flexmls[_-]"),
}
# Endpoints that answer JSON only: host, and the beginning of the path.
_JSON_ONLY = {
    "zillow": (("www.zillowstatic.com", "/autocomplete/"), ("www.zillow.com", "/zg-graph")),
    "redfin": (("www.redfin.com", "/stingray/"), ("www.redfin.ca", "/stingray/")),
    # Without its start page: a moved endpoint may redirect to it, which is not a refusal.
    "maricopa_assessor": (
        ("mcassessor.maricopa.gov", "/search/"),
        ("mcassessor.maricopa.gov", "/parcel/"),
        ("gis.mcassessor.maricopa.gov", "/arcgis/"),
    ),
    "phoenix_mls": (("apps.flexmls.com", "/quick_launch/"),),
}
_LARGEST_SHELL = 50_000
"""Bytes; Redfin's pages of homes and zips have 480 KB and more, its not-found page 300 KB."""
_SHELL_PATHS = {"redfin": re.compile(r"/home/\d+/?$|^/zipcode/\d{5}(?:/|$)")}
_REFUSING_HOSTS = {"ratelimited.redfin.com": "rate_limited"}
_REFUSING_PATH = re.compile(r"/(?:captcha[^/]*|(?:wp-)?login(?:\.php)?|sign-?in)(?:/|$)", re.IGNORECASE)


_GALLERY = re.compile(rb"""\bid=["']MBImage""")
"""Redfin's pictures in the markup: a page that a person saved without its scripts has them, a shell has not."""


def find_refusal(source: str, url: str, status: int, headers: Mapping[str, str], body: bytes) -> Refused | None:
    """The refusal as an exception to raise, or None for every other answer, errors included.

    `headers` has lower-case names. `retry_after` is in seconds from `Retry-After` (RFC 9110 10.2.3), seconds or date.
    """
    reason = (
        _by_url(url)
        or (300 <= status < 400 and _by_url(headers.get("location", "")))
        or block_reason_in_headers(status, headers)
    )
    if not reason and not (_is_photo(source, url) and is_missing_file(body)):
        reason = _by_content(source, url, status, body) or _by_status(status, headers)
    if not reason:
        return None
    return Refused(reason, f"status {status}", retry_after(headers))


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Seconds to wait by `Retry-After`, 0 to one day; None where the header is absent or invalid."""
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


def _by_url(url: str) -> str | None:
    host, path = _split(url)
    if host in _REFUSING_HOSTS:
        return _REFUSING_HOSTS[host]
    if not _REFUSING_PATH.search(path):
        return None
    return "captcha" if "/captcha" in path.lower() else "login"


def _by_content(source: str, url: str, status: int, body: bytes) -> str | None:
    markup = looks_like_markup(body)
    if _is_photo(source, url):
        return block_reason_in_body(body) if markup else None
    reason = None if _has_state(source, body) else block_reason_in_body(body)
    if reason:
        return reason
    if status == _ACCEPTED or (status == 200 and not body.strip()):
        return "empty"
    if status == 200 and markup and _answers_json(source, url):
        return "html_instead_of_json"
    if status == _METHOD_NOT_ALLOWED and markup:
        return "captcha"
    return "throttled" if status == 200 and markup and _is_shell(source, url, body) else None


def _has_state(source: str, body: bytes) -> bool:
    state = _STATE.get(source)
    return state is not None and state.search(body) is not None


def _is_photo(source: str, url: str) -> bool:
    known = SOURCES.get(source)
    return known is not None and _split(url)[0] in known.photo_hosts - known.page_hosts


def _answers_json(source: str, url: str) -> bool:
    host, path = _split(url)
    return any(host == known and path.startswith(start) for known, start in _JSON_ONLY.get(source, ()))


def _is_shell(source: str, url: str, body: bytes) -> bool:
    """Whether it is a page without its content, which Redfin sends with 200 after too many requests."""
    paths = _SHELL_PATHS.get(source)
    if paths is None or len(body) >= _LARGEST_SHELL or _has_state(source, body) or _GALLERY.search(body):
        return False
    return paths.search(_split(url)[1]) is not None


def _split(url: str) -> tuple[str, str]:
    """(host, path), both empty where the text is not a URL."""
    try:
        parts = urlsplit(url)
        return parts.hostname or "", parts.path
    except ValueError:
        return "", ""

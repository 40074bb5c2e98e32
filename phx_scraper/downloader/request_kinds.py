"""How a browser asks for each kind of resource, and what is added or left out for one request of it.

Values of Chrome 150. Accept-Language, Accept-Encoding, User-Agent, client hints and what a page that is opened accepts
come from the profile (`handlers/curl.py:PROFILE`), never from here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from phx_scraper.downloader.fetch_metadata import is_same_origin, sent_origin, sent_referer, site_of

Cookies = Literal["all", "third_party", "none"]
Values = dict[str, str | list[str]]
"""Header values by name; `[]` takes away what the profile would send."""


@dataclass(frozen=True, slots=True)
class RequestKind:
    """`credentials`: whether cookies go along `always` or only to the page's own origin (`same-origin`)."""

    mode: str
    dest: str
    credentials: str
    headers: Values


_FETCHED: Values = {"Sec-Fetch-User": [], "Upgrade-Insecure-Requests": []}
_IMAGES = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"

KINDS: dict[str, RequestKind] = {
    # A page that a person opens: a typed URL, or a link or form on the page before.
    "document": RequestKind(
        "navigate", "document", "always", {"Upgrade-Insecure-Requests": "1", "Sec-Fetch-User": "?1"}
    ),
    # <img> on a page; most of a gallery's are out of view, which is the lowest urgency.
    "photo": RequestKind("no-cors", "image", "always", {**_FETCHED, "Accept": _IMAGES, "Priority": "i"}),
    # fetch() or XMLHttpRequest of a page, with the credentials mode that both have by default.
    "fetch": RequestKind("cors", "empty", "same-origin", {**_FETCHED, "Accept": "*/*", "Priority": "u=1, i"}),
    # <script> that a page adds, as for JSONP: Chrome names no priority.
    "script": RequestKind("no-cors", "script", "always", {**_FETCHED, "Accept": "*/*", "Priority": []}),
}

PLAIN = "api"
"""The kind without a browser: a documented API asked by a program that does not pretend to be one."""

PLAIN_HEADERS: Values = {"Accept": "*/*", "User-Agent": ""}
"""The Assessor's documentation wants the token and "user-agent with a value of null": sent, and empty."""

OURS = (
    "Accept", "User-Agent", "Origin", "Referer", "Priority", "Upgrade-Insecure-Requests", "Sec-Fetch-Site",
    "Sec-Fetch-Mode", "Sec-Fetch-User", "Sec-Fetch-Dest", "Sec-Fetch-Storage-Access",
)  # fmt: skip
"""Headers that the kind alone decides, whatever a request brings."""


def headers_of(name: str, urls: Sequence[str], page: str, method: str) -> Values:
    """Every header of `OURS` that a request of the kind `name` has; see `fetch_metadata` for the other arguments.

    Without a page there are documents only, which a person asks for.
    """
    if name == PLAIN:
        return PLAIN_HEADERS
    kind, site = KINDS[name], site_of(urls, page)
    values: Values = {**kind.headers, "Sec-Fetch-Site": site, "Sec-Fetch-Mode": kind.mode, "Sec-Fetch-Dest": kind.dest}
    if kind.mode != "navigate" and cookies_with(name, urls, page) == "third_party":
        # Chrome allows third-party cookies unless a person forbids them.
        values["Sec-Fetch-Storage-Access"] = "active"
    for header, value in (
        ("Referer", sent_referer(urls[-1], page)),
        ("Origin", sent_origin(urls, page, method, kind.mode == "cors")),
    ):
        if value:
            values[header] = value
    return values


def cookies_with(name: str, urls: Sequence[str], page: str) -> Cookies:
    """Which cookies go along: `third_party` are those that their site lets other sites' pages send."""
    if name == PLAIN:
        return "none"
    kind = KINDS[name]
    if kind.credentials != "always" and not is_same_origin(urls, page):
        return "none"
    return "third_party" if kind.mode != "navigate" and site_of(urls, page) == "cross-site" else "all"

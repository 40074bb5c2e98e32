"""What a browser says of where a request comes from: Sec-Fetch-Site, Referer and Origin.

By W3C Fetch Metadata, W3C Referrer Policy (`strict-origin-when-cross-origin`, a browser's default) and WHATWG Fetch.
`urls` are those of a request in order, first the one that was asked for, then each that a redirect led to; `page` is
the URL of the page that asks, empty where a person typed the first one.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from urllib.parse import SplitResult, urlsplit

_PORTS = {"http": 80, "https": 443}
_SAFE_METHODS = frozenset({"GET", "HEAD"})


def site_of(urls: Sequence[str], page: str) -> str:
    """`Sec-Fetch-Site`: none, same-origin, same-site or cross-site, by the farthest of `urls`."""
    if not page:
        return "none"
    if is_same_origin(urls, page):
        return "same-origin"
    asking = urlsplit(page)
    return "same-site" if all(_same_site(urlsplit(url), asking) for url in urls) else "cross-site"


def is_same_origin(urls: Sequence[str], page: str) -> bool:
    """Whether all of `urls` are of the page's own scheme, host and port."""
    return {_origin(urlsplit(url)) for url in urls} == {_origin(urlsplit(page))}


def sent_referer(url: str, page: str) -> str:
    """The whole URL of the page to its own origin, the origin alone to others, nothing from https to http."""
    if not page or _is_downgrade(url, page):
        return ""
    if is_same_origin([url], page):
        return page.partition("#")[0]
    return f"{_origin_text(page)}/"


def sent_origin(urls: Sequence[str], page: str, method: str, cors: bool) -> str:
    """What stands in `Origin`, empty where it is not sent: with every fetch to another origin, and with every POST.

    `null` where a redirect from one foreign origin led to another, and where a POST goes from https to http.
    """
    if cors and not is_same_origin(urls, page):
        return "null" if _leaves_a_foreign_origin(urls, page) else _origin_text(page)
    if method in _SAFE_METHODS or not page:
        return ""
    return "null" if _is_downgrade(urls[-1], page) else _origin_text(page)


def _leaves_a_foreign_origin(urls: Sequence[str], page: str) -> bool:
    return any(not is_same_origin([old], page) and not is_same_origin([new], old) for old, new in pairwise(urls))


def _same_site(one: SplitResult, other: SplitResult) -> bool:
    """By the last two labels of the host, which is right for every host in `sources`."""
    return one.scheme == other.scheme and _last_labels(one.hostname) == _last_labels(other.hostname)


def _last_labels(host: str | None) -> str:
    return ".".join((host or "").split(".")[-2:])


def _is_downgrade(url: str, page: str) -> bool:
    return urlsplit(page).scheme == "https" and urlsplit(url).scheme == "http"


def _origin(parts: SplitResult) -> tuple[str, str, int | None]:
    return parts.scheme, parts.hostname or "", parts.port or _PORTS.get(parts.scheme)


def _origin_text(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"

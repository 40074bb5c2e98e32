"""Whether a request is one that a browser can send: the first contradiction in a few words, or nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from urllib.parse import urlsplit

from phx_scraper.replica.front.recorder import Request
from phx_scraper.replica.suspicion import browser_shape as shape

_CHROME = re.compile(
    r"Mozilla/5\.0 \([^)]+\) AppleWebKit/537\.36 \(KHTML, like Gecko\) Chrome/(\d+)[\d.]* Safari/537\.36"
)
_BRAND = re.compile(r'"Chromium";v="(\d+)"')


def contradiction(request: Request) -> str:
    """What no Chrome would send, "" where nothing is wrong."""
    return next(filter(None, (rule(request) for rule in RULES)), "")


def _agent(request: Request) -> str:
    if not _CHROME.fullmatch(request.header("user-agent")):
        return f"user agent {request.header('user-agent') or 'missing'}"
    return ""


def _handshake(request: Request) -> str:
    parts = request.connection.ja4.split("_")
    return "" if parts[1:2] == [shape.CIPHERS] else f"handshake {request.connection.ja4} of another client than Chrome"


def _protocol(request: Request) -> str:
    if request.connection.protocol != "h2":
        return f"{request.connection.protocol} where Chrome speaks h2"
    if request.connection.settings != shape.SETTINGS or request.connection.window != shape.WINDOW:
        return "HTTP/2 settings of another client than Chrome"
    return "" if request.pseudo == shape.PSEUDO else f"pseudo-headers in the order {request.pseudo}"


def _missing(request: Request) -> str:
    missing = shape.ALWAYS - {name for name, _ in request.headers}
    return f"without {', '.join(sorted(missing))}" if missing else ""


def _order(request: Request) -> str:
    """Headers that a page's script adds may stand anywhere."""
    wanted = shape.NAVIGATION if request.header("sec-fetch-mode") == "navigate" else shape.SUBRESOURCE
    places = [(wanted.index(name), name) for name, _ in request.headers if name in wanted]
    late = next((name for (place, _), (after, name) in pairwise(places) if after < place), "")
    return f"{late} after headers that follow it in Chrome" if late else ""


def _hints(request: Request) -> str:
    agent, hints = request.header("user-agent"), request.header("sec-ch-ua")
    version, brand = _CHROME.fullmatch(agent), _BRAND.search(hints)
    if version is None or brand is None or version[1] != brand[1]:
        return f"sec-ch-ua {hints} with another version than the user agent"
    system = shape.PLATFORMS.get(request.header("sec-ch-ua-platform"))
    return "" if system and system in agent else "sec-ch-ua-platform of another system than the user agent"


def _purpose(request: Request) -> str:
    mode, dest, site = (request.header(f"sec-fetch-{name}") for name in ("mode", "dest", "site"))
    if (mode, dest) not in shape.POSSIBLE:
        return f"sec-fetch-mode {mode} with sec-fetch-dest {dest}"
    if site == "none" and mode != "navigate":
        return f"sec-fetch-site none with sec-fetch-mode {mode}"
    if request.header("sec-fetch-user") and mode != "navigate":
        return f"sec-fetch-user with sec-fetch-mode {mode}"
    upgrade = bool(request.header("upgrade-insecure-requests"))
    return "" if upgrade == (mode == "navigate") else "upgrade-insecure-requests and sec-fetch-mode disagree"


def _origin(request: Request) -> str:
    mode, site = request.header("sec-fetch-mode"), request.header("sec-fetch-site")
    if mode == "cors" and site in {"cross-site", "same-site"} and not request.header("origin"):
        return f"no origin with {site} and cors"
    return "no origin with a body" if request.method == "POST" and not request.header("origin") else ""


def _referer(request: Request) -> str:
    referer, site = request.header("referer"), request.header("sec-fetch-site")
    if not referer:
        return "" if site == "none" or request.header("sec-fetch-mode") == "navigate" else f"no referer with {site}"
    found = _site_between(urlsplit(referer).hostname or "", request.host)
    if site != found:
        # After a redirect by another site a request is cross-site, wherever it leads.
        return "" if site == "cross-site" else f"sec-fetch-site {site} with a referer that makes it {found}"
    path = urlsplit(referer).path
    return f"the whole referer {referer} to another site" if found == "cross-site" and path != "/" else ""


def _site_between(page: str, host: str) -> str:
    if page == host:
        return "same-origin"
    return "same-site" if page.split(".")[-2:] == host.split(".")[-2:] else "cross-site"


RULES: tuple[Callable[[Request], str], ...] = (
    _agent, _handshake, _protocol, _missing, _order, _hints, _purpose, _origin, _referer,
)  # fmt: skip

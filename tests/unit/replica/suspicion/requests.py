"""Requests as Chrome sends them, and small changes to them."""

from __future__ import annotations

from dataclasses import replace

from phx_scraper.replica.front.recorder import Connection, Request
from phx_scraper.replica.suspicion import browser_shape

AGENT = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36"  # noqa: E501
BRANDS = '"Not;A=Brand";v="8", "Chromium";v="150", "Google Chrome";v="150"'
CONNECTION = Connection(
    client="127.0.0.1",
    ja4=f"t13d1516h2_{browser_shape.CIPHERS}_806a8c22fdea",
    protocol="h2",
    settings=browser_shape.SETTINGS,
    window=browser_shape.WINDOW,
)
HINTS = {"sec-ch-ua-mobile": "?0", "sec-ch-ua-platform": '"macOS"', "sec-ch-ua": BRANDS, "user-agent": AGENT}
USUAL = {"accept": "*/*", "accept-encoding": "gzip, deflate, br, zstd", "accept-language": "en-US,en;q=0.9", **HINTS}


def ordered(values: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """The headers in Chrome's order; those that it does not know come first."""
    order = browser_shape.NAVIGATION if values.get("sec-fetch-mode") == "navigate" else browser_shape.SUBRESOURCE
    known = [(name, values[name]) for name in order if name in values]
    return (*((name, value) for name, value in values.items() if name not in order), *known)


def request(host: str, path: str, mode: str, dest: str, site: str, referer: str = "", **more: str) -> Request:
    """A coherent request; keywords are further headers, with _ for -."""
    values = {**USUAL, "sec-fetch-mode": mode, "sec-fetch-dest": dest, "sec-fetch-site": site}
    if mode == "navigate":
        values |= {"upgrade-insecure-requests": "1", "sec-fetch-user": "?1"}
    if referer:
        values["referer"] = referer
    values |= {name.replace("_", "-"): value for name, value in more.items()}
    return Request(replace(CONNECTION), host, "GET", path, ordered(values), pseudo=browser_shape.PSEUDO)


def document(path: str = "/", **more: str) -> Request:
    """A page of Zillow's, typed."""
    return request("www.zillow.com", path, "navigate", "document", "none", **more)


def changed(given: Request, **values: str | None) -> Request:
    """With other header values at their places; None leaves a header out, a new one comes where Chrome has it."""
    headers = dict(given.headers)
    for name, value in values.items():
        headers.pop(name.replace("_", "-"), None) if value is None else headers.update({name.replace("_", "-"): value})
    return replace(given, headers=ordered(headers))

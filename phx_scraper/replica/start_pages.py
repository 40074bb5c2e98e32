"""The sites' start pages, the target of redirects from moved, refused and mistyped URLs."""

from __future__ import annotations

import json

from aiohttp import web

from phx_scraper.replica.responses import html

_ZILLOW_STATE = {"props": {"pageProps": {"homepage": {"title": "Zillow"}}}, "page": "/", "query": {}, "buildId": "x"}
_PAGES = {
    "www.redfin.com": (
        "<title>Real Estate, Homes for Sale, MLS Listings, Agents | Redfin</title>",
        "<script>root.__reactServerState.InitialContext = {};</script><h1>Find the right home</h1>",
    ),
    "www.zillow.com": (
        "<title>Zillow: Real Estate, Apartments, Mortgages &amp; Home Values</title>",
        f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(_ZILLOW_STATE)}</script>',
    ),
    "phoenixmlssearch.com": (
        "<title>Phoenix MLS Search.com</title>",
        '<link rel="stylesheet" href="/wp-content/plugins/flexmls-idx/assets/css/style.css"><h1>Search homes</h1>',
    ),
    "mcassessor.maricopa.gov": ("<title>Maricopa County Assessor's Office</title>", "<h1>Property search</h1>"),
}


def start_page(host: str, path: str) -> web.Response | None:
    """The start page of `host`, None for any other path and where a host has none."""
    if path != "/" or host not in _PAGES:
        return None
    head, body = _PAGES[host]
    return html(f"<!DOCTYPE html><html><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>")

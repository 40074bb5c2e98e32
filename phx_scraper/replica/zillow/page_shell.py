"""The HTML and the state object around the content of every page of the site."""

from __future__ import annotations

import json
from typing import Any

from phx_scraper.replica.zillow.presented import PresentedHome
from phx_scraper.replica.zillow.urls import detail_path


def shell(head_html: str, body_html: str, state_object: dict[str, Any] | None) -> str:
    """HTML of a page; the state goes into the script that Next.js reads, with `<` escaped as it does."""
    script = ""
    if state_object is not None:
        text = json.dumps(state_object, separators=(",", ":")).replace("<", "\\u003c")
        script = f'<script id="__NEXT_DATA__" type="application/json">{text}</script>'
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"/>{head_html}'
        "<script>window._pxAppId = 'PXHYx10rg3'; window._pxFirstPartyEnabled = true;</script></head>"
        f'<body><div id="__next">{body_html}</div>{script}</body></html>'
    )


def state(cache: dict[str, Any], presented: PresentedHome) -> dict[str, Any]:
    """The state around the cache, which is usually text and was one level higher in 2023."""
    form = presented.rng("place").weighted((("text", 0.7), ("decoded", 0.12), ("higher", 0.18)))
    held: Any = cache if form == "decoded" else json.dumps(cache, separators=(",", ":"))
    component: dict[str, Any] = {"zpid": str(presented.zpid), "altId": None, "isMobile": False}
    page: dict[str, Any] = {"isComposedWithSearch": True, "searchPageState": None, "componentProps": component}
    (page if form == "higher" else component)["gdpClientCache"] = held
    path = detail_path(presented.home.text, presented.zpid)
    return {
        "props": {"pageProps": page, "isBot": False},
        "page": "/render/[...urlPath]",
        "query": {"zpid": str(presented.zpid), "originalReqUrlPath": path, "urlPath": ["for-sale-sub-app"]},
        "buildId": "replica",
        "isFallback": False,
    }

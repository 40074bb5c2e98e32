"""Listing pages in shapes that no reader knows yet: they must end as an error, never as a home without photos."""

from __future__ import annotations

import json
from typing import Any

from phx_scraper.replica.zillow.page_shell import shell, state
from phx_scraper.replica.zillow.presented import Shown

_RENAMED = {"responsivePhotos", "photos", "originalPhotos", "responsivePhotosOriginalRatio"}


def strange_page(shown: Shown, head: str, listing: dict[str, Any]) -> str:
    """A page of the home with its state left out, renamed, cut short, or with the photo arrays under other names."""
    way = shown.dice("strange").pick(("no_state", "renamed_cache", "cut_cache", "renamed_photos"))
    body = f"<h1>{shown.world.street}</h1>"
    if way == "no_state":
        return shell(head, body, None)
    cache = {f'ForSaleQueryNext{{"zpid":{shown.zpid}}}': {"property": listing}}
    if way == "renamed_photos":
        renamed = {f"{name}V3" if name in _RENAMED else name: value for name, value in listing.items()}
        return shell(head, body, state({key: {"property": renamed} for key in cache}, shown))
    page: dict[str, Any] = {
        "isComposedWithSearch": True,
        "searchPageState": None,
        "componentProps": {"zpid": str(shown.zpid)},
    }
    if way == "renamed_cache":
        page["componentProps"]["shopperCache"] = json.dumps(cache)
    else:
        page["componentProps"]["gdpClientCache"] = json.dumps(cache)[:5000]
    return shell(head, body, {"props": {"pageProps": page}, "page": "/render/[...urlPath]", "query": {}})

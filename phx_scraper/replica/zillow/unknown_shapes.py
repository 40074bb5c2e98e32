"""Listing pages of unknown shape: they must end as an error, never as a home without photos."""

from __future__ import annotations

import json
from typing import Any

from phx_scraper.replica.zillow.page_shell import shell, state
from phx_scraper.replica.zillow.presented import PresentedHome

_RENAMED = {"responsivePhotos", "photos", "originalPhotos", "responsivePhotosOriginalRatio"}


def unknown_shape_page(presented: PresentedHome, head: str, listing: dict[str, Any]) -> str:
    """A page of the home with its state left out, renamed, cut short, or with the photo arrays under other names."""
    form = presented.rng("strange").pick(("no_state", "renamed_cache", "cut_cache", "renamed_photos"))
    body = f"<h1>{presented.home.street}</h1>"
    if form == "no_state":
        return shell(head, body, None)
    cache = {f'ForSaleQueryNext{{"zpid":{presented.zpid}}}': {"property": listing}}
    if form == "renamed_photos":
        renamed = {f"{name}V3" if name in _RENAMED else name: value for name, value in listing.items()}
        return shell(head, body, state({key: {"property": renamed} for key in cache}, presented))
    page: dict[str, Any] = {
        "isComposedWithSearch": True,
        "searchPageState": None,
        "componentProps": {"zpid": str(presented.zpid)},
    }
    if form == "renamed_cache":
        page["componentProps"]["shopperCache"] = json.dumps(cache)
    else:
        page["componentProps"]["gdpClientCache"] = json.dumps(cache)[:5000]
    return shell(head, body, {"props": {"pageProps": page}, "page": "/render/[...urlPath]", "query": {}})

"""Redfin's HTML: the state script with embedded API responses, and the markup around it."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from phx_scraper.replica.options import Options
from phx_scraper.replica.redfin.above_the_fold import above_the_fold, initial_info, main_house
from phx_scraper.replica.redfin.below_the_fold import below_the_fold, photo_tags, tags_path
from phx_scraper.replica.redfin.foreign_photos import card_photos, cards
from phx_scraper.replica.redfin.photo_mosaic import mosaic
from phx_scraper.replica.redfin.photos import photo_url
from phx_scraper.replica.redfin.presented import PresentedHome
from phx_scraper.replica.redfin.urls import SITE, home_path

_DETAILS = "/stingray/api/home/details"
WAF_SCRIPT = (
    '<script src="https://0123456789ab.edge.sdk.awswaf.com/0123456789ab/challenge.js" defer></script>'
    '<script>window.awsWafCookieDomainList = ["redfin.com"];</script>'
)
"""Present on good pages too."""
_VERSIONS = (595, 629, 630, 660)


def api_response(payload: dict[str, Any] | None, version: int = 660, prefix: str = "{}&&") -> str:
    """The text of an API response; `payload` None for a home that the API does not have."""
    envelope: dict[str, Any] = {"version": version, "errorMessage": "Success", "resultCode": 0, "payload": payload}
    if payload is None:
        envelope = {"version": version, "errorMessage": "No such home", "resultCode": 101}
    return prefix + json.dumps(envelope, separators=(",", ":"))


def api_responses(presented: PresentedHome, options: Options) -> dict[str, str]:
    """Request path -> text of the API responses that a home page embeds."""
    rng = presented.rng("answers")
    version = rng.pick(_VERSIONS)
    below = f"{_DETAILS}/belowTheFold" if rng.chance(0.5) else "/stingray/api/v1/home/details/belowTheFold"
    query = f"?propertyId={presented.property_id}&accessLevel=1" if rng.chance(0.3) else ""
    payloads = {
        f"{_DETAILS}/initialInfo": initial_info(presented),
        f"{_DETAILS}/aboveTheFold{query}": above_the_fold(presented, options),
        tags_path(presented): photo_tags(presented),
        below: below_the_fold(presented, options),
        f"{_DETAILS}/mainHouseInfoPanelInfo{query}": main_house(presented),
        f"{_DETAILS}/similars/listings": {"homes": [_card(other) for other in cards(presented, options)]},
    }
    error_response = {"/home-data/api/v1/properties/page-route": '{"responseCode":404}'}
    return error_response | {path: api_response(payload, version) for path, payload in payloads.items()}


def _card(other: PresentedHome) -> dict[str, Any]:
    home = other.home
    return {
        "mlsId": {"label": "MLS#", "value": home.mls},
        "price": {"value": home.price, "level": 1},
        "streetLine": {"value": home.street, "level": 1},
        "city": home.address.city,
        "zip": home.address.zip,
        "propertyId": other.property_id,
        "url": home_path(home, other.property_id),
        "photos": {"value": f"0-{len(other.photos) - 1}:0", "level": 1},
        "staticPhotoUrls": [photo_url(photo, "mbphoto") for photo in card_photos(other)],
    }


def home_page(presented: PresentedHome, options: Options) -> str:
    """A good home page."""
    return html_page(_head(presented), _markup(presented, options), api_responses(presented, options))


def html_page(head: str, body: str, responses: dict[str, str] | None) -> str:
    """A whole page; without `responses` there is no state script."""
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"/>{head}</head><body>'
        f'<div id="content">{body}</div>{_script(responses) if responses is not None else ""}</body></html>'
    )


def _script(responses: dict[str, str]) -> str:
    cache = {path: _cache_entry(path, text) for path, text in responses.items()}
    cache["/stingray/api/home/details/hotMarketInfo"] = {"url": "hotMarketInfo", "loaded": False, "err": {}}
    context = {"ReactServerAgent.cache": {"dataCache": cache}, "deviceType": "desktop", "subPageType": "ADP"}
    text = json.dumps(context, separators=(",", ":")).replace("/", "\\u002F").replace("<", "\\u003C")
    return (
        "<script>_tLAB.wait(function(){\n(function (root) {\n/* -- Data -- */\n"
        "root.__reactServerState || (root.__reactServerState = {});\n"
        f"root.__reactServerState.InitialContext = {text};\n"
        'root.__reactServerState.Config = {"environmentName":"prod","dataRequestTimeoutMs":20000};\n'
        "})(this)});</script>"
    )


def _cache_entry(path: str, text: str) -> dict[str, Any]:
    request_data = {"urlPath": path.partition("?")[0], "method": "GET", "queryParams": [], "type": "json"}
    result = {"_hasBody": True, "text": text, "type": "application/json", "status": 200, "ok": True}
    return {"url": path, "requestData": request_data, "requesters": 1, "loaded": True, "res": result}


def _head(presented: PresentedHome) -> str:
    home, stated = presented.home, presented.stated
    sold = presented.ending in ("redfin_sold", "redfin_off_market")
    script = WAF_SCRIPT if "redfin_waf_script" in presented.variations else ""
    price = f" | For Sale (${home.price:,})" if not sold and presented.rng("title").chance(0.5) else ""
    mls = "" if sold else f"{price} | MLS# {home.mls}"
    tags = [
        f"<title>{escape(stated.text)}{mls} | Redfin</title>",
        f'<link rel="canonical" href="{SITE}{home_path(stated, presented.property_id)}"/>',
    ]
    if presented.photos:
        tags.append(f'<meta property="og:image" content="{photo_url(presented.photos[0])}"/>')
    tags += [
        f'<meta name="twitter:image:photo{place}" content="{photo_url(photo, "mbpaddedwide")}"/>'
        for place, photo in enumerate(presented.photos[:4])
    ]
    linked = {
        "@context": "http://schema.org",
        "@type": ["Product", "RealEstateListing"],
        "name": stated.text,
        "image": [{"@type": "ImageObject", "url": photo_url(photo)} for photo in presented.photos[:3]],
    }
    return script + "".join(tags) + f'<script type="application/ld+json">{json.dumps(linked)}</script>'


def _markup(presented: PresentedHome, options: Options) -> str:
    """The markup without scripts: some photos of the home, and cards of other homes."""
    cards_html = "".join(_card_html(other) for other in cards(presented, options))
    return (
        f'<h1 class="full-address">{escape(presented.stated.text)}</h1>{mosaic(presented)}'
        f'<section class="SimilarHomes"><h2>Similar homes</h2>{cards_html}</section>'
        '<img class="badge" src="https://ssl.cdn-redfin.com/images/equal-housing.png"/>'
    )


def _card_html(other: PresentedHome) -> str:
    photos = "".join(f'<img src="{photo_url(photo, "bcsphoto")}"/>' for photo in card_photos(other))
    link = f'<a href="{home_path(other.home, other.property_id)}">{escape(other.home.text)}</a>'
    return f'<article class="HomeCard">{photos}{link}</article>'

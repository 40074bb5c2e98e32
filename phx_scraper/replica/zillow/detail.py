"""Listing pages: the current shell with its state script, in every variation that was seen."""

from __future__ import annotations

import json
from dataclasses import replace
from html import escape
from typing import Any

from phx_scraper.replica.neighbours import near_misses
from phx_scraper.replica.options import Options
from phx_scraper.replica.zillow.block_pages import CAPTCHA_MODAL
from phx_scraper.replica.zillow.listing import identity, listing
from phx_scraper.replica.zillow.page_shell import shell, state
from phx_scraper.replica.zillow.photos import photo_url, widest_cropped
from phx_scraper.replica.zillow.presented import Shown, plain
from phx_scraper.replica.zillow.unknown_shapes import strange_page
from phx_scraper.replica.zillow.urls import detail_url

_FOR_SALE_QUERIES = (
    "ForSaleShopperPlatformFullRenderQuery",
    "ForSalePriorityQuery",
    "ForSaleDoubleScrollFullRenderQuery",
)
_NOT_FOR_SALE_QUERY = "NotForSaleShopperPlatformFullRenderQuery"
_AGENTS = "https://www.zillowstatic.com/s3/partner-showcase/static/images/agents"
_RENTAL_QUERY = "ForRentShopperPlatformFullRenderQuery"


def detail_page(shown: Shown, options: Options) -> str:
    """The page under the home's own address, which on some homes is another home's or of no known shape."""
    if shown.fate == "wrong_page":
        other = plain(near_misses(shown.world.address, shown.dice("wrong page"), 1)[0], options)
        return listing_page(replace(other, zpid=shown.zpid) if shown.dice("zpid").chance(0.5) else other, options)
    if shown.fate == "unknown_shape":
        return strange_page(shown, head(shown, options), listing(shown, options))
    return listing_page(shown, options)


def listing_page(shown: Shown, options: Options) -> str:
    """A good listing page."""
    modal = CAPTCHA_MODAL if "captcha_modal" in shown.marks else ""
    return shell(head(shown, options), _markup(shown, options) + modal, state(_cache(shown, options), shown))


def _cache(shown: Shown, options: Options) -> dict[str, Any]:
    """The client cache: one or two keys made of a query's name and its arguments."""
    dice = shown.dice("cache")
    arguments = json.dumps({"zpid": shown.zpid}, separators=(",", ":"))
    whole = {_query(shown) + dice.pick((arguments, "{}", arguments)): {"property": listing(shown, options)}}
    if not dice.chance(0.2):
        return whole
    part = {"VariantQuery" + arguments: {"property": identity(shown) | {"photoCount": shown.claimed}}}
    return part | whole if dice.chance(0.7) else whole | part


def _query(shown: Shown) -> str:
    if shown.fate == "rental":
        return _RENTAL_QUERY
    if shown.fate in ("sold", "off_market", "street_view_only"):
        return _NOT_FOR_SALE_QUERY
    dice = shown.dice("query")
    return f"Property:{shown.zpid}" if dice.chance(0.05) else dice.pick(_FOR_SALE_QUERIES)


def head(shown: Shown, options: Options) -> str:
    """Title, social tags and structured data."""
    world = shown.world
    mls = "" if shown.fate in ("sold", "off_market", "street_view_only", "rental") else f" | MLS #{world.mls}"
    tags = [
        f"<title>{escape(world.text)}{mls} | Zillow</title>",
        f'<link rel="canonical" href="{detail_url(world.text, shown.zpid)}"/>',
        f'<meta property="og:zillow_fb:address" content="{escape(world.text)}"/>',
        f'<meta property="zillow_fb:beds" content="{world.beds}"/>',
        f'<meta property="zillow_fb:baths" content="{world.baths:g}"/>',
    ]
    if shown.photos:
        cover = photo_url(shown.photos[0].key, widest_cropped(options.width))
        tags.append(f'<meta property="og:image" content="{cover}"/>')
    linked = json.dumps(_linked_data(shown)).replace("<", "\\u003c")
    return "".join(tags) + f'<script type="application/ld+json">{linked}</script>'


def _linked_data(shown: Shown) -> dict[str, Any]:
    world = shown.world
    place = {
        "@type": "PostalAddress",
        "streetAddress": world.street,
        "addressLocality": world.address.city,
        "addressRegion": world.address.state,
        "postalCode": world.address.zip,
    }
    residence = {
        "@type": "SingleFamilyResidence",
        "address": place,
        "numberOfBedrooms": world.beds,
        "floorSize": {"value": world.sqft},
    }
    return {
        "@context": "https://schema.org",
        "@type": "RealEstateListing",
        "url": detail_url(world.text, shown.zpid),
        "datePosted": world.listed.isoformat(),
        "offers": {"@type": "Offer", "price": world.price, "itemOffered": residence},
    }


def _markup(shown: Shown, options: Options) -> str:
    """What a reader without scripts sees: the first photos, and cards of other homes."""
    size = widest_cropped(min(options.width, 960))
    photos = "".join(
        f'<li><picture><img alt="" src="{photo_url(photo.key, size)}"/></picture></li>' for photo in shown.photos[:5]
    )
    cards = "".join(_card(text, options) for text in near_misses(shown.world.address, shown.dice("cards"), 4))
    agent = f'<img alt="" src="{_AGENTS}/agent{shown.zpid % 9}.jpg"/>'
    return (
        f'<h1>{escape(shown.world.text)}</h1><ul class="media-stream">{photos}</ul>'
        f'<section class="similar-homes"><h2>Similar homes</h2>{cards}</section><footer>{agent}</footer>'
    )


def _card(text: str, options: Options) -> str:
    other = plain(text, options)
    picture = photo_url(other.photos[0].key, "p_c") if other.photos else ""
    link = f'<a href="{detail_url(text, other.zpid)}"><img src="{picture}"/>{escape(text)}</a>'
    return f'<article class="property-card">{link}</article>'

"""Listing pages: the current page shell with its state script, in every variation that was observed."""

from __future__ import annotations

import json
from dataclasses import replace
from html import escape
from typing import Any

from phx_scraper.replica.neighbours import near_misses
from phx_scraper.replica.options import Options
from phx_scraper.replica.zillow.block_pages import CAPTCHA_MODAL
from phx_scraper.replica.zillow.gallery_tiles import mosaic
from phx_scraper.replica.zillow.listing import identity, listing
from phx_scraper.replica.zillow.page_shell import shell, state
from phx_scraper.replica.zillow.photos import photo_url, widest_cropped
from phx_scraper.replica.zillow.presented import PresentedHome, present_ordinary
from phx_scraper.replica.zillow.unknown_shapes import unknown_shape_page
from phx_scraper.replica.zillow.urls import detail_url

_FOR_SALE_QUERIES = (
    "ForSaleShopperPlatformFullRenderQuery",
    "ForSalePriorityQuery",
    "ForSaleDoubleScrollFullRenderQuery",
)
_NOT_FOR_SALE_QUERY = "NotForSaleShopperPlatformFullRenderQuery"
_AGENTS = "https://www.zillowstatic.com/s3/partner-showcase/static/images/agents"
_RENTAL_QUERY = "ForRentShopperPlatformFullRenderQuery"


def detail_page(presented: PresentedHome, options: Options) -> str:
    """The page at the home's own URL, which on some homes is another home's or of unknown shape."""
    if presented.ending == "wrong_page":
        other = present_ordinary(near_misses(presented.home.address, presented.rng("wrong page"), 1)[0], options)
        return listing_page(
            replace(other, zpid=presented.zpid) if presented.rng("zpid").chance(0.5) else other, options
        )
    if presented.ending == "unknown_shape":
        return unknown_shape_page(presented, head(presented, options), listing(presented, options))
    return listing_page(presented, options)


def listing_page(presented: PresentedHome, options: Options) -> str:
    """A good listing page."""
    modal = CAPTCHA_MODAL if "captcha_modal" in presented.variations else ""
    return shell(
        head(presented, options), _markup(presented, options) + modal, state(_cache(presented, options), presented)
    )


def _cache(presented: PresentedHome, options: Options) -> dict[str, Any]:
    """The client cache: one or two keys, each a query's name and arguments."""
    rng = presented.rng("cache")
    arguments = json.dumps({"zpid": presented.zpid}, separators=(",", ":"))
    whole = {_query(presented) + rng.pick((arguments, "{}", arguments)): {"property": listing(presented, options)}}
    if not rng.chance(0.2):
        return whole
    part = {"VariantQuery" + arguments: {"property": identity(presented) | {"photoCount": presented.claimed}}}
    return part | whole if rng.chance(0.7) else whole | part


def _query(presented: PresentedHome) -> str:
    if presented.ending == "rental":
        return _RENTAL_QUERY
    if presented.ending in ("sold", "off_market", "street_view_only"):
        return _NOT_FOR_SALE_QUERY
    rng = presented.rng("query")
    return f"Property:{presented.zpid}" if rng.chance(0.05) else rng.pick(_FOR_SALE_QUERIES)


def head(presented: PresentedHome, options: Options) -> str:
    """Title, social tags and structured data."""
    home = presented.home
    mls = "" if presented.ending in ("sold", "off_market", "street_view_only", "rental") else f" | MLS #{home.mls}"
    tags = [
        f"<title>{escape(home.text)}{mls} | Zillow</title>",
        f'<link rel="canonical" href="{detail_url(home.text, presented.zpid)}"/>',
        f'<meta property="og:zillow_fb:address" content="{escape(home.text)}"/>',
        f'<meta property="zillow_fb:beds" content="{home.beds}"/>',
        f'<meta property="zillow_fb:baths" content="{home.baths:g}"/>',
    ]
    if presented.photos:
        cover = photo_url(presented.photos[0].key, widest_cropped(options.width))
        tags.append(f'<meta property="og:image" content="{cover}"/>')
    linked = json.dumps(_linked_data(presented)).replace("<", "\\u003c")
    return "".join(tags) + f'<script type="application/ld+json">{linked}</script>'


def _linked_data(presented: PresentedHome) -> dict[str, Any]:
    home = presented.home
    place = {
        "@type": "PostalAddress",
        "streetAddress": home.street,
        "addressLocality": home.address.city,
        "addressRegion": home.address.state,
        "postalCode": home.address.zip,
    }
    residence = {
        "@type": "SingleFamilyResidence",
        "address": place,
        "numberOfBedrooms": home.beds,
        "floorSize": {"value": home.sqft},
    }
    return {
        "@context": "https://schema.org",
        "@type": "RealEstateListing",
        "url": detail_url(home.text, presented.zpid),
        "datePosted": home.listed.isoformat(),
        "offers": {"@type": "Offer", "price": home.price, "itemOffered": residence},
    }


def _markup(presented: PresentedHome, options: Options) -> str:
    """The markup without scripts: the first photos, and cards of other homes."""
    cards = "".join(_card(text, options) for text in near_misses(presented.home.address, presented.rng("cards"), 4))
    agent = f'<img alt="" src="{_AGENTS}/agent{presented.zpid % 9}.jpg"/>'
    return (
        f"<h1>{escape(presented.home.text)}</h1>{mosaic(presented.photos, presented.claimed, options)}"
        f'<section class="similar-homes"><h2>Similar homes</h2>{cards}</section><footer>{agent}</footer>'
    )


def _card(text: str, options: Options) -> str:
    other = present_ordinary(text, options)
    picture = photo_url(other.photos[0].key, "p_c") if other.photos else ""
    link = f'<a href="{detail_url(text, other.zpid)}"><img src="{picture}"/>{escape(text)}</a>'
    return f'<article class="property-card">{link}</article>'

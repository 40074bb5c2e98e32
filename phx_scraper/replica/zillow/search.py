"""Search pages: a list of homes in the state script."""

from __future__ import annotations

from html import escape
from typing import Any

from phx_scraper.replica.neighbours import near_misses
from phx_scraper.replica.options import Options
from phx_scraper.replica.pictures import Picture
from phx_scraper.replica.property import World, look_up
from phx_scraper.replica.seeded_random import Dice
from phx_scraper.replica.zillow.page_shell import shell
from phx_scraper.replica.zillow.photos import PHOTO_HOST, photo_url
from phx_scraper.replica.zillow.presented import Shown, zpid_of
from phx_scraper.replica.zillow.unrelated_images import cover_key
from phx_scraper.replica.zillow.urls import detail_url


def hits(shown: Shown) -> list[str]:
    """Canonical addresses on the home's search page, in its order."""
    own, dice = shown.world.text, shown.dice("hits")
    others = near_misses(shown.world.address, dice, dice.between(2, 5))
    if shown.fate == "no_listing":
        return []
    if shown.fate == "only_near_misses":
        return others
    return dice.shuffled([own, *others]) if shown.find == "search_hits" else [own]


def search_page(shown: Shown, options: Options) -> str:
    """The page that lists the hits, with buildings and more homes as the site mixes them in."""
    dice = shown.dice("search page")
    results = [_hit(look_up(text, options.photos), dice.fork(text)) for text in hits(shown)]
    if results and dice.chance(0.3):
        results.append(_building(shown, dice))
    return _listed(shown.world.text, results, shown.dice("hash").hex(7))


def zip_page(zip_code: str, homes: list[str], options: Options) -> str:
    """The page that lists homes of a zip."""
    results = [_hit(look_up(text, options.photos), Dice("zip page", text)) for text in homes]
    return _listed(zip_code, results, Dice("zip page", zip_code).hex(7))


def _listed(searched: str, results: list[dict[str, Any]], fingerprint: str) -> str:
    title = f"{searched} Real Estate | Zillow"
    body = "".join(
        f'<article class="property-card"><a href="{hit["detailUrl"]}">{escape(hit["address"])}</a></article>'
        for hit in results
    )
    state = _state(searched, results, fingerprint)
    return shell(f"<title>{escape(title)}</title>", f'<ul class="photo-cards">{body}</ul>', state)


def _state(term: str, results: list[dict[str, Any]], fingerprint: str) -> dict[str, Any]:
    searched = {
        "queryState": {"isMapVisible": True, "regionSelection": [], "usersSearchTerm": term},
        "cat1": {
            "searchResults": {
                "listResults": results,
                "mapResults": [],
                "relaxedResults": [],
                "resultsHash": fingerprint,
            },
            "searchList": {"totalResultCount": len(results), "resultsPerPage": 41, "totalPages": 1, "pagination": {}},
        },
        "categoryTotals": {"cat1": {"totalResultCount": len(results)}},
    }
    return {
        "props": {
            "pageProps": {"subAppName": "search-page-sub-app", "fullPage": True, "searchPageState": searched},
            "isBot": False,
        },
        "page": "/render/[...urlPath]",
        "query": {"urlPath": ["search-page-sub-app"]},
        "buildId": "replica",
    }


def _hit(world: World, dice: Dice) -> dict[str, Any]:
    zpid, address = zpid_of(world.text), world.address
    cover = cover_key(world, dice)
    return {
        "zpid": str(zpid),
        "id": str(zpid),
        "detailUrl": detail_url(world.text, zpid),
        "statusType": dice.pick(("FOR_SALE", "SOLD", "OTHER")),
        "statusText": "House for sale",
        "imgSrc": photo_url(cover, "p_e"),
        "address": world.text,
        "addressStreet": world.street,
        "addressCity": address.city,
        "addressState": address.state,
        "addressZipcode": address.zip,
        "unformattedPrice": world.price,
        "beds": world.beds,
        "baths": world.baths,
        "area": world.sqft,
        "latLong": {"latitude": world.latitude, "longitude": world.longitude},
        "hdpData": {
            "homeInfo": {
                "zpid": zpid,
                "streetAddress": world.street,
                "city": address.city,
                "state": address.state,
                "zipcode": address.zip,
            }
        },
        "hasImage": True,
    } | _carousel(world, cover, dice)


def _carousel(world: World, cover: str, dice: Dice) -> dict[str, Any]:
    keys = [Picture(shot.seed).key for shot in world.shots[:4]] or [cover]
    if dice.chance(0.5):
        return {"carouselPhotos": [{"url": photo_url(key, "p_e")} for key in keys]}
    base = f"https://{PHOTO_HOST}/fp/{{photoKey}}-p_e.jpg"
    return {
        "carouselPhotosComposable": {
            "baseUrl": base,
            "communityBaseUrl": None,
            "photoData": [{"photoKey": key} for key in keys],
        }
    }


def _building(shown: Shown, dice: Dice) -> dict[str, Any]:
    world = shown.world
    return {
        "zpid": f"{world.latitude}--{world.longitude}",
        "isBuilding": True,
        "detailUrl": "/apartments/phoenix-az/sample-building/9zXyW7/",
        "statusType": "FOR_RENT",
        "imgSrc": photo_url(Picture(dice.hex(24)).key, "p_e"),
        "address": f"100 Sample Plz, {world.address.city}, AZ",
        "units": [{"price": "$1,400+", "beds": "1"}],
    }

"""Search pages: a list of homes in the state script."""

from __future__ import annotations

from html import escape
from typing import Any

from phx_scraper.replica.neighbours import near_misses
from phx_scraper.replica.options import Options
from phx_scraper.replica.pictures import Picture
from phx_scraper.replica.property import Property, property_at
from phx_scraper.replica.seeded_random import SeededRandom
from phx_scraper.replica.zillow.page_shell import shell
from phx_scraper.replica.zillow.photos import PHOTO_HOST, photo_url
from phx_scraper.replica.zillow.presented import PresentedHome, zpid_of
from phx_scraper.replica.zillow.unrelated_images import cover_key
from phx_scraper.replica.zillow.urls import detail_url


def hits(presented: PresentedHome) -> list[str]:
    """Canonical addresses on the home's search page, in its order."""
    own, rng = presented.home.text, presented.rng("hits")
    others = near_misses(presented.home.address, rng, rng.between(2, 5))
    if presented.ending == "no_listing":
        return []
    if presented.ending == "only_near_misses":
        return others
    return rng.shuffled([own, *others]) if presented.lookup == "search_hits" else [own]


def search_page(presented: PresentedHome, options: Options) -> str:
    """The page that lists the hits, with buildings among the homes as on the site."""
    rng = presented.rng("search page")
    results = [_hit(property_at(text, options.photos), rng.fork(text)) for text in hits(presented)]
    if results and rng.chance(0.3):
        results.append(_building(presented, rng))
    return _listed(presented.home.text, results, presented.rng("hash").hex(7))


def zip_page(zip_code: str, homes: list[str], options: Options) -> str:
    """The page that lists homes of a zip."""
    results = [_hit(property_at(text, options.photos), SeededRandom("zip page", text)) for text in homes]
    return _listed(zip_code, results, SeededRandom("zip page", zip_code).hex(7))


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


def _hit(home: Property, rng: SeededRandom) -> dict[str, Any]:
    zpid, address = zpid_of(home.text), home.address
    cover = cover_key(home, rng)
    return {
        "zpid": str(zpid),
        "id": str(zpid),
        "detailUrl": detail_url(home.text, zpid),
        "statusType": rng.pick(("FOR_SALE", "SOLD", "OTHER")),
        "statusText": "House for sale",
        "imgSrc": photo_url(cover, "p_e"),
        "address": home.text,
        "addressStreet": home.street,
        "addressCity": address.city,
        "addressState": address.state,
        "addressZipcode": address.zip,
        "unformattedPrice": home.price,
        "beds": home.beds,
        "baths": home.baths,
        "area": home.sqft,
        "latLong": {"latitude": home.latitude, "longitude": home.longitude},
        "hdpData": {
            "homeInfo": {
                "zpid": zpid,
                "streetAddress": home.street,
                "city": address.city,
                "state": address.state,
                "zipcode": address.zip,
            }
        },
        "hasImage": True,
    } | _carousel(home, cover, rng)


def _carousel(home: Property, cover: str, rng: SeededRandom) -> dict[str, Any]:
    keys = [Picture(shot.seed).key for shot in home.shots[:4]] or [cover]
    if rng.chance(0.5):
        return {"carouselPhotos": [{"url": photo_url(key, "p_e")} for key in keys]}
    base = f"https://{PHOTO_HOST}/fp/{{photoKey}}-p_e.jpg"
    return {
        "carouselPhotosComposable": {
            "baseUrl": base,
            "communityBaseUrl": None,
            "photoData": [{"photoKey": key} for key in keys],
        }
    }


def _building(presented: PresentedHome, rng: SeededRandom) -> dict[str, Any]:
    home = presented.home
    return {
        "zpid": f"{home.latitude}--{home.longitude}",
        "isBuilding": True,
        "detailUrl": "/apartments/phoenix-az/sample-building/9zXyW7/",
        "statusType": "FOR_RENT",
        "imgSrc": photo_url(Picture(rng.hex(24)).key, "p_e"),
        "address": f"100 Sample Plz, {home.address.city}, AZ",
        "units": [{"price": "$1,400+", "beds": "1"}],
    }

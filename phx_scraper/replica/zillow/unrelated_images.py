"""Pictures on a listing page that are not photos of the home: cards of other homes, logos, portraits, posters."""

from __future__ import annotations

from typing import Any

from phx_scraper.replica.neighbours import near_misses
from phx_scraper.replica.options import Options
from phx_scraper.replica.pictures import Picture
from phx_scraper.replica.property import World, look_up
from phx_scraper.replica.seeded_random import Dice
from phx_scraper.replica.zillow.photos import CROPPED, photo_url
from phx_scraper.replica.zillow.presented import Shown, zpid_of
from phx_scraper.replica.zillow.urls import detail_path

_MAPS = "https://maps.googleapis.com/maps/api"


def odd_photo(shown: Shown, subject: str, variant: str, *names: object) -> str:
    """The address of a portrait, logo, map or panorama that belongs to the page."""
    return photo_url(Picture(shown.dice("odd", subject, *names).hex(24), subject).key, variant)


def cover_key(world: World, dice: Dice) -> str:
    """The key of another home's first picture."""
    return Picture(world.shots[0].seed if world.shots else dice.hex(24)).key


def other_homes(shown: Shown, name: str, count: int, options: Options) -> list[dict[str, Any]]:
    """Cards of `count` near homes, each with one picture of 316 pixels (or a map)."""
    dice = shown.dice(name)
    worlds = [look_up(text, options.photos) for text in near_misses(shown.world.address, dice, count)]
    return [_card(world, dice.fork(place), place) for place, world in enumerate(worlds)]


def _card(world: World, dice: Dice, place: int) -> dict[str, Any]:
    picture = photo_url(cover_key(world, dice), "p_c")
    if place % 3 == 2:
        picture = f"{_MAPS}/staticmap?maptype=satellite&size=316x234&zoom=17&center={world.latitude},{world.longitude}"
    zpid = zpid_of(world.text)
    return {
        "zpid": zpid,
        "miniCardPhotos": [{"url": picture}],
        "price": world.price,
        "currency": "USD",
        "bedrooms": world.beds,
        "bathrooms": world.baths,
        "livingArea": world.sqft,
        "livingAreaUnits": "Square Feet",
        "lotSize": world.lot_sqft,
        "address": address_block(world),
        "latitude": world.latitude,
        "longitude": world.longitude,
        "homeStatus": dice.pick(("FOR_SALE", "OTHER", "RECENTLY_SOLD")),
        "homeType": "SINGLE_FAMILY",
        "hdpUrl": detail_path(world.text, zpid),
        "attributionInfo": {
            "mlsId": world.mls,
            "agentName": world.agent,
            "brokerName": world.office,
            "providerLogo": None,
        },
        "state": world.address.state,
    }


def address_block(world: World) -> dict[str, Any]:
    """The address as properties and cards hold it."""
    address = world.address
    return {"streetAddress": world.street, "city": address.city, "state": address.state, "zipcode": address.zip}


def comparables(shown: Shown, options: Options) -> dict[str, Any]:
    """The estimate's block, in which sold homes bring carousels of their own."""
    dice = shown.dice("comparables")
    worlds = [look_up(text, options.photos) for text in near_misses(shown.world.address, dice, 3)]
    return {
        "comparables": {
            "comps": [
                {"property": {"zpid": zpid_of(world.text), "compsCarouselPropertyPhotos": _carousel(world, dice)}}
                for world in worlds
            ]
        }
    }


def _carousel(world: World, dice: Dice) -> list[dict[str, Any]]:
    keys = [Picture(shot.seed).key for shot in world.shots[:3]] or [Picture(dice.hex(24)).key]
    return [
        {
            "mixedSources": {
                "jpeg": [
                    {"url": photo_url(key, name), "width": CROPPED[name].width} for name in ("cc_ft_384", "cc_ft_768")
                ]
            }
        }
        for key in keys
    ]


def single_images(shown: Shown, options: Options) -> dict[str, Any]:
    """Repeats of the first photo, street views, maps, the tour's poster and the broker's logo."""
    world, logo = shown.world, odd_photo(shown, "logo", "zillow_web_95_35")
    place = f"location={world.latitude},{world.longitude}&key=replica"
    first = shown.photos[0].key if shown.photos else ""
    repeats: dict[str, Any] = {
        "hiResImageLink": photo_url(first, "p_f"),
        "desktopWebHdpImageLink": photo_url(first, "p_h"),
        "mediumImageLink": photo_url(first, "p_d"),
        "thumb": [{"url": photo_url(first, "p_a")}],
    }
    tour = shown.dice("tour").hex(32)
    return (repeats if first else dict.fromkeys(repeats)) | {
        "enhancedBrokerImageUrl": logo,
        "neighborhoodMapThumb": [{"url": odd_photo(shown, "map", "p_e")}],
        "streetViewImageUrl": f"{_MAPS}/streetview?size=600x400&{place}",
        "streetViewTileImageUrlMediumLatLong": f"{_MAPS}/streetview?size=400x250&{place}",
        "streetViewMetadataUrlMediaWallLatLong": f"{_MAPS}/streetview/metadata?{place}",
        "staticMap": {"sources": [{"width": 192, "url": f"{_MAPS}/staticmap?zoom=13&size=192x144&{place}"}]},
        "vrModel": {
            "vrModelGuid": tour,
            "posterUrl": f"https://www.zillowstatic.com/vrmodels/{tour}/pano/{tour[:8]}/poster.jpg",
        },
        "compsCarouselPropertyPhotos": _carousel(
            look_up(near_misses(world.address, shown.dice("carousel"), 1)[0], options.photos), shown.dice()
        ),
    }

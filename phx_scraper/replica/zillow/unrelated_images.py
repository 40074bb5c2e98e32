"""Images on a listing page that are not photos of the home: cards of other homes, logos, portraits, posters."""

from __future__ import annotations

from typing import Any

from phx_scraper.replica.neighbours import near_misses
from phx_scraper.replica.options import Options
from phx_scraper.replica.pictures import Picture
from phx_scraper.replica.property import Property, property_at
from phx_scraper.replica.seeded_random import SeededRandom
from phx_scraper.replica.zillow.photos import CROPPED, photo_url
from phx_scraper.replica.zillow.presented import PresentedHome, zpid_of
from phx_scraper.replica.zillow.urls import detail_path

_MAPS = "https://maps.googleapis.com/maps/api"


def unrelated_image(presented: PresentedHome, subject: str, variant: str, *names: object) -> str:
    """The URL of a portrait, logo, map or panorama on the page."""
    return photo_url(Picture(presented.rng("odd", subject, *names).hex(24), subject).key, variant)


def cover_key(home: Property, rng: SeededRandom) -> str:
    """The key of another home's first picture."""
    return Picture(home.shots[0].seed if home.shots else rng.hex(24)).key


def other_homes(presented: PresentedHome, name: str, count: int, options: Options) -> list[dict[str, Any]]:
    """Cards of `count` near homes, each with one picture of 316 pixels (or a map)."""
    rng = presented.rng(name)
    homes = [property_at(text, options.photos) for text in near_misses(presented.home.address, rng, count)]
    return [_card(home, rng.fork(place), place) for place, home in enumerate(homes)]


def _card(home: Property, rng: SeededRandom, place: int) -> dict[str, Any]:
    picture = photo_url(cover_key(home, rng), "p_c")
    if place % 3 == 2:
        picture = f"{_MAPS}/staticmap?maptype=satellite&size=316x234&zoom=17&center={home.latitude},{home.longitude}"
    zpid = zpid_of(home.text)
    return {
        "zpid": zpid,
        "miniCardPhotos": [{"url": picture}],
        "price": home.price,
        "currency": "USD",
        "bedrooms": home.beds,
        "bathrooms": home.baths,
        "livingArea": home.sqft,
        "livingAreaUnits": "Square Feet",
        "lotSize": home.lot_sqft,
        "address": address_block(home),
        "latitude": home.latitude,
        "longitude": home.longitude,
        "homeStatus": rng.pick(("FOR_SALE", "OTHER", "RECENTLY_SOLD")),
        "homeType": "SINGLE_FAMILY",
        "hdpUrl": detail_path(home.text, zpid),
        "attributionInfo": {
            "mlsId": home.mls,
            "agentName": home.agent,
            "brokerName": home.office,
            "providerLogo": None,
        },
        "state": home.address.state,
    }


def address_block(home: Property) -> dict[str, Any]:
    """The address in the form of properties and cards."""
    address = home.address
    return {"streetAddress": home.street, "city": address.city, "state": address.state, "zipcode": address.zip}


def comparables(presented: PresentedHome, options: Options) -> dict[str, Any]:
    """The block of the estimate, with carousels of sold homes."""
    rng = presented.rng("comparables")
    homes = [property_at(text, options.photos) for text in near_misses(presented.home.address, rng, 3)]
    return {
        "comparables": {
            "comps": [
                {"property": {"zpid": zpid_of(home.text), "compsCarouselPropertyPhotos": _carousel(home, rng)}}
                for home in homes
            ]
        }
    }


def _carousel(home: Property, rng: SeededRandom) -> list[dict[str, Any]]:
    keys = [Picture(shot.seed).key for shot in home.shots[:3]] or [Picture(rng.hex(24)).key]
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


def single_images(presented: PresentedHome, options: Options) -> dict[str, Any]:
    """Repeats of the first photo, street views, maps, the tour's poster and the broker's logo."""
    home, logo = presented.home, unrelated_image(presented, "logo", "zillow_web_95_35")
    place = f"location={home.latitude},{home.longitude}&key=replica"
    first = presented.photos[0].key if presented.photos else ""
    repeats: dict[str, Any] = {
        "hiResImageLink": photo_url(first, "p_f"),
        "desktopWebHdpImageLink": photo_url(first, "p_h"),
        "mediumImageLink": photo_url(first, "p_d"),
        "thumb": [{"url": photo_url(first, "p_a")}],
    }
    tour = presented.rng("tour").hex(32)
    return (repeats if first else dict.fromkeys(repeats)) | {
        "enhancedBrokerImageUrl": logo,
        "neighborhoodMapThumb": [{"url": unrelated_image(presented, "map", "p_e")}],
        "streetViewImageUrl": f"{_MAPS}/streetview?size=600x400&{place}",
        "streetViewTileImageUrlMediumLatLong": f"{_MAPS}/streetview?size=400x250&{place}",
        "streetViewMetadataUrlMediaWallLatLong": f"{_MAPS}/streetview/metadata?{place}",
        "staticMap": {"sources": [{"width": 192, "url": f"{_MAPS}/staticmap?zoom=13&size=192x144&{place}"}]},
        "vrModel": {
            "vrModelGuid": tour,
            "posterUrl": f"https://www.zillowstatic.com/vrmodels/{tour}/pano/{tour[:8]}/poster.jpg",
        },
        "compsCarouselPropertyPhotos": _carousel(
            property_at(near_misses(home.address, presented.rng("carousel"), 1)[0], options.photos), presented.rng()
        ),
    }

"""API payloads with history and captions: `belowTheFold`, `photoTags` of 2025, `photoTagsAndCaptions` of 2026."""

from __future__ import annotations

from datetime import date
from typing import Any

from phx_scraper.replica.older_listings import older_listings
from phx_scraper.replica.options import Options
from phx_scraper.replica.redfin.foreign_photos import SECOND_SOURCE, older_galleries, second_gallery
from phx_scraper.replica.redfin.photos import entry, hidden_entry, photo_id, photo_url
from phx_scraper.replica.redfin.presented import ARMLS, PresentedHome
from phx_scraper.replica.redfin.timestamps import midnight
from phx_scraper.replica.redfin.urls import PHOTO_SITE


def below_the_fold(presented: PresentedHome, options: Options) -> dict[str, Any]:
    """The payload of `belowTheFold`, in which only `propertyHistoryInfo` matters here."""
    return {
        "amenitiesInfo": {"superGroups": []},
        "publicRecordsInfo": {"basicInfo": {"apn": presented.home.apn, "yearBuilt": presented.home.year}},
        "propertyHistoryInfo": {
            "hasPropertyHistory": True,
            "dataSourceId": ARMLS,
            "displayTimeZone": "America/Phoenix",
            "events": _events(presented),
            "mediaBrowserInfoBySourceId": _other_galleries(presented, options),
            "addressInfo": {"street": presented.stated.street, "city": presented.stated.address.city},
        },
    }


def _events(presented: PresentedHome) -> list[dict[str, Any]]:
    home = presented.home
    events = [_event("Listed", home.listed, home.price, home.mls)]
    if presented.ending == "redfin_sold":
        events.insert(0, _event("Sold (MLS) (Closed)", home.listed, home.price, home.mls))
    if "redfin_older" in presented.variations:
        events += [_event("Listed", older.listed, older.price, older.mls) for older in older_listings(home)]
    number, _ = second_gallery(presented)
    if number:
        events.append(_event("Listed", home.listed, home.price, number, SECOND_SOURCE, "Second MLS"))
    events.append(_event("Sold (Public Records)", home.sold, home.sold_price, "", 1, "Public Records"))
    if presented.rng("event dates").chance(0.4):
        events[0]["eventDateString"] = f"{home.listed:%b} {home.listed.day}, {home.listed.year}"
    return events


def _event(what: str, day: date, price: int, mls: str, source_id: int = ARMLS, source: str = "ARMLS") -> dict[str, Any]:
    return {
        "eventDescription": what,
        "mlsDescription": "Active" if what == "Listed" else "Closed",
        "price": price,
        "source": source,
        "sourceId": mls,
        "dataSourceDisplay": {"dataSourceId": source_id, "dataSourceName": source},
        "priceDisplayLevel": 1,
        "historyEventType": 1,
        "eventDate": midnight(day),
    }


def _other_galleries(presented: PresentedHome, options: Options) -> dict[str, Any]:
    """Galleries of older listings, with or without URLs, and of the second MLS."""
    galleries: dict[str, Any] = {}
    for mls, photos in older_galleries(presented, options).items():
        make = hidden_entry if presented.rng("hidden", mls).chance(0.4) else entry
        galleries[mls] = {"photos": [make(photo) for photo in photos], "displayType": 1}
    number, copies = second_gallery(presented)
    if number:
        galleries[number] = {"photos": [entry(photo) for photo in copies], "displayType": 1}
    return galleries


def tags_path(presented: PresentedHome) -> str:
    """The request path of the captions, in the form of 2025 or of 2026."""
    if presented.rng("tags").chance(0.5):
        return f"/stingray/api/photoTags/{presented.listing_id}"
    return f"/stingray/api/photoTagsAndCaptions/listingId/{presented.listing_id}/dataSourceId/{ARMLS}"


def photo_tags(presented: PresentedHome) -> dict[str, Any]:
    """The payload of the captions: on some homes fewer than photos, on sold ones each picture twice."""
    photos = presented.photos
    if "redfin_few_tags" in presented.variations:
        photos = photos[: max(1, len(photos) * 3 // 4)]
    with_captions = "Captions" in tags_path(presented)
    entries: dict[str, Any] = {}
    for place, photo in enumerate(photos):
        said = {"shortCaption": photo.caption, "longCaption": ""} if with_captions else {}
        about = {"photoId": photo_id(photo), "tags": ["All", *filter(None, (photo.caption,))]} | said
        entries[str(photo_id(photo))] = about | {
            "photoUrl": photo_url(photo),
            "thumbnailphotoUrl": photo_url(photo, "midphoto"),
        }
        if presented.ending == "redfin_sold":
            entries[str(photo_id(photo) + 7)] = about | {"photoId": photo_id(photo) + 7} | _own_copy(presented, place)
    return {"listingId": presented.listing_id, "tagsByPhotoId": entries, "includedFilterTags": {"All": len(entries)}}


def _own_copy(presented: PresentedHome, place: int) -> dict[str, str]:
    base = f"{PHOTO_SITE}/system_files/media/{presented.listing_id % 1_000_000}_JPG"
    return {
        "photoUrl": f"{base}/item_{place}.jpg",
        "thumbnailphotoUrl": f"{base}/genLdpUgcMediaBrowserUrlComp/item_{place}.jpg",
    }

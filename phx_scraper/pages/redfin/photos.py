"""A Redfin gallery: the listing's own pictures, proven by the MLS number in each file name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from phx_scraper.model.photo import Photo, Variant
from phx_scraper.pages.json_values import count, items, mapping, objects, text, value_at
from phx_scraper.pages.photo_urls import RefusedPhotos, all_map_pictures, owned_url

# `/photo/<data source>/<directory>/<last digits of the MLS number>/[gen….]<file>`
_MLS_FILE = re.compile(
    r"/photo/(?P<source>\d{1,6})/(?P<dir>\w{1,40})/\w{1,12}/(?:gen[A-Z]\w{0,30}\.)?"
    r"(?P<stem>(?P<mls>[A-Za-z0-9-]{2,30})(?:_\d{1,4})?_[0-9A-Za-z]{1,4})\.(?P<ext>jpe?g|webp|png)"
)
# Pictures that Redfin took itself have no MLS number: `/system_files/media/<bundle>/[gen…/]item_<k>`.
_OWN_FILE = re.compile(
    r"/system_files/media/(?P<bundle>\w{1,40})/(?:gen\w{1,60}/)?(?P<stem>item_\d{1,4})\.(?P<ext>jpe?g|webp|png)"
)
# Best first. These are Redfin's names; other names answer 404.
_SIZES = ("fullScreenPhotoUrl", "nonFullScreenPhotoUrl", "nonFullScreenPhotoUrlCompressed", "lightboxListUrl")


@dataclass(frozen=True, slots=True)
class OwnListing:
    """The listing's MLS number and the data source of that number, which its own files have in their names."""

    mls: str
    data_source: str


def gallery(
    media: Mapping[str, Any], tags: Mapping[str, Any], own: OwnListing, refused: RefusedPhotos
) -> tuple[Photo, ...]:
    """The photos of `mediaBrowserInfo` in gallery order, captions and tags joined by photo id.

    `media` must be the listing's own; galleries by source id belong to older or second listings.
    """
    photos: dict[str, Photo] = {}
    for place, entry in enumerate(objects(media.get("photos")), 1):
        key, variants = _variants(entry, place, own, refused)
        if not key:
            continue
        if key in photos:
            refused.add("repeated", place)
            continue
        labels = mapping(mapping(tags.get("tagsByPhotoId")).get(text(entry.get("photoId"))))
        photos[key] = Photo(key, len(photos) + 1, variants[0].url, _caption(labels), variants, tags=_tags(labels))
    return tuple(photos.values())


def names_content(url: str) -> bool:
    """Whether a photo's URL tells the picture: an MLS's file has a version, which pictures of Redfin's own have not."""
    return _MLS_FILE.fullmatch(urlsplit(url).path) is not None


def number_in(address: Any) -> str:
    """The MLS number in a photo URL, empty where it has none."""
    match = _match(address)
    return match.groupdict().get("mls") or "" if match else ""


def _variants(
    entry: Mapping[str, Any], place: int, own: OwnListing, refused: RefusedPhotos
) -> tuple[str, tuple[Variant, ...]]:
    """(key, variants best first) of one entry; every URL must be of the same file as the first good one."""
    key, variants = "", []
    if all_map_pictures([raw for _, raw in _urls(entry)]):
        refused.add("street_view", place)
        return key, ()
    for size, raw in _urls(entry):
        match = _match(raw)
        reason = _refusal(match, own) if match else _refused_url_reason(raw)
        if match is None or reason:
            refused.add(reason, place)
            continue
        key = key or _key(match)
        if _key(match) != key:
            refused.add("mixed_entry", place)
            continue
        width = count(entry.get("width")) if size == _SIZES[0] else None
        kind = match["ext"].replace("jpg", "jpeg")
        variants.append(Variant(str(owned_url("redfin", raw)), width, kind))
    if not key and next(_urls(entry), None) is None:
        refused.add("no_address", place)
    return key, tuple(variants)


def _urls(entry: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for size in _SIZES:
        if value_at(entry, "photoUrls", size):
            yield size, value_at(entry, "photoUrls", size)
    if value_at(entry, "thumbnailData", "thumbnailUrl"):
        yield "thumbnailUrl", value_at(entry, "thumbnailData", "thumbnailUrl")


def _match(raw: Any) -> re.Match[str] | None:
    url = owned_url("redfin", raw)
    path = urlsplit(url).path if url else ""
    return _MLS_FILE.fullmatch(path) or _OWN_FILE.fullmatch(path)


def _refused_url_reason(raw: Any) -> str:
    return "unknown_address" if owned_url("redfin", raw) else "foreign_host"


def _refusal(match: re.Match[str], own: OwnListing) -> str:
    found = match.groupdict()
    if "mls" not in found:
        return ""
    if found["mls"].upper() != own.mls.upper():
        return "foreign_mls"
    return "foreign_source" if own.data_source and found["source"] != own.data_source else ""


def _key(match: re.Match[str]) -> str:
    """(data source, file name), without directory, prefix and extension, which depend on the size."""
    found = match.groupdict()
    return f"{found.get('source') or found['bundle']}/{found['stem']}"


def _caption(labels: Mapping[str, Any]) -> str:
    return text(labels.get("longCaption"), 500) or text(labels.get("shortCaption"), 500)


def _tags(labels: Mapping[str, Any]) -> tuple[str, ...]:
    """Redfin's tags except `All`, which every photo has."""
    found = (text(tag, 60) for tag in items(labels.get("tags"))[:20])
    return tuple(tag for tag in found if tag and tag != "All")

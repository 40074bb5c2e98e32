"""A Zillow gallery: four arrays of the same pictures in different sizes, merged by the picture's hash."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from phx_scraper.model.photo import Photo, Variant
from phx_scraper.pages.json_values import count, mapping, objects, text
from phx_scraper.pages.photo_urls import RefusedPhotos, all_map_pictures, is_map_picture, owned_url
from phx_scraper.pages.zillow.state import GALLERIES

# A match of the whole URL is ten times as quick as taking it apart, and a page has thousands.
_FILE = re.compile(r"https?://[^/?#]+/fp/([0-9a-f]{32})-([a-z0-9_]{1,60})\.(jpe?g|webp|png)(?:[?#].*)?", re.DOTALL)
_HASH = re.compile(r"[0-9a-f]{32}")
_FORMAT_RANK = {"jpeg": 0, "png": 1, "webp": 2}


@dataclass
class _Picture:
    caption: str = ""
    variants: dict[str, Variant] = field(default_factory=dict)


def gallery(home: Mapping[str, Any], refused: RefusedPhotos) -> tuple[Photo, ...]:
    """The photos of a `property` in gallery order, each with all its variants; others are added to `refused`.

    Only the four gallery arrays are read: pictures of other homes, agents and logos are on the same host.
    """
    galleries = [_pictures(home.get(name), refused) for name in GALLERIES]
    merged: dict[str, _Picture] = {}
    # The order is that of the longest array, of the first one among equals.
    for pictures in (max(galleries, key=len), *galleries):
        for key, picture in pictures.items():
            known = merged.setdefault(key, _Picture())
            known.caption = known.caption or picture.caption
            known.variants = picture.variants | known.variants
    return tuple(_photo(key, place, picture) for place, (key, picture) in enumerate(merged.items(), 1))


def names_content(url: str) -> bool:
    """Whether a photo's URL tells the picture: it has the picture's hash, which files of older pages have not."""
    return _FILE.fullmatch(url) is not None


def entries_without_photo(home: Mapping[str, Any]) -> int:
    """The number of entries of the longest gallery array that add no photo: repeated pictures and Street View.

    `photoCount` counts these entries too.
    """
    longest: list[Mapping[str, Any]] = max((list(objects(home.get(name))) for name in GALLERIES), key=len)
    keys = [_variants(entry, place, RefusedPhotos())[0] for place, entry in enumerate(longest, 1)]
    without_key = [entry for key, entry in zip(keys, longest, strict=True) if not key]
    views = sum(all_map_pictures([raw for raw, _ in _urls(entry)]) for entry in without_key)
    shown = [key for key in keys if key]
    return views + len(shown) - len(set(shown))


def _photo(key: str, position: int, picture: _Picture) -> Photo:
    variants = tuple(sorted(picture.variants.values(), key=_rank))
    return Photo(key, position, variants[0].url, picture.caption, variants)


def _rank(variant: Variant) -> tuple[bool, int, int, str]:
    """Sort key, best first: uncropped before the 4:3 crop, then width, then JPEG before WebP.

    Both formats are re-encodings of one original; at equal width the JPEG is the larger file with more detail.
    """
    return variant.cropped, -(variant.width or 0), _FORMAT_RANK.get(variant.format, 9), variant.url


def _pictures(array: Any, refused: RefusedPhotos) -> dict[str, _Picture]:
    """Pictures of one array by hash; of entries with the same hash the first keeps its place."""
    pictures: dict[str, _Picture] = {}
    for place, entry in enumerate(objects(array), 1):
        key, variants = _variants(entry, place, refused)
        if key in pictures:
            refused.add("repeated", place)
        if key:
            picture = pictures.setdefault(key, _Picture(text(entry.get("caption"), 500)))
            picture.variants = variants | picture.variants
    return pictures


def _variants(entry: Mapping[str, Any], place: int, refused: RefusedPhotos) -> tuple[str, dict[str, Variant]]:
    """(hash, variants by URL) of one entry; the first hash counts, a second one in the same entry is refused."""
    key, variants = "", {}
    for raw, width in _urls(entry):
        if is_map_picture(raw):
            refused.add("street_view", place)
            continue
        url = owned_url("zillow", raw)
        match = _FILE.fullmatch(url) if url else None
        if url is None or match is None:
            refused.add("foreign_host" if url is None else "unknown_address", _name(raw))
            continue
        key = key or match[1]
        if match[1] != key:
            refused.add("mixed_entry", match[1])
            continue
        variants[url] = Variant(url, width, _format(match[3]), _is_cropped(match[2]))
    if not variants and next(_urls(entry), None) is None:
        refused.add("no_address", place)
    return key, variants


def _urls(entry: Mapping[str, Any]) -> Iterator[tuple[Any, int | None]]:
    for sources in mapping(entry.get("mixedSources")).values():
        for source in objects(sources):
            if source.get("url"):
                yield source["url"], count(source.get("width"))
    if entry.get("url"):
        yield entry["url"], None


def _name(raw: Any) -> str:
    match = _HASH.search(raw) if isinstance(raw, str) else None
    return match[0] if match else str(raw)


def _format(extension: str) -> str:
    return "jpeg" if extension in ("jpg", "jpeg") else extension


def _is_cropped(size: str) -> bool:
    """`o_a`, `d_d` and `uncropped_*` have the aspect ratio of the original, all others are cropped to 4:3."""
    return size not in ("o_a", "d_d") and not size.startswith("uncropped")

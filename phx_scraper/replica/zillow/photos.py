"""The photo CDN's variants, and the photo arrays of a listing."""

from __future__ import annotations

from typing import Any

from phx_scraper.replica.pictures import Size
from phx_scraper.replica.seeded_random import SeededRandom
from phx_scraper.replica.zillow.gallery import ZillowPhoto

PHOTO_HOST = "photos.zillowstatic.com"

CROPPED = {f"cc_ft_{width}": Size(width, width * 3 // 4) for width in (192, 384, 576, 768, 960, 1152, 1344, 1536)}
UNCROPPED = {
    "d_d": Size(800),
    "o_a": Size(1024),
    "uncropped_scaled_within_1344_1008": Size(1344),
    "uncropped_scaled_within_1536_1152": Size(1536),
}
SINGLE = {
    "p_a": Size(120, 90),
    "p_b": Size(220, 165),
    "p_c": Size(316, 234),
    "p_d": Size(400, 300),
    "p_e": Size(596, 446),
    "p_f": Size(768, 576),
    "p_h": Size(560, 420),
    "h_b": Size(100, 40),
    "h_g": Size(180, 180),
    "h_n": Size(120, 120),
    "zillow_web_95_35": Size(91, 31),
    "zillow_web_logo_inf_11": Size(40, 11),
}
VARIANTS: dict[str, Size] = CROPPED | UNCROPPED | SINGLE


def photo_url(key: str, variant: str, extension: str = "jpg") -> str:
    """The URL of one file of a photo."""
    return f"https://{PHOTO_HOST}/fp/{key}-{variant}.{extension}"


def best_variant(width: int) -> tuple[str, Size]:
    """The widest listed variant and its size: uncropped where there is one within `width` pixels."""
    for variants in (UNCROPPED, CROPPED):
        listed = [(name, size) for name, size in variants.items() if size.width <= width]
        if listed:
            return listed[-1]
    raise AssertionError("the options do not let the width be below the least variant")


def widest_cropped(width: int) -> str:
    """The widest `cc_ft` variant within `width` pixels."""
    return [name for name, size in CROPPED.items() if size.width <= width][-1]


def photo_arrays(photos: tuple[ZillowPhoto, ...], width: int, rng: SeededRandom) -> dict[str, list[dict[str, Any]]]:
    """The arrays of a property, as a page of some month between 2023 and 2026 has them; sizes are in any order."""
    era = rng.pick(("2023", "2024", "2025", "2026"))
    arrays = {"responsivePhotos": [_responsive(photo, width, rng) for photo in photos]}
    if era != "2026":
        with_caption = rng.chance(0.5)
        arrays["photos"] = [_entry(photo, CROPPED, width, rng, with_caption) for photo in photos]
    if width < min(size.width for size in UNCROPPED.values()):
        return arrays
    if era != "2023":
        arrays["originalPhotos"] = [_entry(photo, UNCROPPED, width, rng) for photo in photos]
    original = [_entry(photo, UNCROPPED, width, rng) for photo in photos]
    if era == "2026":
        original = [{"key": photo.key} | entry for photo, entry in zip(photos, original, strict=True)]
    arrays["responsivePhotosOriginalRatio"] = original
    return arrays


def _responsive(photo: ZillowPhoto, width: int, rng: SeededRandom) -> dict[str, Any]:
    return _entry(photo, CROPPED, width, rng) | {"subjectType": None, "url": photo_url(photo.key, "p_d")}


def _entry(
    photo: ZillowPhoto, variants: dict[str, Size], width: int, rng: SeededRandom, with_caption: bool = True
) -> dict[str, Any]:
    listed = [(name, size.width) for name, size in variants.items() if size.width <= width]
    sources = {
        file_format: [
            {"url": photo_url(photo.key, name, extension), "width": wide} for name, wide in rng.shuffled(listed)
        ]
        for file_format, extension in (("jpeg", "jpg"), ("webp", "webp"))
    }
    return ({"caption": photo.caption} if with_caption else {}) | {"mixedSources": sources}

"""What a perfect collector ends with at Zillow, out of the choices and never out of pages."""

from __future__ import annotations

from typing import Any

from phx_scraper.replica.options import Options
from phx_scraper.replica.photo_responses import Wanted
from phx_scraper.replica.zillow.photos import best_variant
from phx_scraper.replica.zillow.presented import show


def visit(address: str, options: Options) -> dict[str, Any]:
    """The visit's end: `outcome` and, when it is ok, `photos` of {key, position, picture, usable}."""
    shown = show(address, options)
    photos = shown.photos if shown.outcome == "ok" else ()
    return {
        "outcome": shown.outcome,
        "photos": [
            {"key": photo.key, "position": position, "picture": photo.picture.seed, "usable": photo.picture.usable}
            for position, photo in enumerate(photos, start=1)
        ],
    }


def warm_photos(address: str, options: Options) -> list[Wanted]:
    """Each photo's best file, as the CDN will be asked for it."""
    shown = show(address, options)
    photos = shown.photos if shown.outcome == "ok" else ()
    variant, size = best_variant(options.width)
    return [Wanted(f"/fp/{photo.key}-{variant}.jpg", photo.picture, size, "JPEG", best=True) for photo in photos]

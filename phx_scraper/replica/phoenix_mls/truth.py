"""What a perfect collector ends with at Phoenix MLS, out of the choices and never out of pages."""

from __future__ import annotations

from typing import Any

from phx_scraper.replica.options import Options
from phx_scraper.replica.phoenix_mls.photos import wanted_original
from phx_scraper.replica.phoenix_mls.presented import show
from phx_scraper.replica.photo_responses import Wanted


def visit(address: str, options: Options) -> dict[str, Any]:
    """The visit's end: `outcome` and, when it is ok, `photos` of {key, position, picture, usable}."""
    shown = show(address, options)
    photos = shown.listing.photos if shown.outcome == "ok" else ()
    return {
        "outcome": shown.outcome,
        "photos": [
            {
                "key": photo.spark_id,
                "position": position,
                "picture": photo.file.picture.seed,
                "usable": photo.file.picture.usable,
            }
            for position, photo in enumerate(photos, start=1)
        ],
    }


def warm_photos(address: str, options: Options) -> list[Wanted]:
    """Each photo's original, as the CDN will be asked for it."""
    shown = show(address, options)
    photos = shown.listing.photos if shown.outcome == "ok" else ()
    return [wanted_original(f"/az/{photo.spark_id}-o.jpg", photo.file) for photo in photos if photo.has_original]

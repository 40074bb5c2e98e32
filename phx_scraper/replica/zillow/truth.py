"""What a perfect collector has of a home from Zillow, computed without rendering a page."""

from __future__ import annotations

from typing import Any

from phx_scraper.replica.options import Options
from phx_scraper.replica.photo_responses import RequestedFile
from phx_scraper.replica.zillow.photos import best_variant
from phx_scraper.replica.zillow.presented import present


def visit(address: str, options: Options) -> dict[str, Any]:
    """The visit's `outcome` and, when it is ok, `photos` of {key, position, picture, usable}."""
    presented = present(address, options)
    photos = presented.photos if presented.outcome == "ok" else ()
    return {
        "outcome": presented.outcome,
        "photos": [
            {"key": photo.key, "position": position, "picture": photo.picture.seed, "usable": photo.picture.usable}
            for position, photo in enumerate(photos, start=1)
        ],
    }


def warm_photos(address: str, options: Options) -> list[RequestedFile]:
    """Each photo's best file, as it is requested from the CDN."""
    presented = present(address, options)
    photos = presented.photos if presented.outcome == "ok" else ()
    variant, size = best_variant(options.width)
    return [RequestedFile(f"/fp/{photo.key}-{variant}.jpg", photo.picture, size, "JPEG", best=True) for photo in photos]

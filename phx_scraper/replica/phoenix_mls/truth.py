"""What a perfect collector has of a home from Phoenix MLS, computed without rendering a page."""

from __future__ import annotations

from typing import Any

from phx_scraper.replica.options import Options
from phx_scraper.replica.phoenix_mls.photos import requested_original
from phx_scraper.replica.phoenix_mls.presented import present
from phx_scraper.replica.photo_responses import RequestedFile


def visit(address: str, options: Options) -> dict[str, Any]:
    """The visit's `outcome` and, when it is ok, `photos` of {key, position, picture, usable}."""
    presented = present(address, options)
    photos = presented.listing.photos if presented.outcome == "ok" else ()
    return {
        "outcome": presented.outcome,
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


def warm_photos(address: str, options: Options) -> list[RequestedFile]:
    """Each photo's original, as it is requested from the CDN."""
    presented = present(address, options)
    photos = presented.listing.photos if presented.outcome == "ok" else ()
    return [requested_original(f"/az/{photo.spark_id}-o.jpg", photo.file) for photo in photos if photo.has_original]

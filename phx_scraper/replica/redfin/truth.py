"""What a perfect collector has of a home from Redfin, computed without rendering a page."""

from __future__ import annotations

from typing import Any

from phx_scraper.replica.options import Options
from phx_scraper.replica.photo_responses import RequestedFile
from phx_scraper.replica.redfin.photos import photo_url, requested_file, requested_own_file
from phx_scraper.replica.redfin.presented import present


def visit(address: str, options: Options) -> dict[str, Any]:
    """The visit's `outcome` and, when it is ok, `photos` of {key, position, picture, usable}."""
    presented = present(address, options)
    photos = presented.photos if presented.outcome == "ok" else ()
    return {
        "outcome": presented.outcome,
        "photos": [
            {
                "key": photo.key,
                "position": position,
                "picture": photo.file.picture.seed,
                "usable": photo.file.picture.usable,
            }
            for position, photo in enumerate(photos, start=1)
        ],
    }


def warm_photos(address: str, options: Options) -> list[RequestedFile]:
    """Each photo's best file, as it is requested from the CDN."""
    presented = present(address, options)
    photos = presented.photos if presented.outcome == "ok" else ()
    paths = ((photo_url(photo).split("/", 3)[3], photo) for photo in photos)
    return [
        requested_own_file(f"/{path}", photo.file, "")
        if photo.bundle
        else requested_file(f"/{path}", photo.file, "bigphoto")
        for path, photo in paths
    ]

"""What a perfect collector ends with at Redfin, out of the choices and never out of pages."""

from __future__ import annotations

from typing import Any

from phx_scraper.replica.options import Options
from phx_scraper.replica.photo_responses import Wanted
from phx_scraper.replica.redfin.photos import photo_url, wanted_file
from phx_scraper.replica.redfin.presented import show


def visit(address: str, options: Options) -> dict[str, Any]:
    """The visit's end: `outcome` and, when it is ok, `photos` of {key, position, picture, usable}."""
    shown = show(address, options)
    photos = shown.photos if shown.outcome == "ok" else ()
    return {
        "outcome": shown.outcome,
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


def warm_photos(address: str, options: Options) -> list[Wanted]:
    """Each photo's best file, as the CDN will be asked for it."""
    shown = show(address, options)
    photos = shown.photos if shown.outcome == "ok" else ()
    paths = ((photo_url(photo).split("/", 3)[3], photo) for photo in photos)
    return [wanted_file(f"/{path}", photo.file, "bigphoto") for path, photo in paths]

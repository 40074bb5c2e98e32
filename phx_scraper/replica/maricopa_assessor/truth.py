"""What a perfect collector with a valid token has of a home from the Assessor: sketches, its only pictures."""

from __future__ import annotations

from typing import Any

from phx_scraper.replica.maricopa_assessor.presented import present
from phx_scraper.replica.options import Options
from phx_scraper.replica.photo_responses import RequestedFile


def visit(address: str, options: Options) -> dict[str, Any]:
    """The visit's `outcome` and, when it is ok, `photos` of {key, position, picture, usable}."""
    presented = present(address, options)
    sketches = presented.sketches if presented.outcome == "ok" else ()
    return {
        "outcome": presented.outcome,
        "photos": [
            {
                "key": f"{presented.apn}/{sketch.page}",
                "position": position,
                "picture": f"sketch-{sketch.seed}",
                "usable": not sketch.cut,
            }
            for position, sketch in enumerate(sketches, start=1)
        ],
    }


def warm_photos(address: str, options: Options) -> list[RequestedFile]:
    """None: sketches are part of JSON responses and are cheap to draw."""
    return []

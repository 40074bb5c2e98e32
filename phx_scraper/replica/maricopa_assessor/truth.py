"""What a perfect collector with a valid token ends with at the Assessor: sketches, its only pictures."""

from __future__ import annotations

from typing import Any

from phx_scraper.replica.maricopa_assessor.presented import show
from phx_scraper.replica.options import Options
from phx_scraper.replica.photo_responses import Wanted


def visit(address: str, options: Options) -> dict[str, Any]:
    """The visit's end: `outcome` and, when it is ok, `photos` of {key, position, picture, usable}."""
    shown = show(address, options)
    sketches = shown.sketches if shown.outcome == "ok" else ()
    return {
        "outcome": shown.outcome,
        "photos": [
            {
                "key": f"{shown.apn}/{sketch.page}",
                "position": position,
                "picture": f"sketch-{sketch.seed}",
                "usable": not sketch.cut,
            }
            for position, sketch in enumerate(sketches, start=1)
        ],
    }


def warm_photos(address: str, options: Options) -> list[Wanted]:
    """None: sketches stand inside answers and cost little to draw."""
    return []

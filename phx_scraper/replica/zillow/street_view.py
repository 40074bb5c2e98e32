"""The photo arrays of a home without photos: Google's Street View image in each."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from phx_scraper.replica.zillow.presented import PresentedHome

_SIZES = ((400, 300), (768, 576), (1024, 768), (1536, 1152))
_VIEWER = "https://maps.googleapis.com/maps/api/streetview"


def street_view(presented: PresentedHome) -> dict[str, Any]:
    """The photo arrays, each with that one entry."""
    urls = [{"url": _url(presented, *size), "width": size[0]} for size in _SIZES]
    entry = {"caption": "", "mixedSources": {"jpeg": urls, "webp": []}, "url": _url(presented, *_SIZES[0])}
    names = ("responsivePhotos", "originalPhotos", "responsivePhotosOriginalRatio", "compsCarouselPropertyPhotos")
    return {name: [entry] for name in names}


def _url(presented: PresentedHome, width: int, height: int) -> str:
    signed = {"key": "replica", "signature": presented.rng("street view").hex(27)}
    parameters = {"location": presented.home.text, "size": f"{width}x{height}"} | signed
    return f"{_VIEWER}?{urlencode(parameters)}"

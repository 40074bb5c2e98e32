"""The gallery as the page's markup shows it: seven pictures from here and there and the label "N photos"."""

from __future__ import annotations

from html import escape

from phx_scraper.replica.redfin.photos import photo_url
from phx_scraper.replica.redfin.presented import PresentedHome

_LARGE = (0, 4, 6, 10, 13, 16, 20)
"""Which photos of a long gallery are shown: why just these is not known."""
_SMALL = 5


def mosaic(presented: PresentedHome) -> str:
    """Markup of the gallery; none where the listing has no photos."""
    total = len(presented.photos)
    if not total:
        return ""
    shown = [place for place in _LARGE if place < total] if total > max(_LARGE) else list(range(min(total, _SMALL)))
    tiles = "".join(_tile(presented, index, position) for position, index in enumerate(shown))
    return (
        '<div class="componentSection InlinePhotoPreviewSection"><div class="InlinePhotoPreviewRedesign-Container">'
        '<div class="InlinePhotoPreviewRedesign Section" data-rf-test-id="mediaBrowser">'
        f'<div class="wide column">{tiles}</div><div class="InlinePhotoPreviewRedesign--RightButtons">'
        '<div data-buttonenum="photos" class="PreviewButton inline-block" id="photoPreviewButton">'
        f'<button type="button" class="bp-Button" aria-label="{total} photos"><span class="ButtonIcon"></span>'
        f'<span class="ButtonLabel">{total} photos</span></button></div></div></div></div></div>'
    )


def _tile(presented: PresentedHome, index: int, position: int) -> str:
    url = photo_url(presented.photos[index], "bigphoto" if position == 0 else "mbpaddedwide")
    return (
        f'<div class="photo photo-{position + 1} vertical"><a data-rf-test-id="MB-image-card-{position}">'
        f'<span id="MBImage{index or ""}" data-index="{index}" data-position="{position}">'
        f'<img class=" landscape" alt="{escape(presented.stated.text)}" src="{url}"/></span></a></div>'
    )

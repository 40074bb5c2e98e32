"""The gallery as the page's markup shows it: five pictures and the label "See all N photos"; the state has them all."""

from __future__ import annotations

from phx_scraper.replica.options import Options
from phx_scraper.replica.zillow.gallery import ZillowPhoto
from phx_scraper.replica.zillow.photos import CROPPED, photo_url, widest_cropped

SHOWN = 5
_FIRST, _OTHERS = 1536, 768
"""Pixels of the widest file that the markup names: the first picture is the large one."""


def mosaic(photos: tuple[ZillowPhoto, ...], claimed: int, options: Options) -> str:
    """Markup of the gallery; none where the listing has no photos."""
    if not photos:
        return ""
    tiles = "".join(_tile(place, photo, options) for place, photo in enumerate(photos[:SHOWN], start=1))
    return (
        '<div data-testid="hollywood-gallery"><div data-testid="hollywood-gallery-images">'
        '<div data-testid="gallery-status-pill"><span></span><span>For sale</span></div>'
        '<button data-testid="gallery-see-all-photos-button" data-mst-cy="gallery-see-all-photos-button">'
        f'<svg viewBox="0 0 32 32"><path d="M28 4v8h-8V4h8"></path></svg> See all {claimed} photos</button>'
        '<div data-testid="hollywood-gallery-images-tile-list" role="list" aria-label="media gallery tiles">'
        f"{tiles}</div></div></div>"
    )


def _tile(place: int, photo: ZillowPhoto, options: Options) -> str:
    widest = min(options.width, _FIRST if place == 1 else _OTHERS)
    sources = "".join(
        f'<source type="image/{file_format}" srcset="{_srcset(photo, widest, extension)}" sizes="60vw"/>'
        for file_format, extension in (("webp", "webp"), ("jpeg", "jpg"))
    )
    picture = f'<img src="{photo_url(photo.key, widest_cropped(min(widest, 960)))}" alt=""/>'
    form = "media-stream-tile--prominent" if place == 1 else f"tile-{place - 1}"
    return (
        f'<li class="media-stream-tile {form}" role="listitem"><figure>'
        f'<button aria-label="view larger view of the {place} photo of this home">'
        f"<picture>{sources}{picture}</picture></button></figure></li>"
    )


def _srcset(photo: ZillowPhoto, widest: int, extension: str) -> str:
    listed = [(name, size.width) for name, size in CROPPED.items() if size.width <= widest]
    return ", ".join(f"{photo_url(photo.key, name, extension)} {width}w" for name, width in listed)

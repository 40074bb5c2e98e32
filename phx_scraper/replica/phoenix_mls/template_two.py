"""Detail pages in the plugin's second template: a slideshow and labelled details."""

from __future__ import annotations

from html import escape

from phx_scraper.replica.phoenix_mls.facts import groups
from phx_scraper.replica.phoenix_mls.photos import photo_url
from phx_scraper.replica.phoenix_mls.presented import MlsListing, PresentedHome
from phx_scraper.replica.phoenix_mls.urls import mls_address

_OUTSIDE = ("Status", "List Date", "Current Price")


def content(presented: PresentedHome, listing: MlsListing) -> str:
    """What the plugin prints into the page."""
    address = escape(mls_address(presented.stated))
    table = groups(presented, listing)
    above = {label: value for values in table.values() for label, value in values.items() if label in _OUTSIDE}
    pin = presented.stated
    return (
        f'<div class="flexmls-listing-details flexmls-v2-widget"><h2 class="property-title">{address}</h2>'
        f'{_slides(presented, listing, address)}{_above(above)}<span class="mls-id">MLS# {listing.mls}</span>'
        f"{''.join(_group(header, values) for header, values in table.items())}"
        f"<div id='flexmls_connect__map_canvas' latitude='{pin.latitude}' longitude='{pin.longitude}'></div></div>"
    )


def _slides(presented: PresentedHome, listing: MlsListing, address: str) -> str:
    """Nothing at all for a listing without photos; tours and, on some pages, the script's clones are inserted."""
    if not listing.photos:
        return ""
    slides = [
        f'<img class="owl-lazy" data-src="{photo_url(photo)}" alt="{escape(photo.caption) or address}" />'
        for photo in listing.photos
    ]
    cover = photo_url(listing.photos[0])
    if presented.rng("tour").chance(0.3):
        tour = f'<div class="listing-image listing-vtour" style="background-image: url(\'{cover}\');"></div>'
        slides.insert(1, tour)
    if presented.rng("clone").chance(0.2):
        last = photo_url(listing.photos[-1])
        slides.insert(0, f'<div class="owl-item cloned"><img class="owl-lazy" data-src="{last}" alt="" /></div>')
    slideshow = f'<div id="listing-slideshow" class="owl-carousel">{"".join(slides)}</div>'
    return f'<div class="slideshow-wrapper">{slideshow}</div>'


def _above(values: dict[str, str]) -> str:
    return "".join(
        f'<span class="flexmls-detail"><span class="detail-label">{escape(label)}:</span>'
        f' <span class="detail-value">{escape(value)}</span></span>'
        for label, value in values.items()
    )


def _group(header: str, values: dict[str, str]) -> str:
    cells = "".join(
        f'<span class="detail-value"><b>{escape(label)}:</b> {escape(value)}</span>'
        for label, value in values.items()
        if label not in _OUTSIDE
    )
    return f'<div class="property-details-wrapper"><h3>{escape(header)}</h3>{cells}</div>'

"""Detail pages in the plugin's first template: main image, film strip, hidden light box, table of labels."""

from __future__ import annotations

from html import escape

from phx_scraper.replica.phoenix_mls.facts import groups
from phx_scraper.replica.phoenix_mls.photos import photo_url, resized_url
from phx_scraper.replica.phoenix_mls.presented import MlsListing, PresentedHome
from phx_scraper.replica.phoenix_mls.urls import PLUGIN, mls_address

_LINE = "<hr class='flexmls_connect__sr_divider'>"


def content(presented: PresentedHome, listing: MlsListing) -> str:
    """What the plugin prints into the page."""
    address = escape(mls_address(presented.stated))
    return (
        f"<div class='flexmls_connect__sr_detail' title='{address} - MLS# {listing.mls}'>{_LINE}"
        f"{_status(listing)}{_summary(presented, listing, address)}{_LINE}"
        f"<div class='flexmls_connect__hidden2'></div>{_photos(listing, address)}"
        f"<div class='flexmls_connect__ld_details'>{_table(presented, listing)}</div></div>"
    )


def _status(listing: MlsListing) -> str:
    """A status block, only where it is not Active."""
    if listing.status == "Active":
        return ""
    word = listing.status.split()[0]
    return f"<div class='flexmls_connect__ld_status status_{word.lower()}'>{escape(word)}</div>"


def _summary(presented: PresentedHome, listing: MlsListing, address: str) -> str:
    home = presented.home
    return (
        f"<div class='flexmls_connect__sr_address'><div class='flexmls_connect__ld_price'>${listing.price:,}</div>"
        f"{address}<br />MLS# {listing.mls}<br />{home.beds} beds &nbsp;|&nbsp; {home.baths:g} baths</div>"
        f"<button><img src='{PLUGIN}/print.png' alt='Print' /> Print</button>"
    )


def _photos(listing: MlsListing, address: str) -> str:
    """Nothing at all for a listing without photos."""
    photos = listing.photos
    if not photos:
        return ""
    title = f"Photo for {address} - Listing #{listing.mls}"
    strip = " ".join(
        f"<img src='{photo_url(photo, 't')}' ind='{place}' fullsrc='{photo_url(photo)}'"
        f" alt='{escape(photo.caption) or address}' title='{title}' width='65' />"
        for place, photo in enumerate(photos)
    )
    box = "".join(
        f"<a href='{photo_url(photo)}' data-connect-ajax='true' rel='p-20251023212000000000000000'"
        f" title='{escape(photo.caption)}'></a>"
        for photo in photos
    )
    return (
        "<div class='flexmls_connect__photos'><div class='flexmls_connect__photo_container'>"
        f"<img src='{resized_url(photos[0], '640x480')}' class='flexmls_connect__main_image' title='{title}'"
        f" alt='{address}' /></div><div class='flexmls_connect__photo_pager'>"
        f"<div class='flexmls_connect__photo_switcher'><button><img src='{PLUGIN}/left.png' alt='Previous' /></button>"
        f"&nbsp; <span>1</span> / {listing.claimed} &nbsp;<button><img src='{PLUGIN}/right.png' alt='Next' /></button>"
        "</div><button class='photo_click flexmls_connect__ld_larger_photos_link'>"
        f"View Larger Photos ({listing.claimed})</button></div>"
        f"<div class='flexmls_connect__filmstrip'>{strip}</div></div>"
        f"<div class='flexmls_connect__hidden'>{box}</div>"
    )


def _table(presented: PresentedHome, listing: MlsListing) -> str:
    return "".join(
        f"<div class='flexmls_connect__ld_detail_table'><div class='flexmls_connect__detail_header'>{escape(header)}"
        f"</div><div class='flexmls_connect__ld_property_detail_body columns2'>{_rows(values)}</div></div>"
        for header, values in groups(presented, listing).items()
    )


def _rows(values: dict[str, str]) -> str:
    cells = "".join(
        f"<div class='flexmls_connect__ld_property_detail'><b>{escape(label)}:</b> {escape(value)}</div>"
        for label, value in values.items()
    )
    return f"<div class='flexmls_connect__ld_property_detail_row'>{cells}</div>"

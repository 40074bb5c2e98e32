"""URLs of the site's pages and of the photo hosts: built and parsed."""

from __future__ import annotations

import re

from phx_scraper.homes import same_home
from phx_scraper.replica.property import Property
from phx_scraper.replica.street_types import FULL_TYPES

SITE = "https://phoenixmlssearch.com"
PLUGIN = f"{SITE}/wp-content/plugins/flexmls-idx/assets/images"
LOGO = f"{SITE}/wp-content/uploads/2020/01/PMS-Logo.gif"
PHOTO_HOST, RESIZE_HOST = "cdn.photos.sparkplatform.com", "cdn.resize.sparkplatform.com"

DETAIL = re.compile(r"/mls/(?P<words>.{0,300}?)-?mls_(?P<mls>[0-9A-Za-z-]{4,20})/?")
PHOTO = re.compile(r"/az/(?P<id>\d{26})(?:-(?P<size>[tmlo]))?\.jpg")
RESIZED = re.compile(r"/az/(?P<box>\d{2,5}x\d{2,5})/true/(?P<id>\d{26})-o\.jpg")

_NOT_WORD = re.compile(r"\W+")


def mls_address(home: Property) -> str:
    """The address as the MLS writes it: `5219 W EL CAMINITO Drive, Glendale, AZ 85302`."""
    address = home.address
    street_type = FULL_TYPES.get(address.type, address.type)
    unit = f"Unit {address.unit}" if address.unit else ""
    words = (address.number, address.direction, address.name.upper(), street_type, address.post_direction, unit)
    street, last = " ".join(filter(None, words)), f"{address.state} {address.zip}".strip()
    mls_form = ", ".join(filter(None, (street, address.city, last)))
    # An address that would parse as another home in this form is left unchanged.
    return mls_form if same_home(mls_form, home.text) else home.text


def detail_url(address: str, mls: str) -> str:
    """The URL of a listing's page; the words before the number do not matter."""
    return f"{SITE}/mls/{_NOT_WORD.sub('-', address).strip('-')}-mls_{mls}"


def words_of(address: str) -> str:
    """The words of an address as they stand in a page's path, lower case."""
    return _NOT_WORD.sub("-", address).strip("-").lower()

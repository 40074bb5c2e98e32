"""URLs of Redfin's pages and files: built and parsed."""

from __future__ import annotations

import re
from dataclasses import replace

from phx_scraper.homes import Address
from phx_scraper.replica.property import Property

SITE = "https://www.redfin.com"
PHOTO_SITE = "https://ssl.cdn-redfin.com"

HOME = re.compile(
    r"/(?P<state>[A-Za-z]{2})/(?P<city>[^/]+)/(?P<street>[^/]+)(?:/unit-(?P<unit>[^/]+))?/home/(?P<id>\d{1,12})/?"
)
BARE = re.compile(r"/home/(?P<id>\d{1,12})/?")
PHOTO = re.compile(
    r"/photo/(?P<source>\d{1,6})/(?P<dir>\w{1,40})/(?P<last>\d{3})/(?P<prefix>gen[A-Z][a-z]{2}\.)?"
    r"(?P<stem>(?P<mls>[A-Za-z0-9]{2,20})(?:_\d{1,4})?_\w{1,6})\.(?P<extension>jpg|webp)"
)
OWN_PHOTO = re.compile(
    r"/system_files/media/(?P<bundle>\w{1,40})/(?P<dir>gen\w{1,40}/)?(?P<stem>item_\d{1,4})\.(?P<extension>jpg|webp)"
)
_NOT_WORD = re.compile(r"[^0-9A-Za-z]+")


def home_path(home: Property, property_id: int) -> str:
    """The home page's path: the street with its zip, the unit in a part of its own."""
    address = home.address
    street = "-".join(filter(None, (_words(street_of(address)), address.zip)))
    unit = f"/unit-{_words(address.unit)}" if address.unit else ""
    return f"/{address.state or 'AZ'}/{_words(address.city) or 'Maricopa-County'}/{street}{unit}/home/{property_id}"


def street_of(address: Address) -> str:
    """The street line without the unit."""
    return replace(address, unit="").street


def _words(text: str) -> str:
    return _NOT_WORD.sub("-", text).strip("-")

"""URLs of Zillow's pages: built and parsed."""

from __future__ import annotations

import re

from phx_scraper.homes import slug

SITE = "https://www.zillow.com"

DETAIL = re.compile(r"/homedetails/(?:(?P<slug>[^/]+)/)?(?P<zpid>\d{1,12})_zpid/?")
SEARCH = re.compile(r"/homes/(?P<slug>[^/]+)_rb/?")
PHOTO = re.compile(r"/fp/(?P<key>[0-9a-f]{32})-(?P<variant>\w{1,40})\.(?P<extension>jpg|webp)")


def detail_path(text: str, zpid: int) -> str:
    """The listing page's path for a canonical address, with the site's capitalisation."""
    words = [word.upper() if len(word) < 3 and not word.isdigit() else word.title() for word in slug(text).split("-")]
    return f"/homedetails/{'-'.join(words)}/{zpid}_zpid/"


def detail_url(text: str, zpid: int) -> str:
    """The listing page's URL."""
    return SITE + detail_path(text, zpid)


def search_path(text: str) -> str:
    """The search page's path for an address."""
    return f"/homes/{slug(text)}_rb/"

"""Page objects: bytes of a page to a Listing, without any I/O."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from importlib import import_module
from inspect import signature

from phx_scraper.errors import NotUnderstood
from phx_scraper.model.listing import Candidate, Listing
from phx_scraper.model.photo import Photo, Variant
from phx_scraper.pages.page_day import page_day
from phx_scraper.sources import SOURCES

__all__ = ["Candidate", "Listing", "Photo", "Variant", "page_day", "photo_bytes", "read", "read_saved"]


def read(source: str, url: str, body: bytes, status: int = 200, day: date | None = None) -> Listing:
    """The listing on a page of `source`, by the module `pages.<source>`.

    `day` is the page's own day (see `page_day`), used to date pages that only say "12 days on the site"; None means the
    present UTC day. Readers of sources whose pages count no days have no parameter `today`.
    Raises Refused when the source declined, NotFound when it says there is no such home, NotUnderstood (its `reason`
    names the missing field) for everything else, and no other exception, whatever the bytes.
    """
    return _read("read", source, url, body, status, day)


def read_saved(source: str, url: str, body: bytes, status: int = 200, day: date | None = None) -> Listing:
    """`read` for what a person saved: also pages without their scripts, which give a partial listing, and older shapes.

    A source without a reader of its own for these is read as always. It is not for answers of a site: there a page
    without its state is a new shape or a wall, and must not pass for a small listing.
    """
    return _read("read_saved", source, url, body, status, day)


def _read(name: str, source: str, url: str, body: bytes, status: int, day: date | None) -> Listing:
    if source not in SOURCES:
        raise NotUnderstood("source", source[:100])
    module = import_module(f"{__name__}.{source}")
    reader = getattr(module, name, None) or module.read
    dated = {"today": day} if day is not None and "today" in signature(reader).parameters else {}
    listing: Listing = reader(url, body, status, **dated)
    return _with_content_names(listing, getattr(module, "names_content", None))


def _with_content_names(listing: Listing, names_content: Callable[[str], bool] | None) -> Listing:
    """The listing with the photos marked whose URL tells the picture; a source that says nothing of it has none."""
    if names_content is None:
        return listing
    photos = tuple(replace(photo, names_content=names_content(photo.url)) for photo in listing.photos)
    return replace(listing, photos=photos)


def photo_bytes(source: str, body: bytes, key: str) -> bytes:
    """The picture with `key` in an answer: the answer itself, except where a source wraps pictures in JSON.

    Raises NotUnderstood.
    """
    extract = getattr(import_module(f"{__name__}.{source}"), "photo_bytes", None)
    return body if extract is None else extract(body, key)

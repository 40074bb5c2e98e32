"""Shared by `scrapy fetch`, `shell` and `parse`: the request of one page, without a list of homes."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import asdict, fields
from typing import Any
from urllib.parse import urlsplit

from scrapy import Spider
from scrapy.http import Response
from scrapy.spiderloader import SpiderLoaderProtocol

from phx_scraper import pages
from phx_scraper.commands.checked_settings import Checked
from phx_scraper.config.nearest import no_such
from phx_scraper.errors import PageError, UsageError
from phx_scraper.model.listing import Listing
from phx_scraper.model.photo import Photo
from phx_scraper.sources import SOURCES, source_of_host
from phx_scraper.spiders.base import HomeSpider


class PageSpider(Spider):
    """Reads one page as a listing of its source, of any home; nothing is stored."""

    name = "page"
    source = ""

    def parse(self, response: Response, **_: Any) -> Iterator[dict[str, Any]]:
        """The listing, or why the page gives none."""
        try:
            yield _as_read(pages.read(self.source, response.url, response.body, response.status))
        except PageError as error:
            yield {"source": self.source, "url": response.url, "ending": type(error).__name__, "reason": str(error)}


def _as_read(listing: Listing) -> dict[str, Any]:
    """Without the fields that only the catalogue fills."""
    read = asdict(listing)
    del read["evidence"]
    names = [part.name for part in fields(Photo)]
    of_page = names[: names.index("data") + 1]
    read["photos"] = tuple({name: photo[name] for name in of_page} for photo in read["photos"])
    return read


def is_home_spider(name: str | None, loader: SpiderLoaderProtocol) -> bool:
    """Whether the named spider is one of ours, which needs a list of homes. Raises UsageError."""
    if not name:
        return False
    try:
        return issubclass(loader.load(name), HomeSpider)
    except KeyError:
        raise UsageError(unknown_spider(name, loader)) from None


def unknown_spider(name: str, loader: SpiderLoaderProtocol) -> str:
    """The sentence for a spider that nobody knows."""
    return no_such(f"there is no spider {name!r}", sorted(loader.list()), name)


def page_spider(url: str, name: str | None) -> type[PageSpider]:
    """A spider for a page of the named source, or of the one that owns the URL's host. Raises UsageError."""
    owner = source_of_host(urlsplit(url).hostname or "")
    source = name if name in SOURCES else owner.name if owner else ""
    if source not in SOURCES:
        raise UsageError(f"no source owns {urlsplit(url).hostname}: say --spider with one of {', '.join(SOURCES)}")
    return type("PageSpider", (PageSpider,), {"source": source})


class OnePageCommand(Checked):
    """Mixin for Scrapy's `fetch`, `shell` and `view`: the host, not the spider, decides how a page is fetched."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """As Scrapy's own, without a spider of ours."""
        try:
            if is_home_spider(opts.spider, self.crawler_process.spider_loader):  # type: ignore[attr-defined]
                opts.spider = None
        except UsageError as error:
            self._refuse(error)
        super().run(args, opts)

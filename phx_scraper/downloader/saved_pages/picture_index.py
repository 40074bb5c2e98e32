"""Where the folder's files hold which photo."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from phx_scraper.pages.page_text import host
from phx_scraper.pages.picture_names import picture_name
from phx_scraper.sources import SOURCES, source_of_host


class PictureSpot(NamedTuple):
    """A picture of `url` in a HAR or MHTML file from `start` up to `end`; or a file of its own, without these."""

    file: str
    url: str = ""
    start: int = 0
    end: int = 0


class PictureIndex:
    """Photos by source and name. Filled by one thread, then only read."""

    def __init__(self) -> None:
        self._spots: dict[tuple[str, str], list[PictureSpot]] = defaultdict(list)

    def add_part(self, file: str, url: str, start: int, end: int) -> None:
        """A picture of a HAR or MHTML file, under its own address."""
        source = source_of_host(host(url))
        if source is not None:
            self._add(source.name, url, PictureSpot(file, url, start, end))

    def add_file(self, file: str) -> None:
        """A picture that a browser saved beside a page, under the last part of its address."""
        for source in SOURCES:
            self._add(source, file, PictureSpot(file))

    def _add(self, source: str, named: str, spot: PictureSpot) -> None:
        name = picture_name(source, named)
        if name:
            self._spots[source, name].append(spot)

    def best(self, source: str, urls: Iterable[str]) -> Iterator[tuple[str, PictureSpot]]:
        """(URL, spot) of the files that hold the photo of `urls` (best first), the best file first.

        The URL is empty where the file may be of several of them.
        """
        asked = list(urls)
        spots = {spot for url in asked for spot in self._spots.get((source, picture_name(source, url)), ())}
        ranked = [(_rank(spot, asked), spot) for spot in spots]
        for (rank, url), spot in sorted(ranked):
            yield url if rank < len(asked) else "", spot


def _rank(spot: PictureSpot, asked: list[str]) -> tuple[int, str]:
    """(place among the URLs, URL); the number of URLs where it is none of them for certain."""
    if spot.url:
        found = [url for url in asked if url == spot.url]
    else:
        found = [url for url in asked if _tail(url) == _tail(spot.file)]
    return (asked.index(found[0]), found[0]) if len(found) == 1 else (len(asked), "")


def _tail(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]

"""On which page of the site a visit is, as a person at a browser would be."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from scrapy.http import Response

from phx_scraper.sources import SOURCES
from phx_scraper.spiders.page_requests import PageRequest

T = TypeVar("T")


class CurrentPage:
    """A visit's first document is a URL that a person types; later ones are led to from the page before.

    What a page's script asks for comes from the page the visit is on, or from the source's first page.
    """

    def __init__(self, source: str) -> None:
        self._first = SOURCES[source].first_page
        self._url = ""

    def referred(self, request: PageRequest[T]) -> PageRequest[T]:
        """The request with the page that it comes from, where it does not name one."""
        if request.expects != "document":
            self._url = self._url or self._first
        return request if request.referer else replace(request, referer=self._url)

    def follow(self, request: PageRequest[T], response: Response) -> None:
        """Be on the page that has answered."""
        if request.expects == "document" and response.status < 400:
            self._url = response.url

"""Words for a spider's path: a question and the reader of its answer, one of several ways, a path that asks.

A path is a generator: it yields a `Question` and is given the answer, so that what one answer leads to stands below it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from scrapy.http import Response

from phx_scraper.errors import PageError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Question(Generic[T]):
    """One request and the reader of its answer, which raises PageError for an answer that says nothing.

    `fetch` is `document` or `json`; a `body` makes it a POST; `referer` is the page that a browser would be on.
    """

    url: str
    read: Callable[[Response], T]
    fetch: str = "json"
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    referer: str = ""


Asking = Generator[Question[Any], Response, T]
"""Asks questions and ends with a T."""


@dataclass(frozen=True, slots=True)
class Way(Generic[T]):
    """One of several ways to the same thing; `ask` ends with it, or with None where the site clearly knows of none.

    `knows` False: its "none" is no proof, because it looks at a part only. `door` names what is likely refused as a
    whole, such as an API beside the pages: after a refusal ways of other doors come first. `earlier` leads to what was
    the home's listing once, and is no way to a home that the site names anew.
    """

    name: str
    ask: Callable[[], Asking[T | None]]
    knows: bool = True
    door: str = ""
    earlier: bool = False


class NoWay(PageError):
    """Every way of a required step was asked in vain; raised by `Steps`, whose `ending` says what that means."""

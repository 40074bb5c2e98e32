"""Runs a spider's callbacks on responses given by URL: no crawl, no server."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from scrapy import Request
from scrapy.http import TextResponse

from phx_scraper.errors import PhxError
from phx_scraper.items import ListingItem
from phx_scraper.model.records import ListingRow, VisitLease
from phx_scraper.run.endings import Ending
from phx_scraper.spiders.base import HomeSpider
from phx_scraper.spiders.closed_ways import ClosedWays
from phx_scraper.spiders.steps import Steps

FIXTURES = Path(__file__).parents[2] / "fixtures"
HOME = "1200 W Saguaro Ln, Peoria, AZ 85345"

Told = bytes | tuple[int, bytes] | PhxError
"""A body with status 200, (status, body), or what a lost or refused request is told to the path as."""


@dataclass
class Walk:
    """How it ended: a listing or an ending; `asked` are the URLs, in order."""

    end: ListingItem | Ending
    asked: list[str]
    steps: Steps
    bodies: list[bytes] = field(default_factory=list)

    @property
    def outcome(self) -> str:
        return self.end.outcome if isinstance(self.end, Ending) else "listing"

    def times(self, part: str) -> int:
        return sum(part in url for url in self.asked)


def visit_of(source: str, **known: Any) -> VisitLease:
    base = VisitLease(
        property_hash="00000000",
        address=HOME,
        slug="x",
        source=source,
        run_id="r",
        holder="h",
        attempts=1,
        needs_page=True,
        listing=None,
        photos=(),
    )
    return replace(base, **known)


def listing_row(source: str, url: str, ids: Mapping[str, str]) -> ListingRow:
    """A listing as an earlier run, or another source, left it."""
    return ListingRow("00000000", source, url, HOME, dict(ids), "for_sale", None, 1, {}, (), (), 1.0, "r")


def walk(
    spider: HomeSpider, answer: Callable[[str], Told], visit: VisitLease | None = None, closed: ClosedWays | None = None
) -> Walk:
    """Answer every question of the spider's path until it ends."""
    steps = Steps(visit or visit_of(spider.source), closed)
    path = spider.path(steps)
    asked: list[str] = []
    bodies: list[bytes] = []
    try:
        question = next(path)
        while True:
            assert len(asked) < 40, asked
            asked.append(question.url)
            bodies.append(question.body)
            told = answer(question.url)
            if isinstance(told, PhxError):
                question = path.throw(told)
                continue
            status, body = told if isinstance(told, tuple) else (200, told)
            question = path.send(TextResponse(question.url, status, body=body, request=Request(question.url)))
    except StopIteration as done:
        return Walk(done.value, asked, steps, bodies)
    except PhxError as error:
        return Walk(steps.ending(error), asked, steps, bodies)


def by_part(answers: Mapping[str, Told], otherwise: Told) -> Callable[[str], Told]:
    """The answer of the first part that stands in the URL."""
    return lambda url: next((told for part, told in answers.items() if part in url), otherwise)


def fixture(source: str, case: str) -> bytes:
    return next((FIXTURES / source / case).glob("input.*")).read_bytes()

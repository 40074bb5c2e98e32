"""Runs a spider's real path with prepared answers by URL: no crawl, no server."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from scrapy import Request
from scrapy.http import TextResponse

from phx_scraper.errors import PhxError
from phx_scraper.items import ListingItem
from phx_scraper.model.listing import Listing
from phx_scraper.model.outcome import Outcome
from phx_scraper.model.visit import VisitLease
from phx_scraper.spiders.base import HomeSpider
from phx_scraper.spiders.blocked_ways import BlockedWays
from phx_scraper.spiders.visit_steps import VisitSteps

FIXTURES = Path(__file__).parents[2] / "fixtures"
HOME = "1200 W Saguaro Ln, Peoria, AZ 85345"

Reply = bytes | tuple[int, bytes] | PhxError
"""A body with status 200, (status, body), or the error of a lost or refused request."""


@dataclass
class Walk:
    """The end, a listing or an outcome; `asked` are the requested URLs, in order."""

    end: ListingItem | Outcome
    asked: list[str]
    steps: VisitSteps
    bodies: list[bytes] = field(default_factory=list)

    @property
    def outcome(self) -> str:
        return self.end.name if isinstance(self.end, Outcome) else "listing"

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
    )
    return replace(base, **known)


def listing_row(source: str, url: str, ids: Mapping[str, str]) -> Listing:
    """A listing of an earlier run or of another source."""
    return Listing(source, url, HOME, dict(ids), "for_sale", None, 1, ())


def walk(
    spider: HomeSpider,
    answer: Callable[[str], Reply],
    visit: VisitLease | None = None,
    blocked: BlockedWays | None = None,
) -> Walk:
    """Answer every request of the spider's path until it ends."""
    steps = VisitSteps(visit or visit_of(spider.source), blocked)
    path = spider.path(steps)
    asked: list[str] = []
    bodies: list[bytes] = []
    try:
        request = next(path)
        while True:
            assert len(asked) < 40, asked
            asked.append(request.url)
            bodies.append(request.body)
            reply = answer(request.url)
            if isinstance(reply, PhxError):
                request = path.throw(reply)
                continue
            status, body = reply if isinstance(reply, tuple) else (200, reply)
            request = path.send(TextResponse(request.url, status, body=body, request=Request(request.url)))
    except StopIteration as done:
        return Walk(done.value, asked, steps, bodies)
    except PhxError as error:
        return Walk(steps.outcome(error), asked, steps, bodies)


def by_part(answers: Mapping[str, Reply], otherwise: Reply) -> Callable[[str], Reply]:
    """The answer of the first part that the URL contains."""
    return lambda url: next((reply for part, reply in answers.items() if part in url), otherwise)


def fixture(source: str, case: str) -> bytes:
    return next((FIXTURES / source / case).glob("input.*")).read_bytes()

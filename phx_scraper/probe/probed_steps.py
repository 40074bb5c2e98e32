"""A visit's steps, watched: which ways were taken, what each asked for, and what it found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeVar

from phx_scraper.downloader.meta_keys import PageWay
from phx_scraper.errors import PhxError, Refused
from phx_scraper.model.listing import Candidate
from phx_scraper.model.visit import VisitLease
from phx_scraper.probe.fetcher import Answer
from phx_scraper.spiders.page_asker import page_ways
from phx_scraper.spiders.page_requests import PageRequest, PageRequests, Way
from phx_scraper.spiders.visit_outcome import FIND
from phx_scraper.spiders.visit_steps import VisitSteps

T = TypeVar("T")


@dataclass(slots=True)
class Look:
    """One page request of a way; `value` is what its parser read, `error` why it read nothing.

    `by` is how it was asked for last: plainly, or by a browser.
    """

    url: str
    by: PageWay = "plain"
    answer: Answer | None = None
    value: Any = None
    error: PhxError | None = None


@dataclass(slots=True)
class WayTaken:
    """One way that was tried at a step (`find`, `page` or `optional`); `offered` counts homes, `own` the asked one."""

    name: str
    step: str
    looks: list[Look] = field(default_factory=list)
    found: Any = None
    error: PhxError | None = None
    offered: int = 0
    own: int = 0


class ProbedSteps(VisitSteps):
    """As a visit's steps are in a crawl; `ways` says what was done, `browser` is the setting's value."""

    def __init__(self, visit: VisitLease, browser: str) -> None:
        super().__init__(visit, page_ways=page_ways(visit.source, browser))
        self.ways: list[WayTaken] = []

    @property
    def first_refusal(self) -> Refused | None:
        """The first refusal, after which the source is asked for nothing more."""
        errors = (error for way in self.ways for error in (way.error, *(look.error for look in way.looks)))
        return next((error for error in errors if isinstance(error, Refused)), None)

    def drop_unasked(self) -> None:
        """Forget the way that was about to make a request when its source was left alone."""
        if self.ways and self.ways[-1].looks and self.last_look.answer is None:
            self.ways[-1].looks.pop()
            if not self.ways[-1].looks:
                self.ways.pop()

    @property
    def last_look(self) -> Look:
        """The page request that is under way, or was last."""
        return self.ways[-1].looks[-1]

    def first_of(self, ways: Sequence[Way[T]], step: str = FIND) -> PageRequests[T]:
        """As in a crawl."""
        return (yield from super().first_of([self._watched(way, step) for way in ways], step))

    def find_home(
        self, ways: Sequence[Way[Candidate]], pages: Callable[[Candidate], Sequence[Way[T]]]
    ) -> PageRequests[T]:
        """As in a crawl."""
        return (yield from super().find_home([self._watched(way, FIND) for way in ways], pages))

    def request(self, request: PageRequest[T]) -> PageRequests[T]:
        """As in a crawl; a look is noted before the request is made."""
        look = Look(request.url)
        self.ways[-1].looks.append(look)
        try:
            look.value = yield from super().request(request)
        except PhxError as error:
            look.error = error
            raise
        return look.value  # type: ignore[no-any-return]

    def matches(self, candidates: Iterable[Candidate]) -> list[Candidate]:
        """As in a crawl."""
        offered = list(candidates)
        found = super().matches(offered)
        self.ways[-1].offered += len(offered)
        self.ways[-1].own += len(found)
        return found

    def _watched(self, way: Way[T], step: str) -> Way[T]:
        return replace(way, run=partial(self._run, way, step))

    def _run(self, way: Way[T], step: str) -> PageRequests[T | None]:
        taken = WayTaken(way.name, step)
        self.ways.append(taken)
        try:
            taken.found = yield from way.run()
        except PhxError as error:
            taken.error = error
            raise
        return taken.found  # type: ignore[no-any-return]

"""A visit's steps: required ones, optional ones, and those with several ways; nothing here does I/O."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from phx_scraper.downloader.meta_keys import PageWay
from phx_scraper.errors import AddressError, NotFound, PageError, PhxError, Refused, WrongHome
from phx_scraper.homes import same_home
from phx_scraper.homes.address_differences import Difference, only_difference
from phx_scraper.model.listing import Candidate
from phx_scraper.model.outcome import Outcome
from phx_scraper.model.visit import VisitLease
from phx_scraper.spiders.blocked_ways import BlockedWays
from phx_scraper.spiders.page_asker import PageAsker
from phx_scraper.spiders.page_requests import NoWayLeft, PageRequest, PageRequests, Way
from phx_scraper.spiders.tried_candidates import TriedCandidates
from phx_scraper.spiders.visit_outcome import FIND, OPTIONAL, PAGE, Attempt, outcome_of_attempts, summary_of

T = TypeVar("T")


class VisitSteps:
    """The progress of one visit: attempts with their results, and addresses that differ in one part only (`near`).

    `way` is the last one's name, `remarks` are for the detail; `page_ways` are those for web pages, in order.
    """

    def __init__(
        self, visit: VisitLease, blocked: BlockedWays | None = None, page_ways: tuple[PageWay, ...] = ("plain",)
    ) -> None:
        self.visit = visit
        self._asker = PageAsker(page_ways, visit.source)
        self.blocked = blocked or BlockedWays()
        self.attempts: list[Attempt] = []
        self.near: dict[str, Difference] = {}
        self.remarks: list[str] = []
        self.way, self._others = "", 0
        self._refused_endpoints: set[str] = set()

    def request(self, request: PageRequest[T]) -> PageRequests[T]:
        """The parsed answer of a request. Raises PageError for a refusal, no answer, or one that is not understood."""
        return (yield from self._asker.ask(request))

    @property
    def unread(self) -> bytes:
        """The body of the last answer that was not understood."""
        return self._asker.unread

    @unread.setter
    def unread(self, body: bytes) -> None:
        self._asker.unread = body

    def first_of(self, ways: Sequence[Way[T]], step: str = FIND) -> PageRequests[T]:
        """The result of the first way that has one. Raises NoWayLeft."""
        for way in self._in_order(ways, step):
            found = yield from self._attempt(way, step)
            if found is not None:
                return found
            if isinstance(self.attempts[-1].error, WrongHome | NotFound) and step == PAGE:
                break  # The page was understood: another way would give the same.
        raise NoWayLeft(step)

    def optional(self, ways: Sequence[Way[T]]) -> PageRequests[T | None]:
        """The result of the first way that has one, else None: a failure does not end the visit."""
        try:
            return (yield from self.first_of(ways, OPTIONAL))
        except NoWayLeft:
            return None

    def find_home(
        self, ways: Sequence[Way[Candidate]], pages: Callable[[Candidate], Sequence[Way[T]]]
    ) -> PageRequests[T]:
        """The page of the first candidate whose page is the home's own. Raises NoWayLeft.

        Where the site names a candidate whose page cannot be fetched, an earlier listing does not replace it.
        """
        tried = TriedCandidates(self.attempts)
        is_named = False
        for way in self._in_order(ways, FIND):
            if is_named and way.stale:
                continue
            candidate = yield from self._attempt(way, FIND)
            if candidate is None or tried.has(candidate, way):
                continue
            try:
                return (yield from self.first_of(pages(candidate), PAGE))
            except NoWayLeft:
                if all(attempt.refused for attempt in self.attempts if attempt.step == PAGE):
                    break  # Other ways lead to the same page, and it is refused.
                is_named |= not way.stale
                tried.add(candidate, way)
        raise NoWayLeft(FIND)

    def match(self, candidates: Iterable[Candidate]) -> Candidate | None:
        """The first candidate that is the requested home; see `matches`."""
        return next(iter(self.matches(candidates)), None)

    def matches(self, candidates: Iterable[Candidate]) -> list[Candidate]:
        """All candidates that are the requested home; those that differ in one part are kept in `near`."""
        address, found = self.visit.address, []
        for candidate in candidates:
            if same_home(address, candidate.address):
                found.append(candidate)
                continue
            self._others += 1
            difference = only_difference(address, candidate.address)
            if difference is not None:
                self.near.setdefault(candidate.address, difference)
        return found

    def search_spellings(
        self, texts: Iterable[str], request: Callable[[str], PageRequest[tuple[Candidate, ...]]]
    ) -> PageRequests[Candidate | None]:
        """The requested home in the answers to one search in several spellings, None where no answer has it."""
        for text in texts:
            found = self.match((yield from self.request(request(text))))
            if found is not None:
                return found
        return None

    def is_denied_by(self, way: str) -> bool:
        """Whether this way has answered that there is no such home."""
        return any(attempt.way == way and attempt.none for attempt in self.attempts)

    def outcome(self, error: PhxError | None = None) -> Outcome:
        """How the visit ends by all attempts, and by an error that no attempt has recorded."""
        is_recorded = isinstance(error, NoWayLeft) or any(attempt.error is error for attempt in self.attempts)
        if error is not None and not is_recorded:
            self.attempts.append(Attempt("proof", PAGE, True, self._asker.host, False, error, ""))
        return outcome_of_attempts(self.attempts, self.near)

    def summary(self) -> str:
        """How a listing was found, if there were failures, remarks or a browser on the way; else empty."""
        is_told = any(attempt.error or attempt.blocked or attempt.by != "plain" for attempt in self.attempts)
        return "; ".join([*self.remarks, *([summary_of(self.attempts)] if is_told else [])])

    def take_answered(self) -> list[str]:
        """The hosts that answered as expected since the last call, except those that refuse the homes' own pages.

        Redfin's look-ups are answered while its pages are refused; such a source must not count as one that answers.
        """
        taken, self._asker.answered = self._asker.answered, []
        return [host for host in taken if not self.blocked.refuses_pages(host)]

    def take_others(self) -> int:
        """The number of other homes that were suggested since the last call."""
        taken, self._others = self._others, 0
        return taken

    def _attempt(self, way: Way[T], step: str) -> PageRequests[T | None]:
        self.way, self._asker.by = way.name, "plain"
        try:
            found = yield from way.run()
        except AddressError as error:
            self._record(way, step, error=PageError("address", str(error)))
            return None
        except PhxError as error:
            self._record_failure(way, step, error)
            return None
        self.blocked.record_answer(way.name)
        self._record(way, step, found=found is not None)
        return found

    def _record_failure(self, way: Way[Any], step: str, error: PhxError) -> None:
        self._record(way, step, error=error)
        if isinstance(error, Refused):
            self._refused_endpoints.add(way.endpoint)
        self.blocked.record_failure(way.name, error, self._asker.host if step == PAGE else "")

    def _in_order(self, ways: Sequence[Way[T]], step: str) -> Iterator[Way[T]]:
        """Open ways in order, those of an endpoint that was just refused last; blocked ways are skipped."""
        left, skipped = self.blocked.split(ways)
        reasons = {way.name: self.blocked.reason(way.name) for way in skipped}
        if not left:
            first, *others = skipped
            yield first
            left, skipped = (others, []) if self.attempts[-1].answered else ([], others)
        while left:
            way = next((one for one in left if one.endpoint not in self._refused_endpoints), left[0])
            left.remove(way)
            yield way
        for way in skipped:
            self._record(way, step, blocked=reasons[way.name])

    def _record(
        self, way: Way[Any], step: str, found: bool = False, error: PhxError | None = None, blocked: str = ""
    ) -> None:
        self.attempts.append(
            Attempt(way.name, step, way.conclusive, self._asker.host, found, error, blocked, self._asker.by)
        )

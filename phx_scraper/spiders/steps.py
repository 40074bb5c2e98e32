"""A visit's steps: required ones, optional ones, and those that several ways lead through; no I/O happens here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeVar
from urllib.parse import urlsplit

from phx_scraper.errors import AddressError, NotFound, NotUnderstood, PageError, PhxError, Refused, WrongHome
from phx_scraper.homes import same_home
from phx_scraper.homes.differences import Difference, near_miss
from phx_scraper.model.listing import Candidate
from phx_scraper.model.outcome import Outcome
from phx_scraper.model.visit import VisitLease
from phx_scraper.spiders.closed_ways import ClosedWays
from phx_scraper.spiders.visit_outcome import FIND, OPTIONAL, PAGE, Note, told, verdict
from phx_scraper.spiders.ways import Asking, NoWay, Question, Way

T = TypeVar("T")


class Steps:
    """How far one visit has come: what was asked, what it gave, which near misses were seen.

    `remarks` are for the ending's detail; `unread` is the body of the last answer that was not understood.
    """

    def __init__(self, visit: VisitLease, closed: ClosedWays | None = None) -> None:
        self.visit = visit
        self.closed = closed or ClosedWays()
        self.notes: list[Note] = []
        self.near: dict[str, Difference] = {}
        self.remarks: list[str] = []
        self.answered: list[str] = []
        self.unread = b""
        self._others = 0
        self._host = ""
        self._refused_doors: set[str] = set()

    def ask(self, question: Question[T]) -> Asking[T]:
        """One question's answer. Raises PageError for a refusal, for no answer and for one that is not understood."""
        self._host = urlsplit(question.url).hostname or ""
        response = yield question
        if response.status >= 500:
            raise PageError(f"http_{response.status}")
        try:
            value = question.read(response)
        except NotUnderstood:
            self.unread = response.body
            raise
        except (NotFound, WrongHome):
            self.answered.append(self._host)
            raise
        self.answered.append(self._host)
        return value

    def one_of(self, ways: Sequence[Way[T]], step: str = FIND) -> Asking[T]:
        """What the first way gives that gives anything. Raises NoWay."""
        for way in self._in_turn(ways, step):
            found = yield from self._attempt(way, step)
            if found is not None:
                return found
            if isinstance(self.notes[-1].error, WrongHome | NotFound) and step == PAGE:
                break  # The page was answered and understood: asked another way it says the same.
        raise NoWay(step)

    def need(self, name: str, ask: Callable[[], Asking[T | None]]) -> Asking[T]:
        """A required step with one way. Raises NoWay."""
        return (yield from self.one_of([Way(name, ask)], PAGE))

    def optional(self, ways: Sequence[Way[T]]) -> Asking[T | None]:
        """What the first way gives that gives anything, else None: a failure here costs only what it would add."""
        try:
            return (yield from self.one_of(ways, OPTIONAL))
        except NoWay:
            return None

    def home(self, ways: Sequence[Way[Candidate]], pages: Callable[[Candidate], Sequence[Way[T]]]) -> Asking[T]:
        """The page of the first candidate whose page is the home's own. Raises NoWay.

        Where the site names one whose page cannot be had, what was the home's listing earlier is no substitute.
        """
        tried: set[str] = set()
        is_named = False
        for way in self._in_turn(ways, FIND):
            if is_named and way.earlier:
                continue
            candidate = yield from self._attempt(way, FIND)
            if candidate is None or _identity(candidate) in tried:
                continue
            tried.add(_identity(candidate))
            try:
                return (yield from self.one_of(pages(candidate), PAGE))
            except NoWay:
                if all(note.refused for note in self.notes if note.step == PAGE):
                    break  # Other ways lead to the same page, and it is refused.
                is_named |= not way.earlier
                self._forget_a_wrong_guess(way)
        raise NoWay(FIND)

    def match(self, candidates: Iterable[Candidate]) -> Candidate | None:
        """The first candidate that is the asked home; near ones are remembered by what sets them apart."""
        return next(iter(self.matches(candidates)), None)

    def matches(self, candidates: Iterable[Candidate]) -> list[Candidate]:
        """All candidates that are the asked home; near ones are remembered by what sets them apart."""
        asked, found = self.visit.address, []
        for candidate in candidates:
            if same_home(asked, candidate.address):
                found.append(candidate)
                continue
            self._others += 1
            difference = near_miss(asked, candidate.address)
            if difference is not None:
                self.near.setdefault(candidate.address, difference)
        return found

    def in_spellings(
        self, texts: Iterable[str], question: Callable[[str], Question[tuple[Candidate, ...]]]
    ) -> Asking[Candidate | None]:
        """The asked home among the answers to a question asked in several spellings, None where none names it."""
        for text in texts:
            found = self.match((yield from self.ask(question(text))))
            if found is not None:
                return found
        return None

    def is_denied_by(self, way: str) -> bool:
        """Whether this way has answered that there is no such home."""
        return any(note.way == way and note.none for note in self.notes)

    def ending(self, error: PhxError | None = None) -> Outcome:
        """How the visit ends by all that was asked, and by an error that no step has noted."""
        if error is not None and not isinstance(error, NoWay) and not any(note.error is error for note in self.notes):
            self._note(Way("proof", self._nothing), PAGE, error=error)
        return verdict(self.notes, self.near)

    def told(self) -> str:
        """The way a listing was found, where something failed on it, and what was remarked; else empty."""
        troubled = any(note.error or note.closed for note in self.notes)
        return "; ".join([*self.remarks, *([told(self.notes)] if troubled else [])])

    def take_answered(self) -> list[str]:
        """The hosts that answered as asked since the last call, but for those that refuse the homes' own pages.

        Redfin's look-ups answer on while its pages are refused; that must not pass for a source that answers.
        """
        taken, self.answered = self.answered, []
        return [host for host in taken if not self.closed.refuses_pages(host)]

    def take_others(self) -> int:
        """The number of other homes that were suggested since the last call."""
        taken, self._others = self._others, 0
        return taken

    def _attempt(self, way: Way[T], step: str) -> Asking[T | None]:
        try:
            found = yield from way.ask()
        except AddressError as error:
            self._note(way, step, error=PageError("address", str(error)))
            return None
        except PhxError as error:
            self._failed(way, step, error)
            return None
        self.closed.answered(way.name)
        self._note(way, step, found=found is not None)
        return found

    def _forget_a_wrong_guess(self, way: Way[Any]) -> None:
        """A page that was only guessed at and is another home's, or gone, says nothing of the asked one."""
        last = self.notes[-1]
        if not way.knows and isinstance(last.error, WrongHome | NotFound):
            self.notes[-1] = replace(last, step=FIND, knows=False)

    def _failed(self, way: Way[Any], step: str, error: PhxError) -> None:
        self._note(way, step, error=error)
        if isinstance(error, Refused):
            self._refused_doors.add(way.door)
        self.closed.failed(way.name, error, self._host if step == PAGE else "")

    def _in_turn(self, ways: Sequence[Way[T]], step: str) -> Iterator[Way[T]]:
        """Open ways in order, those of a door that was just refused last; ways that the run has closed are skipped."""
        left, skipped = self.closed.choose(ways)
        reasons = {way.name: self.closed.reason(way.name) for way in skipped}
        if not left:
            first, *others = skipped
            yield first
            left, skipped = (others, []) if self.notes[-1].answered else ([], others)
        while left:
            way = next((one for one in left if one.door not in self._refused_doors), left[0])
            left.remove(way)
            yield way
        for way in skipped:
            self._note(way, step, closed=reasons[way.name])

    def _note(
        self, way: Way[Any], step: str, found: bool = False, error: PhxError | None = None, closed: str = ""
    ) -> None:
        self.notes.append(Note(way.name, step, way.knows, self._host, found, error, closed))

    def _nothing(self) -> Asking[None]:
        yield from ()


def _identity(candidate: Candidate) -> str:
    """Ids decide, the words of an address of the web do not."""
    return repr(sorted(candidate.ids.items())) if candidate.ids else candidate.url

"""How a visit ends that found no listing, by everything it asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from phx_scraper.errors import NotFound, NotUnderstood, PhxError, Refused
from phx_scraper.homes.differences import Difference
from phx_scraper.model.outcome import Outcome
from phx_scraper.run.error_outcomes import outcome_of
from phx_scraper.run.source_health import failure_of

FIND, PAGE, OPTIONAL = "find", "page", "optional"
MAX_NEAR = 3
_MAX_WORDS = 120


class NamedOnly(NotUnderstood):
    """A way that names the home without leading to it: whatever others say, there is such a home; raised by spiders."""


@dataclass(frozen=True, slots=True)
class Note:
    """What came of one way at one step: it `found` something, raised an `error`, was `closed`, or knew of nothing."""

    way: str
    step: str
    knows: bool
    host: str
    found: bool
    error: PhxError | None
    closed: str

    @property
    def refused(self) -> bool:
        """Whether the source declined here, now or earlier in the run."""
        return bool(self.closed) or isinstance(self.error, Refused)

    @property
    def answered(self) -> bool:
        """Whether anything came back, understood or not."""
        return not self.closed and (self.error is None or failure_of(outcome_of(self.error)) is None)

    @property
    def none(self) -> bool:
        """Whether it was answered clearly that there is nothing."""
        return not self.found and not self.closed and (self.error is None or isinstance(self.error, NotFound))

    def __str__(self) -> str:
        if self.closed:
            return f"{self.way}: left alone ({self.closed})"
        if self.error is None:
            return f"{self.way}: {'ok' if self.found else 'none'}"
        ending = outcome_of(self.error)
        words = f"{ending.reason} ({ending.detail})" if ending.detail else ending.reason
        return f"{self.way}: {words[:_MAX_WORDS]}"


def told(notes: Sequence[Note]) -> str:
    """Every way with what came of it, in the order asked."""
    return "; ".join(str(note) for note in notes)


def verdict(notes: Sequence[Note], near: Mapping[str, Difference]) -> Outcome:
    """`blocked` only where everything that could have told was refused; `not_found` only where something that can know
    said clearly that there is none; anything else is an `error` by its most telling step. `detail` names every way.
    """
    needed = [note for note in notes if note.step != OPTIONAL]
    ending = _ending(needed)
    seen = f"near: {_near(near)}" if near and not any(note.step == PAGE for note in notes) else ""
    detail = "; ".join(filter(None, (seen, told(notes))))
    return replace(ending, detail=detail)


def _ending(notes: Sequence[Note]) -> Outcome:
    pages = [note for note in notes if note.step == PAGE and not note.found]
    failed = [note for note in pages if not note.none]
    if failed:
        return _of_pages(failed)
    # A page that says "gone" without being able to know is believed where a later answer says so too.
    after = notes[notes.index(pages[-1]) :] if pages else notes
    named = [note for note in notes if isinstance(note.error, NamedOnly)]
    if named and not pages:
        return _failed(named[-1])
    if any(note.none and note.knows for note in after):
        return Outcome("not_found", "no_such_listing")
    if pages:
        return Outcome("error", "not_understood:gone")
    telling = [note for note in notes if not note.none] or list(notes)
    if telling and all(note.refused for note in telling):
        return _refused(telling)
    failed = [note for note in telling if note.error is not None and not note.refused]
    return _failed(failed[-1]) if failed else Outcome("error", "no_way")


def _of_pages(pages: Sequence[Note]) -> Outcome:
    """The home is known, its page could not be had."""
    failed = [note for note in pages if not note.refused]
    return _failed(failed[-1]) if failed else _refused(pages)


def _refused(notes: Sequence[Note]) -> Outcome:
    errors = [note.error for note in notes if isinstance(note.error, Refused)]
    if not errors:
        return Outcome("blocked", notes[0].closed)
    waits = [error.retry_after for error in errors if error.retry_after is not None]
    host = next(note.host for note in notes if note.error is errors[0])
    return Outcome("blocked", errors[0].reason, retry_after=max(waits, default=None), host=host)


def _failed(note: Note) -> Outcome:
    assert note.error is not None
    ending = outcome_of(note.error)
    return replace(ending, host=note.host if failure_of(ending) else "")


def _near(near: Mapping[str, Difference]) -> str:
    shown = [f"{address} ({difference})" for address, difference in list(near.items())[:MAX_NEAR]]
    more = len(near) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")

"""The outcome of a visit without a listing, by all its attempts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from phx_scraper.downloader.meta_keys import PageWay
from phx_scraper.errors import NotFound, NotUnderstood, PhxError, Refused
from phx_scraper.homes.address_differences import Difference
from phx_scraper.model.outcome import Outcome
from phx_scraper.run.circuit_breaker import failure_of
from phx_scraper.run.error_outcomes import outcome_of

FIND, PAGE, OPTIONAL = "find", "page", "optional"
MAX_NEAR = 3
_MAX_TEXT = 120


class HomeWithoutPage(NotUnderstood):
    """A way that names the home but has no page of it: the home exists, whatever other ways say. Raised by spiders."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """The result of one way at one step: it `found` something, raised an `error`, was `blocked`, or found nothing.

    `blocked` is the reason, empty for a way that was tried; `by` says how its last page was asked for.
    """

    way: str
    step: str
    conclusive: bool
    host: str
    found: bool
    error: PhxError | None
    blocked: str
    by: PageWay = "plain"

    @property
    def refused(self) -> bool:
        """Whether the source declined here, now or earlier in the run."""
        return bool(self.blocked) or isinstance(self.error, Refused)

    @property
    def answered(self) -> bool:
        """Whether anything came back, understood or not."""
        return not self.blocked and (self.error is None or failure_of(outcome_of(self.error)) is None)

    @property
    def none(self) -> bool:
        """Whether the answer was clearly that there is nothing."""
        return not self.found and not self.blocked and (self.error is None or isinstance(self.error, NotFound))

    def __str__(self) -> str:
        if self.blocked:
            return f"{self.way}: left alone ({self.blocked})"
        name = self.way if self.by == "plain" else f"{self.way} by {self.by}"
        if self.error is None:
            return f"{name}: {'ok' if self.found else 'none'}"
        outcome = outcome_of(self.error)
        text = f"{outcome.reason} ({outcome.detail})" if outcome.detail else outcome.reason
        return f"{name}: {text[:_MAX_TEXT]}"


def summary_of(attempts: Sequence[Attempt]) -> str:
    """Every way with its result, in the order of the attempts."""
    return "; ".join(str(attempt) for attempt in attempts)


def outcome_of_attempts(attempts: Sequence[Attempt], near: Mapping[str, Difference]) -> Outcome:
    """`blocked` only if every attempt that could have found the home was refused; `not_found` only if a conclusive way
    clearly found nothing; else an `error` by the most relevant step. `detail` names every way.
    """
    outcome = _outcome([attempt for attempt in attempts if attempt.step != OPTIONAL])
    seen = f"near: {_near(near)}" if near and not any(attempt.step == PAGE for attempt in attempts) else ""
    return replace(outcome, detail="; ".join(filter(None, (seen, summary_of(attempts)))))


def _outcome(attempts: Sequence[Attempt]) -> Outcome:
    pages = [attempt for attempt in attempts if attempt.step == PAGE and not attempt.found]
    failed = [attempt for attempt in pages if not attempt.none]
    if failed:
        return _of_pages(failed)
    # An inconclusive "gone" of a page counts only if a later answer confirms it.
    after = attempts[attempts.index(pages[-1]) :] if pages else attempts
    named = [attempt for attempt in attempts if isinstance(attempt.error, HomeWithoutPage)]
    if named and not pages:
        return _failed(named[-1])
    if any(attempt.none and attempt.conclusive for attempt in after):
        return Outcome("not_found", "no_such_listing")
    if pages:
        return Outcome("error", "not_understood:gone")
    relevant = [attempt for attempt in attempts if not attempt.none] or list(attempts)
    if relevant and all(attempt.refused for attempt in relevant):
        return _refused(relevant)
    failed = [attempt for attempt in relevant if attempt.error is not None and not attempt.refused]
    return _failed(failed[-1]) if failed else Outcome("error", "no_way")


def _of_pages(pages: Sequence[Attempt]) -> Outcome:
    """The home is known, but its page could not be fetched."""
    failed = [attempt for attempt in pages if not attempt.refused]
    return _failed(failed[-1]) if failed else _refused(pages)


def _refused(attempts: Sequence[Attempt]) -> Outcome:
    errors = [attempt.error for attempt in attempts if isinstance(attempt.error, Refused)]
    if not errors:
        return Outcome("blocked", attempts[0].blocked)
    waits = [error.retry_after for error in errors if error.retry_after is not None]
    host = next(attempt.host for attempt in attempts if attempt.error is errors[0])
    return Outcome("blocked", errors[0].reason, retry_after=max(waits, default=None), host=host)


def _failed(attempt: Attempt) -> Outcome:
    assert attempt.error is not None
    outcome = outcome_of(attempt.error)
    return replace(outcome, host=attempt.host if failure_of(outcome) else "")


def _near(near: Mapping[str, Difference]) -> str:
    shown = [f"{address} ({difference})" for address, difference in list(near.items())[:MAX_NEAR]]
    more = len(near) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")

"""The circuit breaker of one source: when it is left alone, when it is tried again, and what closes it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from phx_scraper.downloader.meta_keys import Kind
from phx_scraper.model.outcome import Outcome
from phx_scraper.run.failure_tally import Tally, counted, with_host
from phx_scraper.storage.catalogue.breakers import BreakerRow
from phx_scraper.views.human_text import moment

CLOSED, OPEN, HALF_OPEN = "closed", "open", "half_open"
NO_ANSWER = frozenset({"timeout", "connection_refused", "host_unknown", "cut_short"})
NO_ANSWER_STARTS = ("download:", "http_5")


@dataclass(frozen=True, slots=True)
class Limits:
    """`failures` in a row open a breaker; it stays open for `cooldown` seconds, or for a longer Retry-After.

    A Retry-After above `longest_wait` seconds opens it at once.
    """

    failures: int
    cooldown: float
    longest_wait: float = 120.0


@dataclass(frozen=True, slots=True)
class SourceFailure:
    """A `refusal` or a `failure` (no answer, or a server error), its reason, and the Retry-After in seconds or 0."""

    what: str
    reason: str
    retry_after: float = 0.0


class CircuitBreaker:
    """Closed -> open after failures in a row -> half-open with one trial -> closed, or open again.

    Pages and photos are counted apart, and each host apart: a source may refuse the one and serve the other. What one
    host refused only its own good answer clears: suggestions, maps and photos come from hosts that answer on while
    listings are refused. A trial ends with the next word of a host that refused. Times are seconds since 1970.
    """

    def __init__(self, row: BreakerRow, limits: Limits) -> None:
        self.limits = limits
        self.on_trial = False
        self.take_over(row)

    def take_over(self, row: BreakerRow) -> None:
        """Stand as the catalogue's row says."""
        self.row = row
        self._tally = Tally(row)
        self._opener = self._tally.worst

    def stand_as(self, other: CircuitBreaker) -> None:
        """Stand as another one of the same source does."""
        self.take_over(other.row)
        self._tally, self._opener, self.on_trial = other._tally, other._opener, other.on_trial

    @property
    def state(self) -> str:
        """`closed`, `open` or `half_open`."""
        if self.on_trial:
            return HALF_OPEN
        return CLOSED if self.row.opened_at is None else OPEN

    @property
    def until(self) -> float:
        """When an open breaker may be tried."""
        return (self.row.opened_at or 0.0) + max(self.limits.cooldown, self.row.retry_after)

    @property
    def failures(self) -> int:
        """Failures in a row, of whichever kind has more."""
        return max(self.row.page_failures, self.row.photo_failures)

    def record_failure(self, kind: Kind, trouble: SourceFailure, now: float, host: str = "") -> bool:
        """Count a refusal or failure of a host; True if the source is to be left alone from now on.

        One that comes when it is left alone already counts for nothing, but that a longer Retry-After is obeyed.
        """
        if self.state == OPEN:
            self.row = replace(self.row, retry_after=max(self.row.retry_after, trouble.retry_after))
            return False
        self._tally.add(kind, host)
        reason = with_host(f"{trouble.what}: {trouble.reason}", host)
        self.row = counted(replace(self.row, reason=reason), self._tally)
        # Who names a time that nobody waits for means all requests, not one.
        is_too_long = trouble.retry_after > self.limits.longest_wait
        if self.state == CLOSED and self.failures < self.limits.failures and not is_too_long:
            return False
        self.on_trial = False
        self._opener = kind, host
        self.row = replace(self.row, opened_at=now, retry_after=trouble.retry_after)
        return True

    def record_success(self, kind: Kind, host: str = "") -> bool:
        """Count a good answer of a host (`""`: of whichever had refused); True if that changes anything.

        One that was under way when the source was given up does not close the breaker: that is for the trial.
        """
        if self.state == OPEN or not self._tally.clear(kind, host):
            return False
        self.row = counted(self.row, self._tally)
        if self._opener not in self._tally:
            self.on_trial = False
            self.row = replace(self.row, opened_at=None, retry_after=0.0)
        return True

    def begin_trial(self, now: float) -> None:
        """Let one visit through; the next answer that counts decides."""
        self.row = replace(self.row, opened_at=now)
        self.on_trial = True

    def adopt(self, row: BreakerRow) -> bool:
        """Follow what other processes on the same catalogue found out; True if the source is to be left alone now."""
        if self.on_trial or row == self.row:
            return False
        was_closed = self.state == CLOSED
        self.take_over(row)
        return was_closed and self.state == OPEN

    def take_back(self, reasons: Collection[str]) -> bool:
        """Forget what this process counted, if the last of it was a failure for one of these reasons."""
        what, _, rest = self.row.reason.partition(": ")
        if what != "failure" or rest.partition(" ")[0] not in reasons or not self.failures:
            return False
        self.on_trial = False
        self.take_over(BreakerRow(self.row.source))
        return True

    def sentence(self) -> str:
        """For a person: until when the source is left alone, and why."""
        what, _, reason = self.row.reason.partition(": ")
        times = f"{self.failures} {what}s in a row" if self.failures > 1 else f"a {what}"
        return f"{self.row.source} is {self.short()} after {times} ({reason})"

    def short(self) -> str:
        """For a row that names the source and has little room; with the day where it is not today."""
        return f"left alone until {moment(self.until)}"


def failure_of(ending: Outcome) -> SourceFailure | None:
    """The refusal or failure that an ending is, else None."""
    if ending.name == "blocked":
        return SourceFailure("refusal", ending.reason, ending.retry_after or 0.0)
    if ending.name == "error" and (ending.reason in NO_ANSWER or ending.reason.startswith(NO_ANSWER_STARTS)):
        return SourceFailure("failure", ending.reason)
    return None

"""The ways that a run skips: those that were refused, and those without an answer several times in a row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from phx_scraper.errors import PageError, PhxError, Refused
from phx_scraper.run.circuit_breaker import failure_of
from phx_scraper.run.error_outcomes import outcome_of
from phx_scraper.spiders.page_requests import Way

MAX_UNANSWERED = 3
"""Homes in a row for which a way gave no answer, after which the run skips it."""

W = TypeVar("W", bound=Way[Any])


class BlockedWays:
    """The blocked ways of one source in one run; cleared when `trial`, the circuit breaker's count of trials, changes.

    A refusal blocks its way, not the home: later homes skip it. Where every way of a step is blocked, the first is
    tried again, and the others if it answers, so that one request is enough; the circuit breaker counts it.
    """

    def __init__(self, trial: Callable[[], int] = lambda: 0) -> None:
        self._trial = trial
        self._seen_trial = trial()
        self._reasons: dict[str, str] = {}
        self._page_hosts: dict[str, str] = {}
        self._unanswered: Counter[str] = Counter()

    def split(self, ways: Sequence[W]) -> tuple[list[W], list[W]]:
        """(open ways, blocked ways) of one step."""
        if self._trial() != self._seen_trial:
            self._seen_trial = self._trial()
            self._reasons.clear()
            self._page_hosts.clear()
            self._unanswered.clear()
        opened = [way for way in ways if way.name not in self._reasons]
        return opened, [way for way in ways if way not in opened]

    def reason(self, name: str) -> str:
        """Why a way is blocked, empty for an open one."""
        return self._reasons.get(name, "")

    def refuses_pages(self, host: str) -> bool:
        """Whether this host refused a way to the homes' own pages, whatever else it answers."""
        return host in self._page_hosts.values()

    def record_answer(self, name: str) -> None:
        """A way was answered: it is open."""
        self._reasons.pop(name, None)
        self._page_hosts.pop(name, None)
        self._unanswered.pop(name, None)

    def record_failure(self, name: str, error: PhxError, page_host: str = "") -> None:
        """A way was refused, or got no answer; an answer that is not understood blocks nothing.

        `page_host` is the host of a home's own page, empty for a look-up. What failed before the way was asked, such as
        the source's first page, says nothing of the way.
        """
        if isinstance(error, PageError) and error.failed_url:
            return
        if isinstance(error, Refused):
            self._reasons[name] = error.reason
            if page_host:
                self._page_hosts[name] = page_host
        elif failure_of(outcome_of(error)) is not None:
            self._unanswered[name] += 1
            if self._unanswered[name] >= MAX_UNANSWERED:
                self._reasons[name] = outcome_of(error).reason

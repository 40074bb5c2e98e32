"""Which ways a run leaves alone: those that were refused, and those that gave no answer several times in a row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from phx_scraper.errors import PhxError, Refused
from phx_scraper.run.error_outcomes import outcome_of
from phx_scraper.run.source_health import failure_of

SILENT = 3
"""Homes in a row at which a way gave no answer at all, after which the run leaves it alone."""


class Named(Protocol):
    """A way, as far as its name goes."""

    @property
    def name(self) -> str:
        """Unique within the source."""
        ...


W = TypeVar("W", bound=Named)


class ClosedWays:
    """The closed ways of one source in one run; `era` changes when the source's breaker tries it again.

    A refusal closes its way, not the home: later homes skip it. Where no way of a step is open, the first is asked
    anew, and the others if it answers, so that one request tells; the circuit breaker counts that.
    """

    def __init__(self, era: Callable[[], int] = lambda: 0) -> None:
        self._era = era
        self._seen_era = era()
        self._reasons: dict[str, str] = {}
        self._page_hosts: dict[str, str] = {}
        self._silent: Counter[str] = Counter()

    def choose(self, ways: Sequence[W]) -> tuple[list[W], list[W]]:
        """(ways to ask, ways to skip) of one step."""
        if self._era() != self._seen_era:
            self._seen_era = self._era()
            self._reasons.clear()
            self._page_hosts.clear()
            self._silent.clear()
        asked = [way for way in ways if way.name not in self._reasons]
        return asked, [way for way in ways if way not in asked]

    def reason(self, name: str) -> str:
        """Why a way is closed, empty for an open one."""
        return self._reasons.get(name, "")

    def refuses_pages(self, host: str) -> bool:
        """Whether a way to the homes' own pages is closed because this host refused it, whatever else it answers."""
        return host in self._page_hosts.values()

    def answered(self, name: str) -> None:
        """A way works."""
        self._reasons.pop(name, None)
        self._page_hosts.pop(name, None)
        self._silent.pop(name, None)

    def failed(self, name: str, error: PhxError, page_host: str = "") -> None:
        """A way was refused, or gave no answer; an answer that is not understood closes nothing.

        `page_host` is the host that was asked for a home's own page, empty for a look-up.
        """
        if isinstance(error, Refused):
            self._reasons[name] = error.reason
            if page_host:
                self._page_hosts[name] = page_host
        elif failure_of(outcome_of(error)) is not None:
            self._silent[name] += 1
            if self._silent[name] >= SILENT:
                self._reasons[name] = outcome_of(error).reason

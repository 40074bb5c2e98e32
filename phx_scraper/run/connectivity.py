"""Tells a machine that is offline from sources that fail: nothing answers it any more, whichever source is asked."""

from __future__ import annotations

import time
from dataclasses import dataclass

UNREACHED = frozenset({"host_unknown", "connection_refused"})
"""Reasons of requests that came to no host at all."""


@dataclass(frozen=True, slots=True)
class _Loss:
    source: str
    host: str
    reason: str


class Connectivity:
    """Requests that reached nobody since the last answer of any host; after `limit` of them it is judged.

    Several sources at once do not vanish by chance. Of one source alone it takes names that cannot be resolved: of
    several hosts, or of all that were asked in this run.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._heard_ever = False
        self._losses: list[_Loss] = []
        self.since = 0.0
        """When the first of them was lost, in seconds since 1970."""

    def heard(self) -> None:
        """Some host answered, whatever it said."""
        self._heard_ever = True
        self._losses.clear()

    def lost(self, source: str, host: str, reason: str) -> None:
        """A request of this source came to nobody, after all tries."""
        if reason in UNREACHED:
            self.since = self.since if self._losses else time.time()
            self._losses.append(_Loss(source, host, reason))

    def is_offline(self, busy: set[str]) -> bool:
        """Whether this machine is to blame; `busy` are the sources that have visits in hand."""
        silent = {loss.source for loss in self._losses}
        return len(self._losses) >= self._limit and busy <= silent and self._nobody_is_there()

    def was_offline(self) -> bool:
        """The same at the end of a run, however few requests it made: nobody answered any."""
        return bool(self._losses) and not self._heard_ever and self._nobody_is_there()

    def _nobody_is_there(self) -> bool:
        if len({loss.source for loss in self._losses}) > 1:
            return True
        several_hosts = len({loss.host for loss in self._losses}) > 1
        return {loss.reason for loss in self._losses} == {"host_unknown"} and (several_hosts or not self._heard_ever)

    def sentence(self) -> str:
        """What a person is told."""
        hosts = ", ".join(dict.fromkeys(loss.host or loss.source for loss in self._losses))
        reasons = ", ".join(sorted({loss.reason for loss in self._losses}))
        return (
            f"no host can be reached ({reasons}: {hosts}): is this machine online? What was asked for stays pending;"
            " run the same command again, it goes on where this stopped"
        )

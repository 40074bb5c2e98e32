"""Refusals for the audit: the first of a key, an address and a kind is noted at once, more within a minute as a number.

Whoever asks in a loop for what a key may not do fills no disk, and lets nobody wait for the catalogue.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from phx_scraper.model.api_key import AuditLine

WINDOW_SECONDS = 60.0
MOST_KINDS = 1000
"""Different refusals within a minute, which have a line each; what comes beyond is counted together."""

_OTHERS = AuditLine(0.0, "", "", "refused", "", 0)
_Kind = tuple[str, str, str, int]


@dataclass(slots=True)
class _Counted:
    line: AuditLine
    until: float
    more: int = 0


class Refusals:
    """Safe for threads; `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._counted: dict[_Kind, _Counted] = {}
        self._unwritten: list[AuditLine] = []

    def is_first(self, line: AuditLine) -> bool:
        """Whether the line is to be noted now; otherwise it is counted, and `take` tells of it."""
        with self._lock:
            counted = self._counted.get(_kind(line))
            if counted is not None:
                counted.more += 1
                return False
            is_known = len(self._counted) < MOST_KINDS
            self._keep(line if is_known else replace(_OTHERS, at=line.at), is_known)
            return is_known

    def take(self, *, is_end: bool = False) -> list[AuditLine]:
        """What was counted in minutes that are over, with `is_end` in all of them; it is forgotten then."""
        with self._lock:
            over = [kind for kind, one in self._counted.items() if is_end or one.until <= self._clock()]
            found = [self._counted.pop(kind) for kind in over]
            before, self._unwritten = self._unwritten, []
        return before + [replace(one.line, subject=f"{one.more} more within a minute") for one in found if one.more]

    def give_back(self, lines: list[AuditLine]) -> None:
        """What was taken and could not be written; as much is kept as are different within a minute."""
        with self._lock:
            self._unwritten = [*self._unwritten, *lines][:MOST_KINDS]

    def _keep(self, line: AuditLine, is_known: bool) -> None:
        new = _Counted(line, self._clock() + WINDOW_SECONDS)
        self._counted.setdefault(_kind(line), new).more += 0 if is_known else 1


def _kind(line: AuditLine) -> _Kind:
    return line.key_id, line.client, line.action, line.status

"""How a worker is asked to leave: by a signal, which a second one makes urgent."""

from __future__ import annotations

import time

_ONE_REQUEST_SECONDS = 0.5
"""A supervisor that signals each process of a group, and the worker that passes its own on, are one request."""


class Leave:
    """`is_asked` after a first signal, `is_urgent` after a second."""

    def __init__(self) -> None:
        self._first: float | None = None
        self.is_urgent = False

    @property
    def is_asked(self) -> bool:
        """Whether the work is to be given back."""
        return self._first is not None

    def ask(self, _number: int, _frame: object) -> None:
        """The signal's handler."""
        now = time.monotonic()
        if self._first is None:
            self._first = now
        elif now - self._first > _ONE_REQUEST_SECONDS:
            self.is_urgent = True

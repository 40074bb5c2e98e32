"""JSONP as jQuery asks for it: a function's name for one load of a page, and a number that no cache has seen."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

JQUERY = "3.7.1"
"""The version that WordPress brings."""


@dataclass(frozen=True, slots=True)
class JsonpCall:
    """The query's `callback` and `_` of one request."""

    callback: str
    number: int


class JsonpCalls:
    """The calls of one page, one after another; jQuery uses a callback's name again once it was called."""

    def __init__(
        self, draw: Callable[[], float] = random.random, seconds_since_1970: Callable[[], float] = time.time
    ) -> None:
        loaded = int(seconds_since_1970() * 1000)
        self._callback = f"jQuery{re.sub(r'[^0-9]', '', f'{JQUERY}{draw()}')}_{loaded}"
        self._numbers = count(loaded + 1)

    def following(self) -> JsonpCall:
        """What the next request has."""
        return JsonpCall(self._callback, next(self._numbers))

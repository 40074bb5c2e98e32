"""What errors of Redis, of its client and of the network mean, each as one sentence."""

from __future__ import annotations

import re

from redis.exceptions import (
    AuthenticationError,
    ConnectionError,
    NoPermissionError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    TimeoutError,
)

from phx_scraper.config.value_kinds import without_password
from phx_scraper.errors import PhxError, QueueUnavailable


class RedisAway(PhxError, RedisError):
    """Redis was not reached for as long as it is waited for; stays in this room."""


ERRORS = (RedisError, ValueError, OSError)
"""What a call of the client may raise; ValueError for an address that is none."""
_MOST_SAID = 200
_OF_PIPELINE = re.compile(r"^Command # \d+ \(.*\) of pipeline caused error: ")
_PASSING = (RedisAway, ConnectionError, TimeoutError, OSError, OutOfMemoryError, ReadOnlyError)
_PASSING_WORDS = ("MISCONF", "MASTERDOWN", "NOREPLICAS", "BUSY", "LOADING", "TRYAGAIN")
"""With which Redis begins its answer where it takes nothing now: its disk is full, its primary away, a script runs."""


def unavailable(url: str, error: BaseException) -> QueueUnavailable:
    """The error to raise in its stead; `url` is without a password."""
    said = _OF_PIPELINE.sub("", without_password(" ".join(str(error).split())))[:_MOST_SAID]
    if isinstance(error, OutOfMemoryError):
        sentence = f"Redis at {url} is full ({said}): give it more memory (maxmemory), or see what else fills it."
    else:
        said = said.rstrip(".")
        sentence = f"Redis at {url} cannot be used ({said}): see that it runs, and that PHX_REDIS_URL names it."
    return QueueUnavailable(sentence, _may_come_back(error))


def _may_come_back(error: BaseException) -> bool:
    """Not where it answers that the password is wrong, or where the address is none."""
    if isinstance(error, AuthenticationError | NoPermissionError):
        return False
    return isinstance(error, _PASSING) or str(error).startswith(_PASSING_WORDS)

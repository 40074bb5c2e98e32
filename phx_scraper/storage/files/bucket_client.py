"""What every server of buckets is asked for: one request at a time, tried again for a bounded time.

A client of a library turns its server's answers into these few; the tries of the libraries are switched off, so that
there is one rule for all.
"""

from __future__ import annotations

import random
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import NamedTuple, TypeVar

from phx_scraper.errors import StorageError
from phx_scraper.model.store_place import BucketPlace
from phx_scraper.storage.files.store import FileFacts


class Patience(NamedTuple):
    """For how many seconds a request is tried, and for how many one try waits for a connection and for bytes."""

    tries: float
    connect: float
    silence: float


PATIENT = Patience(90.0, 5.0, 30.0)
"""Of runs: a server that is away for a minute holds one up, and does not end it."""
HASTY = Patience(2.0, 2.0, 4.0)
"""Of whoever is waited for by others, who may rather come again."""
CONNECTIONS = 64
_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 5.0
_Answer = TypeVar("_Answer")


class Page(NamedTuple):
    """A part of a listing: objects by key, starts of keys that would be folders, and where the next part begins."""

    objects: list[tuple[str, FileFacts]]
    folders: list[str]
    following: str | None


class BucketClient(ABC):
    """Asks the server of a place about objects by their keys; safe for several threads. Raises StorageError.

    `tries` in seconds.
    """

    def __init__(self, place: BucketPlace, patience: Patience = PATIENT) -> None:
        self.place = place
        self.tries = patience.tries

    @abstractmethod
    def find(self, key: str) -> FileFacts | None:
        """What the server tells of an object; None where there is none."""

    @abstractmethod
    def body(self, key: str, last: int | None = None) -> bytes | None:
        """The bytes of an object, or the `last` of them; None where there is none."""

    @abstractmethod
    def put(self, key: str, data: bytes, kind: str) -> None:
        """Write an object of a MIME type; the server compares what it gets with a checksum."""

    @abstractmethod
    def put_new(self, key: str, data: bytes, kind: str) -> bool | None:
        """The same unless an object is there; whether it was written, None where the server knows no conditions."""

    @abstractmethod
    def copy(self, source: str, target: str) -> None:
        """Have the server copy an object."""

    @abstractmethod
    def delete(self, key: str) -> None:
        """Delete an object, there or not."""

    @abstractmethod
    def page(self, start: str, delimiter: str, following: str | None) -> Page:
        """A thousand keys at most that begin with `start`; those that hold the delimiter after it are put together."""

    @abstractmethod
    def _is_passing(self, error: Exception) -> bool:
        """Whether the same request may succeed a little later."""

    @abstractmethod
    def _as_storage_error(self, error: Exception, doing: str, what: str) -> StorageError:
        """The error to raise in its stead; `what` is the URL of what was asked about."""

    def _ask(self, doing: str, key: str, call: Callable[[], _Answer]) -> _Answer:
        until, pause = time.monotonic() + self.tries, _FIRST_PAUSE
        while True:
            try:
                return call()
            except StorageError:
                raise
            except Exception as error:
                if not self._is_passing(error) or time.monotonic() + pause > until:
                    raise self._as_storage_error(error, doing, self.place.url_of(key)) from error
            # Many threads wait for the same server: they come back one after another.
            time.sleep(pause * random.uniform(0.5, 1.0))  # nosec B311
            pause = min(pause * 2, _LONGEST_PAUSE)

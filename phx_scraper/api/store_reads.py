"""Reads of the store of pictures: in threads of their own, and its troubles told as the store's.

A bucket that does not answer holds such a thread for some seconds; those of all other endpoints are not its to hold.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from phx_scraper.api.problems import RequestRefused
from phx_scraper.errors import FileAbsent, ServerAway, StorageError, UnsafePath, WrongBytes
from phx_scraper.storage.files.file_stats import sha256
from phx_scraper.storage.files.store import FileStore

logger = logging.getLogger(__name__)

THREADS = 16
MOST_ASKED = 64
"""Reads that are under way or wait for a thread; whoever asks for more is to come again."""

_FULL = "many pictures are being read: ask for this one again in a while"
_AWAY = "the store of pictures does not answer at the moment: try again later, and look into the log of the API"
_WRONG = (
    "the store holds other bytes than this picture's name says, and asking again does not help: run"
    " scrapy reconcile --read-data"
)
_OTHER = "the store cannot be read, and asking again does not help: look into the log of the API, which says why"
_AGAIN = {"Retry-After": "5"}


class StoreReads:
    """Used in the event loop only."""

    def __init__(self, threads: int = THREADS, most: int = MOST_ASKED) -> None:
        self._threads = ThreadPoolExecutor(threads, "store")
        self._most = most
        self._number = 0

    async def read(self, files: FileStore, path: str, digest: str) -> bytes:
        """The bytes of a file, whose SHA-256 that is. Raises FileAbsent, and RequestRefused for any other trouble."""
        if self._number >= self._most:
            raise RequestRefused(503, _FULL, _AGAIN)
        self._number += 1
        try:
            with told_of_store():
                return await asyncio.get_running_loop().run_in_executor(self._threads, _read, files, path, digest)
        finally:
            self._number -= 1


def _read(files: FileStore, path: str, digest: str) -> bytes:
    # A bucket's store has looked, and read again; a folder's takes a disk at its word, and browsers keep it for a year.
    data = files.read(path)
    if sha256(data) != digest:
        raise WrongBytes(f"{files.place_of(path)} holds other bytes than its name says: scrapy reconcile --read-data.")
    return data


@contextlib.contextmanager
def told_of_store() -> Iterator[None]:
    """Turns what a store complains of into RequestRefused, and its own sentence into the log: it names places.

    What is not there, or cannot be, is the caller's to tell.
    """
    try:
        yield
    except (FileAbsent, UnsafePath):
        raise
    except StorageError as error:
        logger.error("%s", error)
        if isinstance(error, ServerAway):
            raise RequestRefused(503, _AWAY, _AGAIN) from error
        raise RequestRefused(502, _WRONG if isinstance(error, WrongBytes) else _OTHER) from error

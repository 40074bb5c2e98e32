"""How large the store may become, looked at with every request at little cost."""

from __future__ import annotations

import time

from phx_scraper.errors import DiskFull
from phx_scraper.extensions.resource_usage import MEGABYTE
from phx_scraper.storage.files.store import FileStore
from phx_scraper.storage.files.store_size import GIGABYTE

# The store is measured at the beginning, when what was written since may have filled it, and now and then for what
# other processes write: seconds, and times what one measuring took.
MEASURED_AGAIN_SECONDS = 60.0
MEASURED_AGAIN_SHARE = 100.0
SHORTEST_SHARE = 10.0


class StoreLimit:
    """Measures a store by `check`, in any thread but the event loop's. `most_gb` 0 is no bound, and nothing is done."""

    def __init__(self, files: FileStore, most_gb: float) -> None:
        self._files = files
        self._most_gb = most_gb
        self._size = self._written = 0
        self._not_before = self._at_latest = 0.0

    def check(self) -> None:
        """Raises DiskFull if the store is larger than it may be."""
        if not self.is_due():
            return
        self._measure()
        if self._size > self._most_gb * GIGABYTE:
            raise DiskFull(
                f"the store {self._files.place} takes {self._size / MEGABYTE:,.1f} MB, more than"
                f" PHX_MAX_STORE_GB={self._most_gb:g}; make room (scrapy clean, scrapy forget) or raise it, and run"
                " the same command again"
            )

    def is_due(self) -> bool:
        """Whether the store is to be measured now; costs nothing."""
        if not self._most_gb:
            return False
        now, may_be = time.monotonic(), self._size + self._files.written - self._written
        is_full = may_be > self._most_gb * GIGABYTE
        return now >= self._at_latest or (is_full and now >= self._not_before)

    def _measure(self) -> None:
        began = time.monotonic()
        self._written = self._files.written
        self._size = self._files.size()
        ended = time.monotonic()
        self._not_before = ended + SHORTEST_SHARE * (ended - began)
        self._at_latest = ended + max(MEASURED_AGAIN_SECONDS, MEASURED_AGAIN_SHARE * (ended - began))

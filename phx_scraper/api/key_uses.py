"""When keys were used last, kept in memory and written now and then: a question is not to wait for a change."""

from __future__ import annotations

import threading
import time

from phx_scraper.storage.catalogue import key_rows
from phx_scraper.storage.catalogue.catalogue import Catalogue

SECONDS_BETWEEN = 15.0


class KeyUses:
    """Safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._used: dict[str, float] = {}

    def note(self, key_id: str) -> None:
        """It is used now."""
        with self._lock:
            self._used[key_id] = time.time()

    def write(self, catalogue: Catalogue) -> None:
        """Write what is new. Raises StorageError, and then forgets it: the next use says more."""
        with self._lock:
            used, self._used = self._used, {}
        if used:
            with catalogue.transaction() as tx:
                key_rows.note_used(tx, used)

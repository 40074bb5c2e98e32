"""A server that is there and says nothing, as a stopped process or a disk that hangs: its connections are cut.

No bound of libpq sees it: the kernel of the server's machine acknowledges what is sent. A statement may take long at a
server that is well, so after a while the server is asked whether it takes another connection.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from typing import Any

from sqlalchemy import Engine, event

from phx_scraper.storage.catalogue.postgresql_engine import takes_connections

_PER_LOOK = 10
_SOCKET = "phx_silence_socket"
_THREAD_SECONDS = 1.0


class SilenceBound:
    """Cuts connections of an engine on which an answer is waited for more than `seconds`; `end` cuts all such.

    One whose server takes another connection is spared, and looked at again after as long, unless `is_strict`.
    Whoever waited gets the error of a lost connection.
    """

    def __init__(self, engine: Engine, seconds: float) -> None:
        self.is_strict = False
        self._seconds = seconds
        self._engine = engine
        # Re-entrant: whatever allocates may let the garbage collector close a connection in the same thread.
        self._lock = threading.RLock()
        # Its own descriptors: those of libpq may be another connection's by the time that they are cut.
        self._since: dict[socket.socket, float] = {}
        self._is_over = threading.Event()
        # Before SQLAlchemy asks its first question on it.
        event.listen(engine, "connect", self._made, insert=True)
        event.listen(engine, "close", self._closed)
        self._thread = threading.Thread(target=self._look, name="silence", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Cut every connection that waits, and look no more."""
        self._is_over.set()
        self._cut(self._waiting(float("inf")))
        self._thread.join(_THREAD_SECONDS)

    def _made(self, driver: Any, record: Any) -> None:
        """The driver waits in this one method, whatever it has asked for: a statement, more of its rows, a commit."""
        own = record.info[_SOCKET] = socket.socket(fileno=os.dup(driver.fileno()))
        waits = type(driver).wait

        def wait(*arguments: Any, **named: Any) -> Any:
            with self._lock:
                self._since[own] = time.monotonic()
            try:
                return waits(driver, *arguments, **named)
            finally:
                with self._lock:
                    self._since.pop(own, None)

        driver.wait = wait

    def _closed(self, driver: Any, record: Any) -> None:
        driver.__dict__.pop("wait", None)
        own = record.info.pop(_SOCKET, None)
        if own is not None:
            with self._lock:
                own.close()

    def _look(self) -> None:
        while not self._is_over.wait(self._seconds / _PER_LOOK):
            found = self._waiting(time.monotonic() - self._seconds)
            if not found:
                continue
            if self.is_strict or not takes_connections(self._engine):
                self._cut(found)
            else:
                self._spare(found)

    def _waiting(self, latest: float) -> dict[socket.socket, float]:
        """Those that have waited since `latest` or longer."""
        with self._lock:
            return {own: since for own, since in list(self._since.items()) if since < latest}

    def _spare(self, found: dict[socket.socket, float]) -> None:
        with self._lock:
            for own in found:
                if self._since.get(own) == found[own]:
                    self._since[own] = time.monotonic()

    def _cut(self, found: dict[socket.socket, float]) -> None:
        """Unless the answer came meanwhile."""
        with self._lock:
            for own in found:
                if self._since.get(own) == found[own]:
                    with contextlib.suppress(OSError):
                        own.shutdown(socket.SHUT_RDWR)

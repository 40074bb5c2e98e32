"""Metrics for Prometheus, read from catalogue and Redis when it asks: no process counts anything in its memory.

What is read is kept for some seconds, so that nobody who asks often makes work for the catalogue. Each part is read by
a thread of its own and waited for with a bound: Prometheus waits for ten seconds, and a server that is there and says
nothing is to be told within them.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import Metric
from prometheus_client.registry import Collector

from phx_scraper.errors import PhxError
from phx_scraper.service import metric_families as families
from phx_scraper.service.job_service import Service
from phx_scraper.service.redis_queue import RedisQueue
from phx_scraper.storage.catalogue import current_figures
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.files.store import FileStore
from phx_scraper.version import __version__

logger = logging.getLogger(__name__)

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
KEPT_SECONDS = 5.0
MOST_SECONDS = 6.0
"""For which a part is waited for; it is read to its end, for whoever asks next."""
_KEPT_TIMES = 20.0
"""What took a second to read is kept for so many: a large collection is counted less often."""
_HOUR = 3600.0
_DAY = 24 * _HOUR

Read = Callable[[], Sequence[Metric]]


def metrics_text(service: Service, store: FileStore | None = None, patience: float = MOST_SECONDS) -> bytes:
    """All metrics in Prometheus' text format (`CONTENT_TYPE`). Raises nothing: a part that is down is told by one.

    `store` is where pictures are kept, for the room that it has. A part that takes longer than `patience` seconds is
    told as down.
    """
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_collector(service, store, patience))
    return generate_latest(registry)


@lru_cache(maxsize=4)
def _collector(service: Service, store: FileStore | None, patience: float) -> CurrentMetrics:
    return CurrentMetrics(service, store, patience)


class CurrentMetrics(Collector):
    """One service's metrics; for any number of threads."""

    def __init__(self, service: Service, store: FileStore | None, patience: float) -> None:
        self._patience = patience
        self._parts = {"catalogue": _catalogue_parts(service.catalogue)}
        if isinstance(service.queue, RedisQueue):
            self._parts["redis"] = [_redis_part(service.queue)]
        if store is not None:
            self._parts["store"] = [_store_part(store)]

    def collect(self) -> Iterator[Metric]:
        """Read what is due."""
        for parts in self._parts.values():
            for part in parts:
                part.begin()
        found = {name: [part.known(self._patience) for part in parts] for name, parts in self._parts.items()}
        yield families.gauge("build_info", "The version that answers.", {(__version__,): 1.0}, ("version",))
        # A part that has nothing to tell was not asked.
        are_up = {(name,): float(None not in read) for name, read in found.items() if read != [[]]}
        yield families.gauge("up", "1 where a part can be used, 0 where it is down.", are_up, ("part",))
        seconds = {(name,): sum(part.seconds for part in parts) for name, parts in self._parts.items()}
        yield families.gauge("metrics_read_seconds", "How long a part took to read.", seconds, ("part",))
        for read in found.values():
            for metrics in read:
                yield from metrics or ()


class _Part:
    """What is read at once and kept as long as it is young; None where it could not be read in time.

    One thread reads, for all who ask. While it takes no more than twice what it took last, the last ones are told.
    """

    def __init__(self, read: Read) -> None:
        self._read = read
        self._found: Sequence[Metric] | None = None
        self._due = float("-inf")
        self._changed = threading.Condition()
        self._since: float | None = None
        self._usual = self.seconds = 0.0

    def begin(self) -> None:
        """Have it read, where that is due and nobody does."""
        with self._changed:
            now = time.monotonic()
            if self._since is None and now >= self._due:
                # A daemon: whoever ends waits for no server that says nothing.
                thread = threading.Thread(target=self._work, name="metrics", daemon=True)
                # None at the process's bound of threads; who asks next tries again.
                with contextlib.suppress(RuntimeError):
                    thread.start()
                    self._since = now

    def known(self, patience: float) -> Sequence[Metric] | None:
        """What is known as soon as it is read, or has been read for so many seconds."""
        with self._changed:
            if self._since is not None:
                left = self._since + patience - time.monotonic()
                self._changed.wait_for(lambda: self._since is None, max(left, 0.0))
            is_late = self._since is not None and time.monotonic() - self._since > 2 * self._usual
            return None if is_late else self._found

    def _work(self) -> None:
        begun = time.monotonic()
        found: Sequence[Metric] | None = None
        try:
            found = self._read()
        except PhxError as error:
            logger.warning("Metrics of a part are not known: %s", error)
        finally:
            with self._changed:
                self._note(found, begun)

    def _note(self, found: Sequence[Metric] | None, begun: float) -> None:
        now = time.monotonic()
        self._found, self._since, self.seconds = found, None, now - begun
        if found is None:
            self._due = now + KEPT_SECONDS
        else:
            self._usual, self._due = self.seconds, begun + max(KEPT_SECONDS, _KEPT_TIMES * self.seconds)
        self._changed.notify_all()


def _catalogue_parts(catalogue: Catalogue) -> list[_Part]:
    """What is read through, what is small, and whether it takes changes: a standby can still be read."""

    def collection() -> Sequence[Metric]:
        with catalogue.reading() as tx:
            found = current_figures.collection(tx, time.time() - _HOUR)
        return list(families.of_collection(found))

    def work() -> Sequence[Metric]:
        now = time.time()
        with catalogue.reading() as tx:
            found = current_figures.work(tx, now - _DAY)
        return list(families.of_work(found, now))

    def changes() -> Sequence[Metric]:
        catalogue.check_takes_changes()
        return []

    return [_Part(work), _Part(collection), _Part(changes)]


def _redis_part(queue: RedisQueue) -> _Part:
    return _Part(lambda: list(families.of_queue(queue.figures())))


def _store_part(store: FileStore) -> _Part:
    """Of a folder. A bucket has no bound, and one that is away would be waited for: crawls say that it is."""

    def room() -> Sequence[Metric]:
        free = store.free_bytes()
        if free is None:
            return []
        return [families.gauge("store_free_bytes", "Bytes that can still be written.", {(): float(free)})]

    return _Part(room)

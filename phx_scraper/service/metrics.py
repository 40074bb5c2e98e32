"""Metrics for Prometheus, read from catalogue and Redis when it asks: no process counts anything in its memory.

What is read is kept for some seconds, so that nobody who asks often makes work for the catalogue.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import Metric
from prometheus_client.registry import Collector

from phx_scraper.errors import PhxError
from phx_scraper.service import metric_families as families
from phx_scraper.service.jobs import Service
from phx_scraper.service.redis_queue import RedisQueue
from phx_scraper.storage.catalogue import current_figures
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.files.store import FileStore
from phx_scraper.version import __version__

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
KEPT_SECONDS = 5.0
_KEPT_TIMES = 20.0
"""What took a second to read is kept for so many: a large collection is counted less often."""
_HOUR = 3600.0
_DAY = 24 * _HOUR

Read = Callable[[], Sequence[Metric]]


def metrics_text(service: Service, store: FileStore | None = None) -> bytes:
    """All metrics in Prometheus' text format (`CONTENT_TYPE`). Raises nothing: a part that is down is told by one.

    `store` is where pictures are kept, for the room that it has.
    """
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_collector(service, store))
    return generate_latest(registry)


@lru_cache(maxsize=4)
def _collector(service: Service, store: FileStore | None) -> CurrentMetrics:
    return CurrentMetrics(service, store)


class CurrentMetrics(Collector):
    """One service's metrics; for any number of threads."""

    def __init__(self, service: Service, store: FileStore | None) -> None:
        self._parts = {"catalogue": _catalogue_parts(service.catalogue)}
        if isinstance(service.queue, RedisQueue):
            self._parts["redis"] = [_redis_part(service.queue)]
        if store is not None:
            self._parts["store"] = [_store_part(store)]

    def collect(self) -> Iterator[Metric]:
        """Read what is due."""
        found = {name: [part.read() for part in parts] for name, parts in self._parts.items()}
        yield families.gauge("build_info", "The version that answers.", {(__version__,): 1.0}, ("version",))
        are_up = {(name,): float(None not in read) for name, read in found.items()}
        yield families.gauge("up", "1 where a part can be used, 0 where it is down.", are_up, ("part",))
        seconds = {(name,): sum(part.seconds for part in parts) for name, parts in self._parts.items()}
        yield families.gauge("metrics_read_seconds", "How long a part took to read.", seconds, ("part",))
        for read in found.values():
            for metrics in read:
                yield from metrics or ()


class _Part:
    """What is read at once and kept as long as it is young; None where it could not be read."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._found: Sequence[Metric] | None = None
        self._due = float("-inf")
        self._lock = threading.Lock()
        self.seconds = 0.0

    def read(self) -> Sequence[Metric] | None:
        """What is known; whoever asks while another reads waits for that one."""
        with self._lock:
            begun = time.monotonic()
            if begun >= self._due:
                try:
                    self._found = self._read()
                except PhxError:
                    self._found = None
                self.seconds = time.monotonic() - begun
                self._due = begun + max(KEPT_SECONDS, _KEPT_TIMES * self.seconds)
            return self._found


def _catalogue_parts(catalogue: Catalogue) -> list[_Part]:
    """What is read through, and what is small."""

    def collection() -> Sequence[Metric]:
        with catalogue.reading() as tx:
            found = current_figures.collection(tx, time.time() - _HOUR)
        return list(families.of_collection(found))

    def work() -> Sequence[Metric]:
        now = time.time()
        with catalogue.reading() as tx:
            found = current_figures.work(tx, now - _DAY)
        return list(families.of_work(found, now))

    return [_Part(work), _Part(collection)]


def _redis_part(queue: RedisQueue) -> _Part:
    return _Part(lambda: list(families.of_queue(queue.figures())))


def _store_part(store: FileStore) -> _Part:
    """Nothing of a store without a bound."""

    def room() -> Sequence[Metric]:
        free = store.free_bytes()
        known = {} if free is None else {(): float(free)}
        return [families.gauge("store_free_bytes", "Bytes that can still be written.", known)]

    return _Part(room)

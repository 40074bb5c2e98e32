"""A run on a real catalogue as its circuit breakers see it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from phx_scraper.errors import StorageError
from phx_scraper.run.circuit_breaker import Limits, SourceFailure
from phx_scraper.run.circuit_breakers import CircuitBreakers
from phx_scraper.storage.catalogue import breakers
from phx_scraper.storage.catalogue.breakers import BreakerRow
from phx_scraper.storage.catalogue.catalogue import Catalogue
from tests.catalogue_calls import read, write
from tests.unit.storage.catalogue_helpers import SOURCES

REFUSED = SourceFailure("refusal", "forbidden")
UNREACHED = SourceFailure("failure", "host_unknown")
HOST = "www.zillow.com"
LIMITS = Limits(3, 60.0)


class Crawl:
    """A run on a real catalogue, and what its breakers asked of it."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.run_id = "run"
        self.in_hand: dict[tuple[str, str], Any] = {}
        self.blocked: set[str] = set()
        self.counted: list[str] = []
        self.stopped: list[tuple[str, str]] = []
        self.disk_is_full = False

    async def read(self, function: Callable[..., Any], *args: Any) -> Any:
        return read(self.catalogue, function, *args)

    async def write(self, function: Callable[..., Any], *args: Any) -> Any:
        if self.disk_is_full:
            raise StorageError("no space left")
        return write(self.catalogue, function, *args)

    def count(self, key: str, by: int = 1) -> None:
        self.counted += [key] * by

    def block_source(self, source: str) -> None:
        self.blocked.add(source)

    def unblock_source(self, source: str) -> None:
        self.blocked.discard(source)

    def stop(self, reason: str, sentence: str) -> None:
        self.stopped.append((reason, sentence))

    def board(self, limits: Limits = LIMITS) -> CircuitBreakers:
        return CircuitBreakers(self, SOURCES, limits)

    def rows(self) -> dict[str, BreakerRow]:
        return read(self.catalogue, breakers.read)

    def row(self, source: str = "zillow") -> BreakerRow:
        return self.rows()[source]

    def left_alone(self, source: str, since: float) -> None:
        write(self.catalogue, breakers.write, BreakerRow(source, 3, 0, since, 0.0, "refusal: forbidden"))

"""How large a benchmark is, and where it keeps its working files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.homes_list import write_homes
from bench.measure import REPOSITORY
from phx_scraper.replica.options import Options
from phx_scraper.replica.running import Replica, running

WORK = REPOSITORY / "build" / "bench"
WIDTH = 1536
SOURCE = "zillow"
# All pictures of the largest crawl stay in the replica's memory, so that it never reads while it is measured.
_REPLICA_MEGABYTES = 2048


@dataclass(frozen=True, slots=True)
class Plan:
    """Sizes: homes and photos a home of the crawls, homes of the memory runs, pictures, photos in the catalogue."""

    rounds: int = 3
    homes: int = 20
    photos: int = 40
    memory_homes: tuple[int, int] = (20, 60)
    pictures: int = 30
    catalogue: tuple[int, ...] = (1_000, 10_000, 100_000)
    rewrites: int = 5

    @classmethod
    def quick(cls, rounds: int = 1) -> Plan:
        """Small enough to see in half a minute that everything runs; its figures say little."""
        return cls(rounds, 2, 12, (1, 3), 3, (400, 1_200), 2)

    @contextmanager
    def replica(self, homes: int) -> Iterator[tuple[Replica, Path]]:
        """A replica that has drawn the pictures of so many homes, and the file that lists the homes."""
        WORK.mkdir(parents=True, exist_ok=True)
        listed = write_homes(WORK / f"homes-{homes}.csv", homes)
        options = Options(
            photos=(self.photos, self.photos),
            width=WIDTH,
            kinds=frozenset(),
            cache=WORK / "pictures",
            cache_megabytes=_REPLICA_MEGABYTES,
            warm=listed,
            sources=(SOURCE,),
        )
        with running(options) as replica:
            yield replica, listed

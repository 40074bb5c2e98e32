"""Sizes of the benchmark, and the folder of its working files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.homes_list import write_homes
from bench.measure import REPOSITORY
from phx_scraper.replica.options import Options
from phx_scraper.replica.running import Replica, running

WORK = Path(os.environ.get("PHX_BENCH_WORK", REPOSITORY / "build" / "bench"))
WIDTH = 1536
SOURCE = "zillow"
# All pictures of the largest crawl stay in the replica's memory, so that it reads no disk during the measurement.
_REPLICA_MEGABYTES = 2048


@dataclass(frozen=True, slots=True)
class Plan:
    """Sizes: homes and photos a home of the crawls, homes of the runs at all sources and of the memory runs, pictures,
    photos in the catalogue and in the index.
    """

    rounds: int = 3
    homes: int = 20
    photos: int = 40
    source_homes: int = 10
    memory_homes: tuple[int, ...] = (20, 40, 60)
    pictures: int = 30
    catalogue: tuple[int, ...] = (1_000, 10_000, 100_000, 1_000_000)
    rewrites: int = 5
    index: tuple[int, ...] = (1_000, 10_000, 100_000, 1_000_000)

    @classmethod
    def quick(cls, rounds: int = 1) -> Plan:
        """Small sizes, to check in a minute or two that everything runs; its figures are not meaningful."""
        return cls(
            rounds,
            homes=2,
            photos=8,
            source_homes=2,
            memory_homes=(1, 2, 3),
            pictures=1,
            catalogue=(400, 1_200),
            rewrites=2,
            index=(1_000, 70_000),
        )

    @contextmanager
    def replica(self, homes: int) -> Iterator[tuple[Replica, Path]]:
        """A replica with the pictures of `homes` homes drawn, and the file that lists the homes."""
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

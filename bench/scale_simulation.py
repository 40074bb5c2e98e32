"""How long many parcels take at the sources' paces, by workers: `python -m bench.scale_simulation [PARCELS] [SAMPLE]`.

A sample of the homes is gone through in simulated time: workers take slices of 25 homes, each slice begins with the
start of a crawl and ends with its slowest source, and at each source all workers share one queue for pages and one for
photos. Pauses are drawn as crawls draw them (`downloader/pauses.py`, settings as shipped). The figures are multiplied
then. Assumed: every parcel has a listing of 40 photos at three sources and a sketch at the county, two page
requests each, and an answer takes half a second.
"""

from __future__ import annotations

import heapq
import itertools
import math
import random
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field

from scrapy import Request

from bench.command_line import command_line, perhaps, whole
from phx_scraper.config.reading import read_config
from phx_scraper.downloader.pauses import Pauses
from phx_scraper.downloader.slots import page_slot, photo_slot
from phx_scraper.model.job import JobOptions
from phx_scraper.run.least_time import ORDINARY_GALLERY, REQUESTS_PER_HOME
from phx_scraper.sources import SOURCES

PARCELS, SAMPLE = 1_900_000, 5_000
WORKERS = (1, 2, 3, 5, 10, 20, 50)
ANSWER_SECONDS, START_SECONDS = 0.5, 3.0
DAY = 86400.0
PHOTOS = {name: 1 if name == "maricopa_assessor" else ORDINARY_GALLERY for name in SOURCES}

Actor = Generator[float, float, None]
"""Yields the time when it is to go on; is sent the time that it is."""


@dataclass(slots=True)
class Queue:
    """A source's slot, shared by all: one request after another, each after its pause."""

    last: float = -math.inf
    requests: int = 0

    def leave(self, now: float, pause: float) -> float:
        """When a request leaves that comes now; requests come in the order of time."""
        self.last = max(now, self.last + pause)
        self.requests += 1
        return self.last


@dataclass
class Simulation:
    """Homes that wait, queues, and whoever is at work, in the order of time."""

    homes: int
    shares_pace: bool = True
    queues: dict[object, Queue] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._pauses = Pauses(read_config({}))
        self._random = random.Random(13)  # nosec B311 # the same pauses each time
        self._numbers = itertools.count()
        self._due: list[tuple[float, int, Actor]] = []

    def seconds(self, workers: int) -> float:
        """Until all homes are done."""
        for number in range(workers):
            self._start(0.0, self._worker(number))
        now = 0.0
        while self._due:
            now, _, actor = heapq.heappop(self._due)
            try:
                self._go_on(actor.send(now), actor)
            except StopIteration:
                continue
        return now

    def _start(self, at: float, actor: Actor) -> None:
        next(actor)
        self._go_on(at, actor)

    def _go_on(self, at: float, actor: Actor) -> None:
        heapq.heappush(self._due, (at, next(self._numbers), actor))

    def _worker(self, number: int) -> Actor:
        now = yield 0.0
        while self.homes > 0:
            homes = min(self.homes, JobOptions().slice_homes)
            self.homes -= homes
            now = yield now + START_SECONDS
            ended: list[float] = []
            for source in SOURCES:
                self._start(now, self._source(source, number, homes, ended))
            while len(ended) < 2 * len(SOURCES):
                now = yield now + 1.0

    def _source(self, source: str, worker: int, homes: int, ended: list[float]) -> Actor:
        now = yield 0.0
        listings: list[float] = []
        self._start(now, self._photos(source, worker, homes, listings, ended))
        for _ in range(homes):
            for number in range(REQUESTS_PER_HOME):
                pause = self._pause(page_slot(source), source, opens_home=number == 0)
                now = yield self._queue(page_slot(source), worker).leave(now, pause) + ANSWER_SECONDS
            listings.append(now)
        ended.append(now)

    def _photos(self, source: str, worker: int, homes: int, listings: list[float], ended: list[float]) -> Actor:
        now = yield 0.0
        for number in range(homes):
            while len(listings) <= number:
                now = yield now + 1.0
            for _ in range(PHOTOS[source]):
                pause = self._pause(photo_slot(source), source, opens_home=False)
                now = yield self._queue(photo_slot(source), worker).leave(now, pause)
        ended.append(now)

    def _queue(self, slot: str, worker: int) -> Queue:
        return self.queues.setdefault(slot if self.shares_pace else (slot, worker), Queue())

    def _pause(self, slot: str, source: str, opens_home: bool) -> float:
        request = Request(f"https://{min(SOURCES[source].hosts)}/", meta={"download_slot": slot})
        return self._pauses.before(request, opens_home, 1.0 - self._random.random())


def rows(parcels: int, sample: int) -> Iterator[tuple[int, float, float, float]]:
    """Workers, days for all parcels with one pace, then parcels and photos a day."""
    for workers in WORKERS:
        days = Simulation(sample).seconds(workers) * parcels / sample / DAY
        yield workers, days, parcels / days, parcels * sum(PHOTOS.values()) / days


def main(parcels: int, sample: int) -> None:
    """Print the table, then how long each queue is busy were nothing else to wait for."""
    print("| workers | days | homes a day | photos a day |\n| ---: | ---: | ---: | ---: |")
    for workers, days, homes, photos in rows(parcels, sample):
        print(f"| {workers} | {days:,.0f} | {homes:,.0f} | {photos:,.0f} |", flush=True)
    pauses = Pauses(read_config({}))
    generator = random.Random(13)  # nosec B311 # the same pauses each time
    print("\n| queue | seconds a home | days |\n| --- | ---: | ---: |")
    for source in SOURCES:
        for slot, requests in ((page_slot(source), REQUESTS_PER_HOME), (photo_slot(source), PHOTOS[source])):
            request = Request(f"https://{min(SOURCES[source].hosts)}/", meta={"download_slot": slot})
            opens = slot == page_slot(source)
            drawn = [
                pauses.before(request, opens and number % requests == 0, 1.0 - generator.random())
                for number in range(20_000 // requests * requests)
            ]
            seconds = sum(drawn) / len(drawn) * requests
            print(f"| {slot} | {seconds:.1f} | {seconds * parcels / DAY:,.0f} |")


if __name__ == "__main__":
    parser = command_line(__doc__, __file__)
    perhaps(parser, "parcels", PARCELS, whole(), "how many")
    perhaps(parser, "sample", SAMPLE, whole(), "homes that are gone through")
    main(**vars(parser.parse_args()))

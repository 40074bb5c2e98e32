"""Whether several crawls together keep one crawl's pace: `python -m bench.scale_pace [CRAWLS] [SECONDS]`.

One crawl and then several ask a replica of this machine, sharing a Redis of their own, then again without it. Every
pause is one second, so that the rate of requests is known beforehand. Printed for the source's pages and photos: how
many requests came a second and how close the closest two were. Redis is killed and started again in the last round.
Then what a turn costs that nobody has to wait for.
"""

from __future__ import annotations

import asyncio
import select
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from bench.command_line import command_line, perhaps, seconds, whole
from phx_scraper.downloader.shared_pace import SharedPace, SharedTurn
from phx_scraper.replica import Options, Replica, running
from phx_scraper.sources import SOURCES
from tests.integration.crawls import EXAMPLE_HOMES, start
from tests.redis_server import RedisServer

PAUSE = 1.0
SOURCE = "phoenix_mls"
PAGE_HOSTS, PHOTO_HOSTS = SOURCES[SOURCE].page_hosts, SOURCES[SOURCE].photo_hosts
_START_SECONDS, _UNDER_WAY = 120.0, 10
_SLOT, _TURNS = "nobody's", 2_000
_SAME = {"PHX_DELAY_SCALE": PAUSE, "PHX_MIN_DELAY": 1, "PHX_MAX_DELAY": 1, "PHX_MAX_HOME_DELAY": 1}


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Requests of one slot: how many, seconds from the first to the last, and between the closest two."""

    requests: int
    seconds: float
    closest: float

    @property
    def between(self) -> float:
        """Seconds between two requests on average."""
        return self.seconds / max(self.requests - 1, 1)


def rhythm(times: list[float]) -> Rhythm:
    """Of the times, which are sorted first."""
    ordered = sorted(times)
    gaps = [later - earlier for earlier, later in pairwise(ordered)]
    return Rhythm(len(ordered), sum(gaps), min(gaps, default=0.0))


def main(crawls: int, seconds: float) -> None:
    """Measure the rounds, and print."""
    shown = Options(photos=(40, 60), width=384)
    with tempfile.TemporaryDirectory(prefix="phx-pace-") as name, running(shown) as replica:
        folder = Path(name)
        redis = RedisServer(folder)
        told = {"PHX_REDIS_URL": redis.url}

        def away() -> None:
            _wait(seconds / 3)
            redis.kill()
            _wait(seconds / 3)
            redis.start()
            _wait(seconds / 3)

        try:
            _round("1 crawl", replica, folder / "one", 1, told, lambda: _wait(seconds))
            _round(f"{crawls} crawls", replica, folder / "many", crawls, told, lambda: _wait(seconds))
            _round(f"{crawls} crawls, no Redis", replica, folder / "none", crawls, {}, lambda: _wait(seconds))
            _round(f"{crawls} crawls, Redis killed and back", replica, folder / "away", crawls, told, away)
            print(f"a turn: {asyncio.run(_turn_cost(redis.url)):.2f} ms of CPU", flush=True)
        finally:
            redis.kill()


async def _turn_cost(url: str) -> float:
    """Milliseconds of this process's CPU for a request, its end told too."""
    shared = SharedPace(url, {_SLOT: 1}, lambda slot, factor: None)
    began = time.process_time()
    for number in range(_TURNS):
        turn = SharedTurn(_SLOT, 0.0, 0.0, lambda: -1.0, lambda: 0.0, shared.name())
        assert not await shared.left(turn) or number == 0, "it waits for another"
        shared.over(turn)
        await asyncio.sleep(0)
    spent = time.process_time() - began
    await shared.close()
    return 1000 * spent / _TURNS


def _round(
    title: str, replica: Replica, store: Path, crawls: int, told: dict[str, str], work: Callable[[], None]
) -> None:
    replica.reset()
    settings = {**_SAME, **told, "LOG_LEVEL": "ERROR"}
    begun = [start(SOURCE, store, replica.url, addresses=EXAMPLE_HOMES, settings=settings) for _ in range(crawls)]
    # Several processes that start at once take a while on few cores: the round begins when all is under way.
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and _asked(replica, PHOTO_HOSTS) < _UNDER_WAY:
        _wait(0.5)
    replica.reset()
    work()
    times = replica.times()
    for process in begun:
        process.kill()
        process.communicate()
    for kind, hosts in (("pages", PAGE_HOSTS), ("photos", PHOTO_HOSTS)):
        found = rhythm([at for host, all_of in times.items() if host in hosts for at in all_of])
        faster = 100 * (PAUSE / found.between - 1) if found.seconds else 0.0
        print(
            f"{title:32} {kind:6} {found.requests:4} requests, {found.between:.3f} s between two ({faster:+.1f} %),"
            f" closest {found.closest:.3f} s",
            flush=True,
        )


def _asked(replica: Replica, hosts: frozenset[str]) -> int:
    times = replica.times()
    return sum(len(times.get(host, ())) for host in hosts)


def _wait(seconds: float) -> None:
    select.select([], [], [], seconds)


if __name__ == "__main__":
    parser = command_line(__doc__, __file__)
    perhaps(parser, "crawls", 5, whole(), "at once")
    perhaps(parser, "length", 60.0, seconds, "seconds of each round")
    main(*vars(parser.parse_args()).values())

"""Crawls through a hostile front, and the crawls after them once the sites are well again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from phx_scraper.replica import Replica
from tests.integration import crawls
from tests.integration.hostile_proxy import HostileFront, Plan
from tests.integration.hostile_steps import Homes
from tests.integration.hostile_table import CLOSING, HOMES, Cell, cells, planted

PHOTOS = 3
AT_ONCE = 2
PATIENCE = {"timeout": 4}
USUAL_PATIENCE = 60
"""Seconds."""
SETTINGS = {"RETRY_TIMES": 0, "PHX_BREAKER_FAILURES": 1000, "PHX_IMAGE_WORKERS": 1, "PHX_CONCURRENT_HOMES": 4}


@dataclass(frozen=True)
class Told:
    """How a crawl ended: per (home, source) outcome and reason, and the number of usable photos; `met` are the planted
    steps that were asked.
    """

    code: int
    output: str
    endings: dict[tuple[str, str], tuple[str, str]]
    usable: Counter[tuple[str, str]]
    met: frozenset[tuple[str, str, str]] = frozenset()

    def is_whole(self, place: tuple[str, str]) -> bool:
        """Whether a home has everything that a source has of it."""
        photos = 1 if place[1] == "maricopa_assessor" else PHOTOS
        return self.endings[place][0] == "ok" and self.usable[place] >= photos


@dataclass(frozen=True)
class Three:
    """The crawl with an answer's cells, that with the cells which need one of their own, and the one after."""

    hostile: Told
    second: Told
    after: Told


def listed(homes: Iterable[str], folder: Path) -> Path:
    """The homes as a file."""
    file = folder / "homes.csv"
    file.write_text("full_address\n" + "".join(f'"{home}"\n' for home in homes), encoding="utf-8")
    return file


def crawl_through(
    replica: Replica,
    store: Path,
    replaced: Mapping[tuple[str, str, str], str],
    settings: Mapping[str, Any] | None = None,
    spider: str = "all",
) -> Told:
    """A crawl of the homes that the replica knows, through a front that replaces these steps."""
    assert replica.options.homes is not None
    homes = [text.strip().strip('"') for text in replica.options.homes.read_text(encoding="utf-8").splitlines()[1:]]
    plan = Plan(dict(replaced))
    with HostileFront(replica.url, Homes(homes, replica.options), plan) as front:
        chosen = {**SETTINGS, "DOWNLOAD_TIMEOUT": USUAL_PATIENCE, **(settings or {})}
        result = crawls.crawl(spider, store, front.url(), chosen, addresses=replica.options.homes)
    return told(store, result, frozenset(plan.used))


def told(store: Path, result: crawls.Result, met: frozenset[tuple[str, str, str]] = frozenset()) -> Told:
    """What a crawl left behind."""
    joined = "FROM {} JOIN homes USING (property_hash)"
    visits = crawls.rows(store, f"SELECT address, source, outcome, reason {joined.format('visits')}")
    states = "WHERE photos.state IN ('stored', 'duplicate')"
    photos = crawls.rows(store, f"SELECT address, source {joined.format('photos')} {states}")
    endings = {(home, source): (outcome, reason) for home, source, outcome, reason in visits}
    return Told(result.code, result.output, endings, Counter(photos), met)


class Runs:
    """Three crawls for every answer, those of two answers at a time."""

    def __init__(self, replica: Replica, folder: Path) -> None:
        self._replica, self._folder = replica, folder
        self._pool = ThreadPoolExecutor(AT_ONCE)
        self._told: dict[str, Future[Three]] = {}

    def begin(self, answers: Iterable[str]) -> None:
        """Start the crawls."""
        for answer in answers:
            self._told[answer] = self._pool.submit(self._run, answer)

    def of(self, answer: str) -> Three:
        """The crawls of an answer, once they are done."""
        return self._told[answer].result()

    def close(self) -> None:
        """Begin no more."""
        self._pool.shutdown(cancel_futures=True)

    def _run(self, answer: str) -> Three:
        store = self._folder / answer.replace(" ", "-")
        settings = {"DOWNLOAD_TIMEOUT": PATIENCE.get(answer, USUAL_PATIENCE)}
        hostile = crawl_through(self._replica, store, planted(cells(answer)), settings)
        second = hostile
        if answer in CLOSING:
            second = self._second(store.with_name(f"{store.name}-second"), cells(answer, second=True))
        assert crawls.scrapy("retry", store).code == 0
        again = crawls.crawl("all", store, self._replica.url, SETTINGS, addresses=self._replica.options.homes)
        return Three(hostile, second, told(store, again))

    def _second(self, store: Path, apart: list[Cell]) -> Told:
        """The few homes of a few cells at one source."""
        homes = [cell.home for cell in apart]
        assert set(homes) < set(HOMES)
        plan = Plan(planted(apart))
        with HostileFront(self._replica.url, Homes(homes, self._replica.options), plan) as front:
            file = listed(homes, self._made(store))
            result = crawls.crawl("redfin", store, front.url(), SETTINGS, addresses=file)
        return told(store, result, frozenset(plan.used))

    def _made(self, store: Path) -> Path:
        folder = store.with_name(f"{store.name}-list")
        folder.mkdir()
        return folder

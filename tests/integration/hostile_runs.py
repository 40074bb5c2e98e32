"""Crawls through a hostile proxy, and the crawls after them once the sites have recovered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from phx_scraper.replica import Replica
from tests.integration import crawls
from tests.integration.hostile_proxy import HostileProxy, InjectionPlan
from tests.integration.hostile_steps import HomeIndex
from tests.integration.hostile_table import HOMES, REFUSALS, Cell, cells, injected_responses

PHOTOS = 3
PARALLEL_RUNS = 2
TIMEOUTS = {"timeout": 4}
DEFAULT_TIMEOUT = 60
"""Seconds."""
SETTINGS = {"RETRY_TIMES": 0, "PHX_BREAKER_FAILURES": 1000, "PHX_IMAGE_WORKERS": 1, "PHX_CONCURRENT_HOMES": 4}


@dataclass(frozen=True)
class CrawlResult:
    """The result of a crawl: per (home, source) outcome and reason, and the number of usable photos; `reached` are
    the injected steps that were requested.
    """

    code: int
    output: str
    endings: dict[tuple[str, str], tuple[str, str]]
    usable: Counter[tuple[str, str]]
    reached: frozenset[tuple[str, str, str]] = frozenset()

    def is_whole(self, place: tuple[str, str]) -> bool:
        """Whether the store has all photos that the source has of a home."""
        photos = 1 if place[1] == "maricopa_assessor" else PHOTOS
        return self.endings[place][0] == "ok" and self.usable[place] >= photos


@dataclass(frozen=True)
class CrawlSeries:
    """The crawl with a response's cells, the one with the cells that need a separate crawl, and the one after."""

    hostile: CrawlResult
    second: CrawlResult
    after: CrawlResult


def write_homes(homes: Iterable[str], folder: Path) -> Path:
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
) -> CrawlResult:
    """A crawl of the homes that the replica knows, through a proxy that replaces these steps."""
    assert replica.options.homes is not None
    homes = [text.strip().strip('"') for text in replica.options.homes.read_text(encoding="utf-8").splitlines()[1:]]
    plan = InjectionPlan(dict(replaced))
    with HostileProxy(replica.url, HomeIndex(homes, replica.options), plan) as proxy:
        chosen = {**SETTINGS, "DOWNLOAD_TIMEOUT": DEFAULT_TIMEOUT, **(settings or {})}
        result = crawls.crawl(spider, store, proxy.url(), chosen, addresses=replica.options.homes)
    return crawl_result(store, result, frozenset(plan.used))


def crawl_result(
    store: Path, result: crawls.Result, reached: frozenset[tuple[str, str, str]] = frozenset()
) -> CrawlResult:
    """Outcomes and photos in the store after a crawl."""
    joined = "FROM {} JOIN homes USING (property_hash)"
    visits = crawls.rows(store, f"SELECT address, source, outcome, reason {joined.format('visits')}")
    states = "WHERE photos.state IN ('stored', 'duplicate')"
    photos = crawls.rows(store, f"SELECT address, source {joined.format('photos')} {states}")
    endings = {(home, source): (outcome, reason) for home, source, outcome, reason in visits}
    return CrawlResult(result.code, result.output, endings, Counter(photos), reached)


class Runs:
    """Three crawls for every response, two responses in parallel."""

    def __init__(self, replica: Replica, folder: Path) -> None:
        self._replica, self._folder = replica, folder
        self._pool = ThreadPoolExecutor(PARALLEL_RUNS)
        self._results: dict[str, Future[CrawlSeries]] = {}

    def start(self, answers: Iterable[str]) -> None:
        """Start the crawls."""
        for answer in answers:
            self._results[answer] = self._pool.submit(self._run, answer)

    def of(self, answer: str) -> CrawlSeries:
        """The crawls of a response; waits for their end."""
        return self._results[answer].result()

    def close(self) -> None:
        """Start no more crawls."""
        self._pool.shutdown(cancel_futures=True)

    def _run(self, answer: str) -> CrawlSeries:
        store = self._folder / answer.replace(" ", "-")
        settings = {"DOWNLOAD_TIMEOUT": TIMEOUTS.get(answer, DEFAULT_TIMEOUT)}
        hostile = crawl_through(self._replica, store, injected_responses(cells(answer)), settings)
        second = hostile
        if answer in REFUSALS:
            second = self._second(store.with_name(f"{store.name}-second"), cells(answer, second=True))
        assert crawls.scrapy("retry", store).code == 0
        again = crawls.crawl("all", store, self._replica.url, SETTINGS, addresses=self._replica.options.homes)
        return CrawlSeries(hostile, second, crawl_result(store, again))

    def _second(self, store: Path, separate: list[Cell]) -> CrawlResult:
        """The few homes of a few cells at one source."""
        homes = [cell.home for cell in separate]
        assert set(homes) < set(HOMES)
        plan = InjectionPlan(injected_responses(separate))
        with HostileProxy(self._replica.url, HomeIndex(homes, self._replica.options), plan) as proxy:
            file = write_homes(homes, self._made(store))
            result = crawls.crawl("redfin", store, proxy.url(), SETTINGS, addresses=file)
        return crawl_result(store, result, frozenset(plan.used))

    def _made(self, store: Path) -> Path:
        folder = store.with_name(f"{store.name}-list")
        folder.mkdir()
        return folder

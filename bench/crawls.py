"""Whole crawls against the replica: ours, and stock Scrapy's ImagesPipeline on the same photos."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.measure import REPOSITORY, Cost, cpu_seconds, run, scrapy
from phx_scraper.replica.running import Replica

EXPECTED_EXIT_CODES = {0, 1}
# Scrapy would find this project by its scrapy.cfg and run the stock spider with our settings.
_STOCK_SETTINGS = {"SCRAPY_SETTINGS_MODULE": "scrapy.settings.default_settings"}


@dataclass(frozen=True, slots=True)
class CrawlCost:
    """One crawl: its cost, the pictures it collected, event-loop lag in milliseconds, the replica's CPU."""

    cost: Cost
    pictures: int
    replica_cpu: float
    lag_p99: float | None = None
    lag_max: float | None = None

    @property
    def pictures_a_second(self) -> float:
        return self.pictures / self.cost.wall

    @property
    def cpu_a_picture(self) -> float:
        """Milliseconds, start-up included."""
        return self.cost.cpu * 1000 / max(1, self.pictures)

    @property
    def cores_busy(self) -> float:
        """Cores that crawl and replica together kept busy on average, start and end included."""
        return (self.cost.cpu + self.replica_cpu) / self.cost.wall


class Bench:
    """A folder, a replica and a list of homes to crawl repeatedly, each time from an empty store."""

    def __init__(self, folder: Path, replica: Replica, homes: Path) -> None:
        self.folder = folder
        self.replica = replica
        self.homes = homes
        folder.mkdir(parents=True, exist_ok=True)

    def ours(
        self, name: str = "ours", limit: int | None = None, cores: int | None = None, **settings: object
    ) -> CrawlCost:
        """Our crawl: fetch, save, hash, compare, PNG, catalogue; on `cores` cores where given."""
        store, stats = self._fresh(name), self.folder / f"{name}.stats.json"
        command = self._command(store, limit, {**settings, "BENCH_STATS_FILE": stats})
        settings_module = {"SCRAPY_SETTINGS_MODULE": "bench.settings"}
        cost, replica_cpu = self._measured(lambda: run(command, REPOSITORY, self._log(name), settings_module, cores))
        if cost.code not in EXPECTED_EXIT_CODES:
            raise RuntimeError(f"the crawl ended with {cost.code}: see {self._log(name)}")
        seen = json.loads(stats.read_text(encoding="utf-8"))
        pictures = seen.get("phx/photos/stored/zillow", 0)
        return CrawlCost(cost, pictures, replica_cpu, seen.get("phx/loop/lag_p99_ms"), seen.get("phx/loop/lag_max_ms"))

    def stock(self, urls: Path, name: str = "stock") -> CrawlCost:
        """Stock Scrapy: download and its own re-encoding, nothing more."""
        store = self._fresh(name)
        spider = str(REPOSITORY / "bench" / "stock_spider.py")
        command = scrapy("runspider", spider, "-a", f"urls={urls}", "-s", f"IMAGES_STORE={store}")
        return self.other(command, name, "*.jpg", _STOCK_SETTINGS)

    def other(self, command: list[str], name: str, files: str, env: dict[str, str] | None = None) -> CrawlCost:
        """Any program that writes its pictures, files that match `files`, into the folder `name`."""
        cost, replica_cpu = self._measured(lambda: run(command, self.folder, self._log(name), env))
        pictures = sum(1 for _ in (self.folder / name).rglob(files))
        if not pictures:
            raise RuntimeError(f"{name} brought no picture: see {self._log(name)}")
        return CrawlCost(cost, pictures, replica_cpu)

    def photo_urls(self, name: str = "ours") -> list[list[str]]:
        """The photos of an earlier crawl of ours, as replica URLs by home."""
        catalogue = self.folder / name / "metadata" / "catalogue.sqlite"
        with sqlite3.connect(catalogue) as database:
            rows = database.execute("SELECT property_hash, url FROM photos ORDER BY property_hash, position").fetchall()
        homes: dict[str, list[str]] = {}
        for property_hash, url in rows:
            homes.setdefault(property_hash, []).append(url.replace("https://", f"{self.replica.url}/"))
        return list(homes.values())

    def remove(self, *names: str) -> None:
        """Delete the stores."""
        for name in names:
            shutil.rmtree(self.folder / name, ignore_errors=True)

    def _command(self, store: Path, limit: int | None, settings: dict[str, object]) -> list[str]:
        arguments = ["crawl", "zillow", "-a", f"addresses={self.homes}", "-s", f"IMAGES_STORE={store}"]
        arguments += ["-a", f"limit={limit}"] if limit else []
        usual = {"PHX_REPLICA_URL": self.replica.url, "PHX_DELAY_SCALE": 0, "LOG_LEVEL": "WARNING"}
        for key, value in {**usual, **settings}.items():
            arguments += ["-s", f"{key}={value}"]
        return scrapy(*arguments)

    def _measured(self, crawl: Callable[[], Cost]) -> tuple[Cost, float]:
        before = cpu_seconds(self.replica.pid)
        return crawl(), cpu_seconds(self.replica.pid) - before

    def _log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def _fresh(self, name: str) -> Path:
        self.remove(name)
        return self.folder / name

"""Writes a crawl's stats to the file that BENCH_STATS_FILE names."""

from __future__ import annotations

import json
from pathlib import Path

from scrapy import signals
from scrapy.crawler import Crawler


class StatsFile:
    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        crawler.signals.connect(self.write, signal=signals.engine_stopped)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> StatsFile:
        return cls(crawler)

    def write(self) -> None:
        stats = self.crawler.stats.get_stats()
        Path(self.crawler.settings["BENCH_STATS_FILE"]).write_text(json.dumps(stats, default=str), encoding="utf-8")

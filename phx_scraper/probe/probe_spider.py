"""Runs the probes of all sources side by side, each at its own pace, and yields nothing that could be stored."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

from scrapy import Spider
from scrapy.settings import BaseSettings

from phx_scraper.config.reading import config_of
from phx_scraper.downloader.exceptions import StoppedEarly
from phx_scraper.homes import Home
from phx_scraper.probe.source_probe import SourceProbe
from phx_scraper.spiders.base import HomeSpider

OBSERVER = "phx_scraper.probe.observer.ObserverMiddleware"
NEXT_TO_THE_WIRE = 990


class ProbeSpider(Spider):
    """`done` has the probes that came to their end; a run that was stopped lacks some."""

    name = "probe"

    def __init__(self, home: Home, sources: Sequence[str], done: list[SourceProbe]) -> None:
        super().__init__()
        self.home, self.probed, self.done = home, sources, done

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """The pace of a crawl, one try for each request, no pipelines, no extensions that follow a run."""
        HomeSpider.update_settings(settings)
        settings.set("RETRY_TIMES", 0, priority="spider")
        settings.set("ITEM_PIPELINES", {}, priority="spider")
        settings.set_in_component_priority_dict("DOWNLOADER_MIDDLEWARES", OBSERVER, NEXT_TO_THE_WIRE)  # type: ignore[arg-type]

    async def start(self) -> AsyncIterator[Any]:
        """Probe; requests are made by the probes themselves."""
        config = config_of(self.crawler)
        probes = [SourceProbe(self.crawler, source, self.home, config) for source in self.probed]
        await asyncio.gather(*(self._run(probe) for probe in probes))
        nothing: tuple[Any, ...] = ()
        for one in nothing:
            yield one

    async def _run(self, probe: SourceProbe) -> None:
        try:
            await probe.run()
        except StoppedEarly:
            return
        self.done.append(probe)

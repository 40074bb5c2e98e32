"""Each line of the log says which run wrote it: logs of several nights, or of several crawls, stand in one file.

On a terminal the level is in colour.
"""

from __future__ import annotations

import logging

from scrapy import signals as scrapy_signals
from scrapy.crawler import Crawler
from scrapy.settings import SETTINGS_PRIORITIES
from scrapy.utils.log import get_scrapy_root_handler

from phx_scraper.downloader.state import CrawlPart
from phx_scraper.extensions.log_colours import LevelInColour, wants_colour
from phx_scraper.run.current_run import run_or_none


class LogRunId(CrawlPart):
    """Puts the run's id behind the time of each line; a LOG_FORMAT of the user's own stays as it is."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        crawler.signals.connect(self.begin, signal=scrapy_signals.spider_opened)

    def begin(self) -> None:
        """From now on; Scrapy makes a handler of its own for each crawl, and this one's ends with it."""
        run, settings, handler = run_or_none(self.crawler), self.crawler.settings, get_scrapy_root_handler()
        is_ours = (settings.getpriority("LOG_FORMAT") or 0) <= SETTINGS_PRIORITIES["project"]
        # One of the user's own is made with more than a form.
        if run is None or handler is None or type(handler.formatter) is not logging.Formatter:
            return
        form = settings["LOG_FORMAT"]
        if is_ours:
            form = form.replace("%(asctime)s", f"%(asctime)s {run.run_id}", 1)
        formatter = LevelInColour if wants_colour(handler) else logging.Formatter
        handler.setFormatter(formatter(form, settings["LOG_DATEFORMAT"]))

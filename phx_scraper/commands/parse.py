"""`scrapy parse URL`: shows what our page object reads on a page; nothing is stored."""

from __future__ import annotations

import argparse
from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request, Spider
from scrapy.commands.parse import Command as ScrapyParse

from phx_scraper.commands.checked_settings import Checked
from phx_scraper.commands.one_page import is_home_spider, page_spider


class Command(Checked, ScrapyParse):
    """Scrapy's own, with a spider for one page instead of ours, which need a list of homes."""

    def short_desc(self) -> str:
        """One line for `scrapy -h`."""
        return "Show what is read on a source's page"

    def set_spidercls(self, url: str, opts: argparse.Namespace) -> None:
        """The spider of the URL's source, or of the named one; a user's own spider as in Scrapy."""
        if opts.spider and not is_home_spider(opts.spider, self.crawler_process.spider_loader):
            super().set_spidercls(url, opts)
            return
        spider_class = page_spider(url, opts.spider)

        async def start(spider: Spider) -> AsyncIterator[Any]:
            yield self.prepare_request(spider, Request(url), opts)

        spider_class.start = start  # type: ignore[method-assign]
        self.spidercls = spider_class

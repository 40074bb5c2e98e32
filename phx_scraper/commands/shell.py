"""`scrapy shell`: Scrapy's own; `--spider` may name one of ours, which makes no difference to one page."""

from __future__ import annotations

import argparse
import sys

from scrapy.commands.shell import Command as ScrapyShell

from phx_scraper.commands.checked import WRONG_USE, Checked
from phx_scraper.commands.one_page import check_spider
from phx_scraper.errors import UsageError


class Command(Checked, ScrapyShell):
    """The way of fetching is chosen by host, as in a crawl: a browser's identity, the guard, the replica."""

    requires_project = True

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Fetch, then hand over the keyboard."""
        try:
            if check_spider(opts.spider, self.crawler_process.spider_loader):
                opts.spider = None
        except UsageError as error:
            sys.stderr.write(f"scrapy shell: {error}\n")
            self.exitcode = WRONG_USE
            return
        super().run(args, opts)

"""`scrapy shell`: Scrapy's own; a spider of ours in `--spider` is ignored, as one page does not need it."""

from __future__ import annotations

from scrapy.commands.shell import Command as ScrapyShell

from phx_scraper.commands.one_page import OnePageCommand


class Command(OnePageCommand, ScrapyShell):
    """Browser identity, target guard and replica apply as in a crawl."""

    requires_project = True

"""`scrapy view`: Scrapy's own; `--spider` may name one of ours, which makes no difference to one page."""

from __future__ import annotations

from scrapy.commands.view import Command as ScrapyView

from phx_scraper.commands.one_page import OnePageCommand


class Command(OnePageCommand, ScrapyView):
    """A browser's identity, the guard and the replica hold as in a crawl."""

    requires_project = True

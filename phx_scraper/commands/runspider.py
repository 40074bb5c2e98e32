"""`scrapy runspider`: Scrapy's own, for a spider of the user's; the settings of this project hold for it too."""

from __future__ import annotations

from scrapy.commands.runspider import Command as ScrapyRunSpider

from phx_scraper.commands.checked_settings import Checked


class Command(Checked, ScrapyRunSpider):
    """Wrong settings are one sentence and exit code 2."""

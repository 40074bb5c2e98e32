"""The baseline: stock Scrapy and its ImagesPipeline on a list of photo URLs, doing nothing more."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, ClassVar

import scrapy


class StockSpider(scrapy.Spider):
    """Yields one item per home with the photo URLs of that home."""

    name = "stock"
    custom_settings: ClassVar[dict[str, Any]] = {
        "ITEM_PIPELINES": {"scrapy.pipelines.images.ImagesPipeline": 1},
        "CONCURRENT_REQUESTS": 32,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
        "LOG_LEVEL": "WARNING",
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
    }

    def __init__(self, urls: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.homes: list[list[str]] = json.loads(Path(urls).read_text(encoding="utf-8"))

    async def start(self) -> AsyncIterator[dict[str, Any]]:
        for urls in self.homes:
            yield {"image_urls": urls}

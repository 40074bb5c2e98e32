"""What Scrapy logs of pages and items, in one line each that names the home; never an item as a whole."""

from __future__ import annotations

import os
from typing import Any

from scrapy import Request, Spider
from scrapy.http import Response
from scrapy.logformatter import LogFormatter, LogFormatterResult
from twisted.python.failure import Failure

from phx_scraper.downloader.meta_keys import HOME, SOURCE, STEP
from phx_scraper.items import ListingItem
from phx_scraper.run.current_run import run_or_none
from phx_scraper.views.human_text import counted


class HomeLogFormatter(LogFormatter):
    """Scrapy's own where a request or an item is not of this project."""

    def crawled(self, request: Request, response: Response, spider: Spider) -> LogFormatterResult:
        """A page or a photo came."""
        return _with_home(super().crawled(request, response, spider), request, spider)

    def scraped(self, item: Any, response: Response | Failure | None, spider: Spider) -> LogFormatterResult:
        """A listing has passed all pipelines."""
        return _in_one_line(super().scraped(_short(item), response, spider))

    def dropped(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        """A pipeline has dropped it."""
        return _in_one_line(super().dropped(_short(item), exception, response, spider))

    def item_error(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        """A pipeline has failed on it."""
        return super().item_error(_short(item), exception, response, spider)

    def spider_error(
        self, failure: Failure, request: Request, response: Response | Failure, spider: Spider
    ) -> LogFormatterResult:
        """A parser has failed on an answer."""
        return _with_home(super().spider_error(failure, request, response, spider), request, spider)

    def download_error(
        self, failure: Failure, request: Request, spider: Spider, errmsg: str | None = None
    ) -> LogFormatterResult:
        """No answer could be had."""
        return _with_home(super().download_error(failure, request, spider, errmsg), request, spider)


def _with_home(line: LogFormatterResult, request: Request, spider: Spider) -> LogFormatterResult:
    """The line, and for which home at which source and which step of its visit the request was."""
    source, label = request.meta.get(SOURCE), request.meta.get(HOME)
    if source is None or not isinstance(line["args"], dict):
        return line
    run = run_or_none(spider.crawler)
    visit = run.in_hand.get((label, source)) if run is not None else None
    named = (visit.address if visit is not None else label, source, request.meta.get(STEP))
    words = " | ".join(str(part) for part in named if part)
    return {**line, "msg": f"{line['msg']} for %(visit)s", "args": {**line["args"], "visit": words}}


def _in_one_line(line: LogFormatterResult) -> LogFormatterResult:
    return {**line, "msg": line["msg"].replace(os.linesep, ": ")}


def _short(item: Any) -> Any:
    if not isinstance(item, ListingItem):
        return item
    return f"listing of {item.asked_address} | {item.source} | {counted(len(item.photos), 'photo')} | {item.url}"

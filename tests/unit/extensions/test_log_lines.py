"""What Scrapy logs of our requests and items: one line that names the home, and no item as a whole."""

from __future__ import annotations

import logging
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request, Spider
from scrapy.http import Response
from scrapy.settings import Settings
from scrapy.utils import log as scrapy_log
from twisted.python.failure import Failure

from phx_scraper.downloader.meta_keys import HOME, SOURCE, STEP
from phx_scraper.extensions.log_lines import HomeLogFormatter
from phx_scraper.extensions.log_run_id import LogRunId
from phx_scraper.items import ListingItem
from phx_scraper.model.listing import Listing
from phx_scraper.model.photo import Photo
from phx_scraper.model.visit import VisitLease
from phx_scraper.run.context import RunContext

ADDRESS = "4732 W Davis Rd, Glendale, AZ 85306"
URL = "https://www.zillow.com/homedetails/1_zpid/"
VISIT = VisitLease("686067a4", ADDRESS, "4732", "zillow", "run", "holder", 1, needs_page=True)
FORMATTER = HomeLogFormatter()


def run() -> RunContext:
    """A run with one visit in hand, as far as log lines ask it."""
    context = RunContext.__new__(RunContext)
    context.in_hand = {("686067a4", "zillow"): VISIT}
    context.run_id = "4be51446"
    return context


@pytest.fixture
def spider() -> Spider:
    spider = Spider("zillow")
    spider.crawler = SimpleNamespace(  # type: ignore[assignment]
        phx_state=SimpleNamespace(run=run()), settings=Settings({"DEFAULT_DROPITEM_LOG_LEVEL": "WARNING"})
    )
    return spider


def request(**meta: Any) -> Request:
    return Request(URL, meta=meta)


def item() -> ListingItem:
    photos = tuple(Photo(f"key{number}", number, f"https://photos.example/{number}") for number in range(300))
    return ListingItem(VISIT, Listing("zillow", URL, ADDRESS, {}, "for_sale", None, None, photos))


def text(line: Any) -> str:
    return str(line["msg"] % line["args"])


def test_a_page_is_told_with_its_home_source_and_step(spider: Spider) -> None:
    mine = request(**{HOME: "686067a4", SOURCE: "zillow", STEP: "autocomplete"})
    told = f" for {ADDRESS} | zillow | autocomplete"
    assert text(FORMATTER.crawled(mine, Response(URL), spider)) == f"Crawled (200) <GET {URL}> (referer: None){told}"
    assert text(FORMATTER.download_error(Failure(OSError()), mine, spider, "why")).endswith(f": why{told}")
    assert text(FORMATTER.spider_error(Failure(OSError()), mine, Response(URL), spider)).endswith(told)


def test_a_home_that_is_no_longer_in_hand_is_told_by_its_label(spider: Spider) -> None:
    line = FORMATTER.crawled(request(**{HOME: "ef7cd95f", SOURCE: "zillow"}), Response(URL), spider)
    assert text(line).endswith(" for ef7cd95f | zillow")


def test_what_is_not_ours_is_logged_as_scrapy_does(spider: Spider) -> None:
    assert text(FORMATTER.crawled(request(), Response(URL), spider)).endswith("(referer: None)")
    assert text(FORMATTER.scraped({"a": 1}, Response(URL), spider)) == f"Scraped from <200 {URL}>: {{'a': 1}}"


def test_an_item_is_never_logged_as_a_whole(spider: Spider) -> None:
    named = f"listing of {ADDRESS} | zillow | 300 photos | {URL}"
    lost = ValueError("gone")
    assert text(FORMATTER.scraped(item(), Response(URL), spider)) == f"Scraped from <200 {URL}>: {named}"
    assert text(FORMATTER.dropped(item(), lost, None, spider)) == f"Dropped: gone: {named}"
    assert text(FORMATTER.item_error(item(), lost, None, spider)) == f"Error processing {named}"


@pytest.mark.parametrize(
    ("priority", "form", "shown"),
    [("project", "%(asctime)s %(levelname)s %(message)s", "then 4be51446 INFO it"), ("cmdline", "%(message)s", "it")],
)
def test_lines_name_their_run_unless_their_form_is_the_users(
    priority: str, form: str, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings()
    settings.set("LOG_FORMAT", form, priority=priority)
    settings.set("LOG_DATEFORMAT", "then", priority="project")
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter(form, "then"))
    monkeypatch.setattr(scrapy_log, "_scrapy_root_handler", handler)
    crawler = SimpleNamespace(
        phx_state=SimpleNamespace(run=run()), settings=settings, signals=SimpleNamespace(connect=lambda *_, **__: None)
    )
    LogRunId(crawler).begin()  # type: ignore[arg-type]
    assert handler.format(logging.makeLogRecord({"msg": "it", "levelname": "INFO"})) == shown

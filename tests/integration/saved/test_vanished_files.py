"""Saved files that change or vanish between the reading of the folder and their use: named, and the site is asked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.statscollectors import MemoryStatsCollector

from phx_scraper.downloader import meta_keys
from phx_scraper.downloader.middlewares.saved_pages_answers import SavedPagesMiddleware
from phx_scraper.downloader.saved_pages import read_folder
from phx_scraper.downloader.state import state_of
from phx_scraper.errors import NotUnderstood, PageError
from phx_scraper.homes import parse_inline
from phx_scraper.items import ListingItem
from phx_scraper.model.visit import VisitLease
from phx_scraper.replica import Replica
from phx_scraper.run.saved_visits import FAILED, SavedVisits
from phx_scraper.spiders.page_requests import PageRequest, PageRequests
from phx_scraper.spiders.saved_way import saved_first
from phx_scraper.spiders.visit_steps import VisitSteps
from tests.integration.saved.saved_homes import ADDRESSES, fetched, page_urls, save

SITE = "https://www.zillow.com/asked"


def site(_steps: VisitSteps) -> PageRequests[ListingItem]:
    yield PageRequest(SITE, lambda answer: answer)
    raise AssertionError("no answer is given here")


@pytest.fixture
def folder(tmp_path: Path, replica: Replica, plain: Path) -> Path:
    page = fetched(replica, page_urls(plain)[ADDRESSES[0], "zillow"])
    save(tmp_path / "pages" / "a.html", page)
    save(tmp_path / "pages" / "b.html", page, days_ago=1)
    return tmp_path / "pages"


def visited(folder: Path) -> tuple[SavedVisits, VisitSteps, Callable[[PageRequest[object]], Response]]:
    """The saved pages of a visit, its steps, and the middleware that answers for them."""
    homes, _ = parse_inline(ADDRESSES[0])
    saved = SavedVisits(read_folder(folder))
    saved.give_out(homes, ["zillow"])
    saved.compare({})
    lease = VisitLease(homes[0].property_hash, ADDRESSES[0], "s", "zillow", "run", "here", 1, True)
    crawler = Crawler(Spider)
    crawler.stats = MemoryStatsCollector(crawler)
    state_of(crawler).saved_pages = saved.folder

    def answer(request: PageRequest[object]) -> Response:
        asked = Request(request.url, meta={meta_keys.SAVED: request.saved})
        given = asyncio.run(SavedPagesMiddleware.from_crawler(crawler).process_request(asked))
        assert given is not None
        return given

    return saved, VisitSteps(lease), answer


def test_the_page_itself_is_given_with_its_own_address_and_day(folder: Path) -> None:
    saved, steps, answer = visited(folder)
    path = saved_first(steps, saved, site)
    given = answer(next(path))
    assert given.url.startswith("https://www.zillow.com/homedetails/")
    assert given.headers["Date"].endswith(b"GMT")
    with pytest.raises(StopIteration) as done:
        path.send(given)
    assert done.value.value.listing.evidence
    assert steps.take_answered() == [], "no host has answered"


@pytest.mark.parametrize("change", [lambda file: file.unlink(), lambda file: file.write_bytes(b"another text")])
def test_a_file_that_vanished_gives_way_to_an_older_save_then_to_the_site(
    folder: Path, change: Callable[[Path], None]
) -> None:
    saved, steps, answer = visited(folder)
    path = saved_first(steps, saved, site)
    request = next(path)
    for name in ("a.html", "b.html"):
        change(folder / name)
        with pytest.raises(PageError) as trouble:
            request.parse(answer(request))
        request = path.throw(trouble.value)
    assert request.url == SITE
    assert [note.file for note in saved.notes() if note.verdict == FAILED] == ["a.html", "b.html"]
    assert "page by saved: not_understood:saved_page (a.html: " in steps.summary()
    ending = steps.outcome()
    assert (ending.name, ending.reason) == ("error", "no_way"), "a file of no use says nothing of the home"


def test_offline_a_vanished_file_ends_the_visit_by_name(folder: Path) -> None:
    saved, steps, _ = visited(folder)
    path = saved_first(steps, saved, None)
    next(path)
    path.throw(NotUnderstood("saved_page", "gone"))
    with pytest.raises(NotUnderstood) as trouble:
        path.throw(NotUnderstood("saved_page", "gone too"))
    ending = steps.outcome(trouble.value)
    assert (ending.name, ending.reason) == ("error", "not_understood:saved_page")
    assert "b.html" in ending.detail

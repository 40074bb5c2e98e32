"""The handler of a request, delays, queues, and that everything is closed at the end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadFailedError
from scrapy.settings import Settings

from phx_scraper.downloader.address_guard import AddressGuard
from phx_scraper.downloader.exceptions import BrowserUnavailable, UnsafeRequest
from phx_scraper.downloader.handlers import routing
from phx_scraper.downloader.handlers.curl import CurlDownloadHandler
from phx_scraper.downloader.handlers.routing import way_of
from phx_scraper.downloader.pacer import Pacer
from phx_scraper.downloader.slots import download_slots
from phx_scraper.downloader.state import state_of
from phx_scraper.downloader.wait import SLICE
from phx_scraper.sources import SOURCES
from tests.faults.fault_server import FaultServer
from tests.unit.downloader.conftest import Crawl
from tests.unit.downloader.crawling import SETTINGS, AskingSpider, ReactorThread
from tests.unit.downloader.crowd import Crowd

HOME = "https://www.zillow.com"


@pytest.mark.parametrize(
    ("url", "meta", "way"),
    [
        (f"{HOME}/x", {}, "curl"),
        ("https://photos.zillowstatic.com/x", {}, "curl"),
        ("https://example.com/x", {}, "plain"),
        ("https://example.com/x", {"impersonate": "chrome150"}, "curl"),
        (f"{HOME}/x", {"phx_way": "browser"}, "browser"),
        (f"{HOME}/x", {"phx_handler": "plain"}, "plain"),
    ],
)
def test_the_handler_of_a_request(url: str, meta: dict[str, Any], way: str) -> None:
    assert way_of(Request(url, meta=meta)) == way


def test_without_a_browser_the_request_says_so(ask: Crawl, server: FaultServer) -> None:
    outcome = ask(Request(f"{HOME}/ok", meta={"phx_way": "browser"}), settings={"PHX_BROWSER": "never"})
    assert isinstance(outcome.errors[f"{HOME}/ok"], BrowserUnavailable)
    assert not server.log.requests


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ModuleNotFoundError("No module named 'playwright'", name="playwright"), "no playwright here"),
        (ImportError("libx.so.1: cannot open"), "not loadable (libx.so.1: cannot open) here"),
    ],
)
def test_an_extra_that_is_missing_or_broken_is_told_in_a_sentence(
    ask: Crawl, server: FaultServer, error: ImportError, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As an error of the request it would have been held against the source."""

    def load(_: object) -> object:
        raise error

    monkeypatch.setattr(routing, "load_object", load)
    outcome = ask(Request(f"{HOME}/ok", meta={"phx_way": "browser"}))
    (found,) = outcome.errors.values()
    assert isinstance(found, BrowserUnavailable)
    assert found.detail == f'{told}: pip install "phx-scraper[browser]"'


@pytest.mark.parametrize("handler", ["curl", "plain"])
def test_every_handler_uses_the_replica_and_keeps_the_real_url(ask: Crawl, server: FaultServer, handler: str) -> None:
    url = f"{HOME}/ok?a=b"
    response = ask(Request(url, meta={"phx_handler": handler})).responses[url]
    assert response.url == url
    assert response.request is not None
    assert response.request.url == url
    assert response.meta["download_latency"] > 0
    assert server.log.requests[0].target == "/www.zillow.com/ok?a=b"


@pytest.mark.parametrize("width", [1, 3])
def test_a_slots_width_holds_without_delay(run_crawl: Crawl, width: int) -> None:
    slot = {"download_slot": "narrow"}
    requests = [Request(f"{HOME}/slow?seconds=0.02&n={n}", meta=slot) for n in range(10)]
    with Crowd(width) as server:
        settings = {"PHX_REPLICA_URL": server.url(), "DOWNLOAD_SLOTS": {"narrow": {"concurrency": width, "delay": 0}}}
        outcome = run_crawl(*requests, settings=settings)
    assert (len(outcome.responses), server.log.most_open) == (10, width)


def test_slots_come_from_the_sources_and_scrapy_adds_no_pause_to_ours() -> None:
    slots = download_slots(SOURCES.values())
    assert slots["zillow"] == {"concurrency": 1, "delay": 0, "jitter": 0}
    assert slots["zillow:img"] == {"concurrency": SOURCES["zillow"].photo_concurrency, "delay": 0, "jitter": 0}


def test_each_request_leaves_after_a_pause_by_the_settings(ask: Crawl, server: FaultServer) -> None:
    """A pacer that notes what it would have waited for, and lets its clock go on by that."""
    waits: list[float] = []

    def note(crawler: Crawler) -> None:
        state = state_of(crawler)

        async def sleep(seconds: float) -> None:
            waits.append(seconds)

        state.pacer = Pacer(state.pauses, state.throttle, sleep=sleep, clock=lambda: sum(waits))

    settings = {"PHX_DELAY_SCALE": 1, "PHX_MIN_DELAY": 2.5, "PHX_MAX_DELAY": 2.5}
    ask(*[f"/ok?n={n}" for n in range(4)], settings=settings, on_crawler=note)
    assert len(server.log.requests) == 4
    assert sum(waits) == pytest.approx(3 * 2.5)
    assert max(waits) == SLICE


def test_queues_leave_nothing_in_the_job_folder_and_nothing_is_dropped(
    ask: Crawl, server: FaultServer, tmp_path: Path
) -> None:
    outcome = ask("/ok", "/ok", "/ok", settings={"JOBDIR": str(tmp_path / "job")})
    assert len(server.log.requests) == 3
    assert outcome.stats["scheduler/enqueued/memory"] == 3
    # spider.state is another component's: Scrapy's SpiderState extension.
    assert {path.name for path in (tmp_path / "job").rglob("*")} <= {"spider.state"}


def test_a_proxy_gets_the_name_and_its_credentials(run_crawl: Crawl, server: FaultServer) -> None:
    proxy = f"http://user:p%40ss@127.0.0.1:{server.port}"
    plain = Request("http://www.zillow.com/echo", meta={"proxy": proxy})
    secure = Request(f"{HOME}/echo", meta={"proxy": proxy})
    outcome = run_crawl(plain, secure, settings={"RETRY_TIMES": 0})
    assert outcome.responses[plain.url].status == 200
    assert "CONNECT tunnel failed" in str(outcome.errors[secure.url])
    by_method = {seen.method: seen for seen in server.log.requests}
    assert by_method["GET"].target == "http://www.zillow.com/echo"
    assert by_method["CONNECT"].target == "www.zillow.com:443"
    assert {seen.header("proxy-authorization") for seen in server.log.requests} == {"Basic dXNlcjpwQHNz"}


def test_a_proxy_is_no_way_around_the_guard(run_crawl: Crawl, server: FaultServer) -> None:
    meta = {"proxy": server.url()}
    allowed = frozenset({"10.0.0.1:80"})
    outcome = run_crawl(Request("http://10.0.0.1/", meta={**meta, "impersonate": "chrome150"}), extra_hosts=allowed)
    assert isinstance(outcome.errors["http://10.0.0.1/"], UnsafeRequest)
    assert not server.log.connections


def test_the_environments_proxy_is_not_for_the_replica(
    ask: Crawl, server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert ask("/ok").responses[f"{HOME}/ok"].status == 200


def direct_handler(**settings: Any) -> CurlDownloadHandler:
    """A curl handler outside any crawl, for which every address is public."""
    crawler = Crawler(AskingSpider, Settings({**SETTINGS, **settings}))
    return CurlDownloadHandler(crawler, AddressGuard(judge=lambda address: True))


async def until(condition: Callable[[], object]) -> None:
    """Wait for what another thread does."""
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.005)


def test_cancelling_stops_the_transfer_and_frees_the_handler(server: FaultServer) -> None:
    async def main() -> None:
        handler = direct_handler()
        task = asyncio.create_task(handler.download_request(Request(server.url("/trickle"))))
        await until(lambda: server.log.requests)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await until(lambda: server.log.open_now == 0)
        response = await handler.download_request(Request(server.url("/ok")))
        assert response.status == 200
        await handler.close()
        await handler.close()
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(main())


def test_closing_amid_a_transfer_leaves_nothing_behind(server: FaultServer) -> None:
    async def main() -> None:
        handler = direct_handler()
        task = asyncio.create_task(handler.download_request(Request(server.url("/trickle"))))
        await until(lambda: server.log.requests)
        await handler.close()
        with pytest.raises(DownloadFailedError):
            await task
        await until(lambda: server.log.open_now == 0)
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(main())


def test_the_reactor_thread_has_no_tasks_left_after_a_crawl(ask: Crawl, reactor_thread: ReactorThread) -> None:
    async def tasks() -> int:
        return len(asyncio.all_tasks()) - 1

    before = reactor_thread.run(tasks)
    ask("/ok", "/status?code=500", "/trickle", settings={"DOWNLOAD_TIMEOUT": 1})
    assert reactor_thread.run(tasks) <= before

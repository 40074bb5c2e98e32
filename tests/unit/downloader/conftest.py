"""Fixtures of the downloader tests: one reactor for the session, a fault server for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from scrapy import Request

from tests.faults.fault_server import FaultServer
from tests.unit.downloader.crawling import Outcome, ReactorThread, crawl


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer() as running:
        yield running


Crawl = Callable[..., Outcome]


@pytest.fixture
def run_crawl(reactor_thread: ReactorThread) -> Crawl:
    """Crawl requests (or URLs) with settings and options of `crawling.crawl`."""

    def run(*requests: Request | str, settings: dict[str, Any] | None = None, **options: Any) -> Outcome:
        return reactor_thread.run(lambda: crawl(list(requests), settings or {}, **options))

    return run


@pytest.fixture
def ask(run_crawl: Crawl, server: FaultServer) -> Crawl:
    """Crawl paths of www.zillow.com, with the fault server in its place."""

    def run(*paths: Request | str, settings: dict[str, Any] | None = None, **options: Any) -> Outcome:
        requests = [f"https://www.zillow.com{path}" if isinstance(path, str) else path for path in paths]
        return run_crawl(*requests, settings={"PHX_REPLICA_URL": server.url(), **(settings or {})}, **options)

    return run

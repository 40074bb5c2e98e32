"""What libcurl tells of a connection that somebody asks about."""

from __future__ import annotations

from pathlib import Path

import pytest
from scrapy import Request
from scrapy.exceptions import DownloadFailedError, DownloadTimeoutError

from phx_scraper.downloader.address_guard import AddressGuard
from phx_scraper.downloader.meta_keys import TRACE
from phx_scraper.errors import PageError
from phx_scraper.probe.connection import connection_rows
from phx_scraper.probe.fetcher import Answer
from phx_scraper.probe.observer import Observation
from tests.faults.certificate import make_certificate, server_context
from tests.faults.fault_server import FaultServer
from tests.unit.downloader.conftest import Crawl
from tests.unit.downloader.crawling import handlers

OPEN = {"RETRY_TIMES": 0, "DOWNLOAD_HANDLERS": handlers(lambda: AddressGuard(judge=lambda address: True))}

GIVEN_UP = 4.0
"""Seconds. A connection is to come about before, also where this process has to wait for a processor."""


def traced(url: str, **meta: object) -> tuple[Request, Observation]:
    observation = Observation()
    return Request(url, meta={"phx_handler": "curl", TRACE: observation, **meta}), observation


def rows(observation: Observation, word: str) -> list[tuple[str, str, str]]:
    answer = Answer(observation, error=PageError(word))
    return [(row.step, row.result, row.word) for row in connection_rows(answer, "https")]


@pytest.mark.parametrize("expired", [False, True])
def test_a_bad_certificate_is_told_from_a_bad_handshake(run_crawl: Crawl, tmp_path: Path, expired: bool) -> None:
    with FaultServer(tls=server_context(make_certificate(tmp_path, "127.0.0.1", expired=expired))) as server:
        request, observation = traced(server.url("/ok"))
        outcome = run_crawl(request, settings=OPEN, extra_hosts=frozenset({f"127.0.0.1:{server.port}"}))
    assert isinstance(outcome.errors[request.url], DownloadFailedError)
    assert observation.is_connected
    assert rows(observation, "x") == [("tcp", "ok", ""), ("tls", "trouble", "certificate")]


def test_a_good_connection_has_version_times_and_end_of_the_certificate(run_crawl: Crawl, tmp_path: Path) -> None:
    with FaultServer(tls=server_context(make_certificate(tmp_path, "127.0.0.1"))) as server:
        request, seen = traced(server.url("/ok"))
        settings = {**OPEN, "DOWNLOAD_VERIFY_CERTIFICATES": False}
        run_crawl(request, settings=settings, extra_hosts=frozenset({f"127.0.0.1:{server.port}"}))
    assert seen.tls_version == "TLSv1.3"
    assert 0 < seen.connect < seen.handshake < seen.seconds
    assert seen.certificate_ends.endswith("GMT")
    assert seen.code == 0


def test_a_handshake_that_never_ends_is_blamed_on_tls(run_crawl: Crawl, server: FaultServer) -> None:
    request, observation = traced(f"https://127.0.0.1:{server.port}/ok", download_timeout=GIVEN_UP)
    outcome = run_crawl(request, settings=OPEN, extra_hosts=frozenset({f"127.0.0.1:{server.port}"}))
    assert isinstance(outcome.errors[request.url], DownloadTimeoutError)
    assert rows(observation, "timeout") == [("tcp", "ok", ""), ("tls", "trouble", "timeout")]


def test_a_transfer_that_was_given_up_has_connected(ask: Crawl) -> None:
    request, observation = traced("https://www.zillow.com/silence", download_timeout=GIVEN_UP)
    outcome = ask(request, settings={"RETRY_TIMES": 0})
    assert isinstance(outcome.errors[request.url], DownloadTimeoutError)
    assert observation.is_connected


def test_nobody_listens(run_crawl: Crawl) -> None:
    request, observation = traced("https://www.zillow.com/")
    run_crawl(request, settings={"RETRY_TIMES": 0, "PHX_REPLICA_URL": "http://127.0.0.1:9"})
    assert rows(observation, "connection_refused") == [("tcp", "trouble", "connection_refused")]


def test_a_request_that_nobody_asks_about_is_not_listened_to(ask: Crawl) -> None:
    assert TRACE not in ask("/ok").responses["https://www.zillow.com/ok"].meta

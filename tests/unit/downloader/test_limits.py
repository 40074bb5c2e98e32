"""Time and size are limited in every handler, whatever the server does (fault matrix 23-25)."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)

from phx_scraper.downloader.address_guard import AddressGuard
from phx_scraper.downloader.handlers.curl import PROFILE
from tests.faults.certificate import make_certificate, server_context
from tests.faults.fault_routes import ReceivedRequest
from tests.faults.fault_server import FaultServer
from tests.ports import HOST, free_port
from tests.unit.downloader.conftest import Crawl
from tests.unit.downloader.crawling import handlers

HOME = "https://www.zillow.com"
HANDLERS = ["curl", "plain"]
ONCE = {"RETRY_TIMES": 0}
TIMEOUT = 2
SLOW = ["/trickle", "/headers_never_end", "/silence"]


def to(path: str, handler: str, **meta: object) -> Request:
    return Request(f"{HOME}{path}", meta={"phx_handler": handler, **meta})


class SlowUntil(FaultServer):
    """Its slow answers end, cut off, once so many others have been asked for."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number, self._all_asked = number, asyncio.Event()

    async def respond(self, request: ReceivedRequest, writer: asyncio.StreamWriter) -> bool:
        answer = super().respond(request, writer)
        if request.route != "ok":
            slow = asyncio.ensure_future(answer)
            await self._all_asked.wait()
            slow.cancel()
            return False
        if len(self.log.of("ok")) == self._number:
            self._all_asked.set()
        return await answer


@pytest.mark.parametrize("handler", HANDLERS)
def test_slow_servers_reach_the_total_timeout(ask: Crawl, handler: str) -> None:
    outcome = ask(*[to(path, handler, download_timeout=TIMEOUT) for path in SLOW], settings=ONCE)
    assert {url: type(error) for url, error in outcome.errors.items()} == {
        f"{HOME}{path}": DownloadTimeoutError for path in SLOW
    }


@pytest.mark.parametrize("handler", HANDLERS)
def test_slow_servers_block_no_other(run_crawl: Crawl, handler: str) -> None:
    with SlowUntil(5) as server:
        outcome = run_crawl(
            *[to(path, handler, download_slot="slow") for path in SLOW],
            *[to(f"/ok?n={n}", handler) for n in range(5)],
            settings={"PHX_REPLICA_URL": server.url(), **ONCE},
        )
    assert outcome.responses.keys() == {f"{HOME}/ok?n={n}" for n in range(5)}
    assert outcome.errors.keys() == {f"{HOME}{path}" for path in SLOW}
    assert DownloadTimeoutError not in map(type, outcome.errors.values()), "the others waited for their end"


@pytest.mark.parametrize("handler", HANDLERS)
@pytest.mark.parametrize("path", ["/endless", "/huge"])
def test_large_bodies_are_cut_at_the_cap(ask: Crawl, handler: str, path: str) -> None:
    error = ask(to(path, handler), settings=ONCE).errors[f"{HOME}{path}"]
    assert isinstance(error, DownloadCancelledError)


def test_the_cap_can_be_set_for_one_request(ask: Crawl) -> None:
    small = Request(f"{HOME}/ok?size=100", meta={"download_maxsize": 99})
    exact = Request(f"{HOME}/ok?size=101", meta={"download_maxsize": 101})
    outcome = ask(small, exact)
    assert isinstance(outcome.errors[small.url], DownloadCancelledError)
    assert len(outcome.responses[exact.url].body) == 101


def test_no_cap_takes_everything(ask: Crawl) -> None:
    url = f"{HOME}/ok?size=3000000"
    assert len(ask(Request(url, meta={"download_maxsize": 0})).responses[url].body) == 3_000_000


@pytest.mark.parametrize("handler", HANDLERS)
@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd"])
def test_compression_bombs_are_cut_at_the_decoded_size(ask: Crawl, encoding: str, handler: str) -> None:
    url = f"{HOME}/bomb?encoding={encoding}"
    error = ask(to(f"/bomb?encoding={encoding}", handler), settings=ONCE).errors[url]
    assert isinstance(error, DownloadCancelledError | IgnoreRequest)


@pytest.mark.parametrize("handler", HANDLERS)
def test_memory_stays_flat_under_bombs(server: FaultServer, handler: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-m", "tests.unit.downloader.bomb_client", server.url(), handler],
        capture_output=True,
        text=True,
        timeout=180,
        check=True,
    )
    result = json.loads(ran.stdout)
    assert result["errors"] == 9
    assert result["grown_kb"] < 50_000  # one of the bombs alone holds 100 MB


@pytest.mark.parametrize("path", ["/short", "/short_chunks", "/reset?after=head"])
def test_short_bodies_are_data_loss(ask: Crawl, path: str) -> None:
    outcome = ask(path, settings=ONCE)
    assert isinstance(outcome.errors[f"{HOME}{path}"], ResponseDataLossError)


@pytest.mark.parametrize("path", ["/short", "/short_chunks"])
def test_a_request_may_take_a_short_body(ask: Crawl, path: str) -> None:
    url = f"{HOME}{path}"
    response = ask(Request(url, meta={"download_fail_on_dataloss": False})).responses[url]
    assert "dataloss" in response.flags
    assert response.body in {b"only this", b"hello"}


@pytest.mark.parametrize("handler", HANDLERS)
@pytest.mark.parametrize("path", ["/short", "/reset"])
def test_cut_responses_are_tried_three_times(ask: Crawl, server: FaultServer, path: str, handler: str) -> None:
    outcome = ask(to(path, handler))
    assert isinstance(outcome.errors[f"{HOME}{path}"], ResponseDataLossError | DownloadFailedError)
    assert len(server.log.requests) == 3
    assert outcome.stats["phx/retry/count"] == 2


def test_refused_and_unknown_hosts_have_scrapys_names(run_crawl: Crawl) -> None:
    # Not one that a server had and left: another process may be given it meanwhile.
    closed = f"http://{HOST}:{free_port()}"
    refused = run_crawl(f"{HOME}/ok", settings={"PHX_REPLICA_URL": closed, **ONCE})
    unknown = run_crawl(f"{HOME}/ok", settings={"PHX_REPLICA_URL": "http://no-such-host.invalid:1", **ONCE})
    assert isinstance(refused.errors[f"{HOME}/ok"], DownloadConnectionRefusedError)
    assert isinstance(unknown.errors[f"{HOME}/ok"], CannotResolveHostError)


@pytest.mark.parametrize("expired", [False, True])
def test_bad_certificates_are_refused_unless_the_setting_says_otherwise(
    run_crawl: Crawl, tmp_path: Path, expired: bool
) -> None:
    context = server_context(make_certificate(tmp_path, "127.0.0.1", expired=expired))
    with FaultServer(tls=context) as server:
        url = server.url("/ok")
        here = Request(url, meta={"impersonate": PROFILE})
        settings = {**ONCE, "DOWNLOAD_HANDLERS": handlers(lambda: AddressGuard(judge=lambda address: True))}
        allowed = frozenset({f"127.0.0.1:{server.port}"})
        refused = run_crawl(here, settings=settings, extra_hosts=allowed)
        taken = run_crawl(here, settings={**settings, "DOWNLOAD_VERIFY_CERTIFICATES": False}, extra_hosts=allowed)
    assert isinstance(refused.errors[url], DownloadFailedError)
    assert "certificate" in str(refused.errors[url]).lower()
    assert taken.responses[url].body == b"xx"

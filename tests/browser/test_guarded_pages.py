"""A page's script asks for what it likes: only its own source's sites are reached, and by what was judged."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator

import pytest
from scrapy import Request
from scrapy.exceptions import CannotResolveHostError, DownloadConnectionRefusedError

from phx_scraper.downloader.address_guard import AddressGuard
from phx_scraper.downloader.browser.checking_proxy import CheckingProxy
from phx_scraper.downloader.browser.page_rules import PageRules
from phx_scraper.downloader.exceptions import UnsafeRequest
from tests.browser.conftest import ZILLOW, Render, browser_request
from tests.browser.site import Answer, Site
from tests.browser.test_rendered_pages import PLACE, page
from tests.unit.downloader.crawling import ReactorThread, handlers


class Trap:
    """A listener on this machine that nobody may reach; `connections` counts who did."""

    def __init__(self) -> None:
        self.connections = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            connection.close()

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def trap() -> Iterator[Trap]:
    trap = Trap()
    yield trap
    trap.close()


@pytest.fixture
def site() -> Iterator[Site]:
    with Site({}) as running:
        yield running


def test_nothing_but_its_own_sites_is_reached(render: Render, site: Site, trap: Trap) -> None:
    """Fetches, frames, scripts, pop-ups, sockets, workers, preconnects, refreshes and redirects, all to elsewhere."""
    bad = f"http://127.0.0.1:{trap.port}"
    site.pages[f"{PLACE}/away"] = Answer(status=302, headers={"Location": f"{bad}/redirected"})
    site.pages[f"{PLACE}/worker.js"] = Answer(
        f"fetch('{bad}/from-worker')", headers={"Content-Type": "text/javascript"}
    )
    site.pages[f"{PLACE}/hostile"] = page(
        f"""<script>
        for (const url of ["{bad}/a", "http://localhost:{trap.port}/b", "http://[::1]:{trap.port}/c", "{site.url}/d",
            "http://169.254.169.254/latest/meta-data", "https://evil.example/e", "/away"]) fetch(url).catch(() => 0);
        try {{ new WebSocket("ws://127.0.0.1:{trap.port}/f") }} catch (error) {{}}
        try {{ new WebSocket("ws://www.zillow.com/socket") }} catch (error) {{}}
        new EventSource("{bad}/g"); navigator.sendBeacon("{bad}/h", "x"); new Image().src = "{bad}/i";
        window.open("{bad}/j"); window.open("/popup"); new Worker("/worker.js");
        </script><iframe src="{bad}/k"></iframe><iframe src="file:///etc/passwd"></iframe>
        <script src="{bad}/l"></script><form id=f action="{bad}/m" target=_blank method=post></form>
        <script>f.submit()</script>""",
        f'<link rel=preconnect href="{bad}"><link rel=prefetch href="{bad}/n">'
        '<link rel=dns-prefetch href="//e.example">',
    )
    outcome = render(site.url, "/hostile")
    assert outcome.errors == {}
    assert trap.connections == 0
    # The tab's icon is asked for by the browser itself, if there is time, from the page's own host.
    own = ("hostile", "away", "worker.js", "favicon.ico")
    assert {asked.place for asked in site.asked} <= {f"{PLACE}/{name}" for name in own}
    assert b"root:" not in outcome.responses[f"{ZILLOW}/hostile"].body


def test_a_page_that_leads_elsewhere_is_not_followed(render: Render, site: Site, trap: Trap) -> None:
    targets = [
        f"http://127.0.0.1:{trap.port}/x",
        "https://evil.example/x",
        "http://www.redfin.com/x",
        "file:///etc/passwd",
    ]
    for number, target in enumerate(targets):
        site.pages[f"{PLACE}/{number}"] = Answer(status=302, headers={"Location": target})
    outcome = render(site.url, *(f"/{number}" for number in range(4)), settings={"RETRY_TIMES": 0})
    assert outcome.responses == {}
    assert trap.connections == 0
    errors = [outcome.errors[f"{ZILLOW}/{number}"] for number in range(4)]
    assert all(isinstance(error, UnsafeRequest) for error in errors[:3]), (
        "Chromium itself knows no way from http to file"
    )


def test_a_host_of_the_source_with_a_private_address_is_refused(render: Render) -> None:
    def guard() -> AddressGuard:
        async def resolve(host: str, port: int) -> list[str]:
            return ["10.0.0.1"]

        return AddressGuard(resolve=resolve)

    settings = {"DOWNLOAD_HANDLERS": handlers(guard), "PHX_REPLICA_URL": ""}
    outcome = render("", "/x", settings=settings)
    error = outcome.errors[f"{ZILLOW}/x"]
    assert isinstance(error, UnsafeRequest)
    assert error.reason == "private_address"
    assert outcome.stats["phx/guard/refused/private_address"]


def test_what_hinders_the_connection_is_told_by_name(render: Render) -> None:
    def unknown() -> AddressGuard:
        async def resolve(host: str, port: int) -> list[str]:
            raise OSError("no such name")

        return AddressGuard(resolve=resolve)

    settings = {"DOWNLOAD_HANDLERS": handlers(unknown), "PHX_REPLICA_URL": "", "RETRY_TIMES": 0}
    assert isinstance(render("", "/x", settings=settings).errors[f"{ZILLOW}/x"], CannotResolveHostError)
    refused = render("http://127.0.0.1:9", "/x", settings={"RETRY_TIMES": 0})
    assert isinstance(refused.errors[f"{ZILLOW}/x"], DownloadConnectionRefusedError)


@pytest.mark.parametrize(
    ("source", "host", "allowed"),
    [
        ("zillow", "www.zillow.com", True),
        ("zillow", "s.zillow.com", True),
        ("zillow", "photos.zillowstatic.com", True),
        ("zillow", "www.redfin.com", False),
        ("zillow", "evilzillow.com", False),
        ("zillow", "zillow.com.evil.example", False),
        ("zillow", "127.0.0.1", False),
        ("redfin", "ratelimited.redfin.com", True),
        ("", "own.example", True),
        ("", "www.own.example", False),
    ],
)
def test_the_hosts_of_a_sources_pages(source: str, host: str, allowed: bool) -> None:
    assert PageRules(source, "own.example" if not source else "www.zillow.com").allows_host(host) is (
        allowed or host == "www.zillow.com"
    )


def test_the_proxy_itself_refuses(reactor_thread: ReactorThread, trap: Trap) -> None:
    """Whatever the browser lets through: a connection is made to a listed host at its own port, and to no other."""
    told: list[UnsafeRequest] = []

    async def ask(lines: list[bytes]) -> list[bytes]:
        proxy = CheckingProxy(PageRules("zillow", "www.zillow.com"), AddressGuard(), None, "", told.append)
        port = int((await proxy.start()).rpartition(":")[2])
        answers = []
        for line in lines:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(line + b"\r\n\r\n")
            answers.append(await reader.read())
            writer.close()
        await proxy.close()
        return answers

    lines = [
        b"CONNECT 127.0.0.1:%d HTTP/1.1" % trap.port,
        b"CONNECT www.zillow.com:22 HTTP/1.1",
        b"CONNECT www.zillow.com.:443@127.0.0.1 HTTP/1.1",
        b"GET http://127.0.0.1:%d/ HTTP/1.1" % trap.port,
        b"GET ftp://www.zillow.com/ HTTP/1.1",
        b"\x16\x03\x01",
    ]
    answers = reactor_thread.run(lambda: ask(lines))
    assert all(not answer.startswith(b"HTTP/1.1 2") for answer in answers)
    assert {error.reason for error in told} >= {"host_not_listed", "port", "scheme"}
    assert trap.connections == 0


def test_a_request_to_a_host_that_is_no_sources_stays_with_it(render: Render, site: Site) -> None:
    site.pages["own.example/x"] = Answer(
        "<html><body>mine<script>fetch('http://www.zillow.com/y')</script></body></html>"
    )
    request = Request("https://own.example/x", meta={"phx_way": "browser"})
    outcome = render(site.url, request, extra_hosts=frozenset({"own.example"}))
    assert "mine" in outcome.responses["https://own.example/x"].text
    assert site.times("www.zillow.com/y") == 0
    assert browser_request("/x").meta["phx_source"] == "zillow"

"""The user's own proxies: the browser goes by them with their passwords, each in a context of its own."""

from __future__ import annotations

import base64

import pytest
from scrapy import Request
from scrapy.exceptions import DownloadFailedError

from phx_scraper.downloader.browser.browser_request import rendered_page
from tests.browser.conftest import Render, browser_request
from tests.browser.site import Site
from tests.browser.test_rendered_pages import page
from tests.unit.downloader.crawling import SETTINGS
from tests.unit.downloader.forward_proxy import ForwardProxy, Passage

HOME = "http://www.zillow.com"
BASIC = "Basic " + base64.b64encode(b"user:p@ss").decode()
MIDDLEWARES = {
    **SETTINGS["DOWNLOADER_MIDDLEWARES"],
    "phx_scraper.downloader.middlewares.proxies.ProxiesMiddleware": 735,
}


@pytest.mark.parametrize(
    ("scheme", "passage"),
    [
        ("http", Passage("CONNECT", "www.zillow.com:80", BASIC)),
        ("socks5h", Passage("SOCKS", "www.zillow.com:80", "user:p@ss")),
    ],
)
def test_it_goes_by_the_proxy_with_its_credentials(render: Render, scheme: str, passage: Passage) -> None:
    with Site({"told": page("by proxy")}) as site, ForwardProxy(site.port, challenge=True) as proxy:
        proxies = proxy.url(scheme, userinfo="user:p%40ss")
        settings = {"DOWNLOADER_MIDDLEWARES": MIDDLEWARES, "PHX_PROXIES": proxies, "RETRY_TIMES": 0}
        outcome = render("", browser_request(f"{HOME}/told"), settings=settings)
    assert outcome.errors == {}
    assert "by proxy" in outcome.responses[f"{HOME}/told"].text
    assert passage in proxy.passages
    assert {one.credentials for one in proxy.passages} == {passage.credentials}
    assert [asked.headers["Host"] for asked in site.of("told")] == ["www.zillow.com"]
    assert not any("p@ss" in str(asked.headers) or BASIC in str(asked.headers) for asked in site.asked)


def test_a_proxy_that_is_not_there_is_told_without_its_password(render: Render) -> None:
    settings = {
        "DOWNLOADER_MIDDLEWARES": MIDDLEWARES,
        "PHX_PROXIES": "http://user:hunter2@127.0.0.1:9",
        "RETRY_TIMES": 0,
    }
    error = render("", browser_request(f"{HOME}/told"), settings=settings).errors[f"{HOME}/told"]
    assert isinstance(error, DownloadFailedError)
    assert "proxy" in str(error)
    assert "hunter2" not in repr(error) + repr(error.__cause__)


def test_each_proxy_has_a_context_and_the_site_gets_no_password() -> None:
    def rendered(proxy: str | None, **headers: str) -> tuple[str, str, Request]:
        request = Request(f"{HOME}/ok", meta={"proxy": proxy, "phx_source": "zillow"}, headers=headers)
        asked = rendered_page(request, None)
        return asked.context, asked.proxy, asked.request

    one, two = (rendered(f"http://127.0.0.1:{port}", **{"Proxy-Authorization": BASIC}) for port in (1, 2))
    other_user = rendered("http://127.0.0.1:1")
    assert len({one[0], two[0], other_user[0], rendered(None)[0]}) == 4
    assert one[1] == "http://user:p%40ss@127.0.0.1:1"
    assert "Proxy-Authorization" not in one[2].headers
    assert rendered(None)[:2] == ("zillow", "")

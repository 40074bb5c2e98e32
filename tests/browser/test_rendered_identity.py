"""Over TLS and HTTP/2: the browser's document request is the plain handler's, but for what docs/browser.md names."""

from __future__ import annotations

import pytest
from scrapy import Request

from phx_scraper.replica import Options, running
from tests.browser.conftest import ZILLOW, browser_request, render_all
from tests.unit.downloader.crawling import ReactorThread

# Playwright looks at every request, for which Chromium switches its cache off.
NO_CACHE = {"pragma", "cache-control"}


def test_the_same_headers_in_the_same_order(reactor_thread: ReactorThread, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    monkeypatch.setenv("LANGUAGE", "de")
    with running(Options(only=("scripted_pages",), photos=(1, 1), width=400, tls_port=0)) as replica:
        requests = [Request(f"{ZILLOW}/?plain"), browser_request("/?rendered")]
        outcome = render_all(reactor_thread, replica.tls_url, requests, {"CONCURRENT_REQUESTS": 1})
        seen = {asked["path"]: asked for asked in replica.requests()}
    assert outcome.errors == {}
    plain, rendered = seen["/?plain"], seen["/?rendered"]
    sent = [[name, value.replace("image/jxl,", "")] for name, value in rendered["headers"] if name not in NO_CACHE]
    assert sent == plain["headers"]
    assert rendered["pseudo"] == plain["pseudo"]
    assert rendered["connection"]["settings"] == plain["connection"]["settings"]
    assert rendered["connection"]["server_name"] == "www.zillow.com", "TLS is between the browser and the site"

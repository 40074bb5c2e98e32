"""Skips, saying so, where there is no Chromium to test with."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import Any

import pytest
from scrapy import Request

from tests.unit.downloader.crawling import Outcome, ReactorThread, crawl

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ZILLOW = "https://www.zillow.com"

Render = Callable[..., Outcome]


@pytest.fixture(scope="session", autouse=True)
def _chromium() -> None:
    if find_spec("scrapy_playwright") is None:
        pytest.skip("the [browser] extra is not installed")
    if not any(shutil.which(name) for name in NAMES):
        pytest.skip("no Chromium here to try a browser with: as root, apt-get update && apt-get install chromium")


@pytest.fixture
def render(reactor_thread: ReactorThread) -> Render:
    """Crawl requests (or paths of www.zillow.com by the browser) against a site in the place of a replica."""

    def run(site: str, *requests: Request | str, settings: dict[str, Any] | None = None, **options: Any) -> Outcome:
        asked: list[Request | str] = [browser_request(one) if isinstance(one, str) else one for one in requests]
        return render_all(reactor_thread, site, asked, settings, **options)

    return run


def render_all(
    reactor: ReactorThread,
    site: str,
    requests: Sequence[Request | str],
    settings: dict[str, Any] | None = None,
    **options: Any,
) -> Outcome:
    """One crawl of these."""
    chosen = {"PHX_REPLICA_URL": site, "DOWNLOAD_TIMEOUT": 20, **(settings or {})}
    return reactor.run(lambda: crawl(list(requests), chosen, **options), seconds=180)


def browser_request(path: str, **meta: Any) -> Request:
    """A request for a path of www.zillow.com, or for a whole URL, that is to be rendered."""
    url = path if path.startswith("http") else f"{ZILLOW}{path}"
    return Request(url, meta={"phx_way": "browser", "phx_source": "zillow", **meta})

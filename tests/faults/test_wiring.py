"""Each component that settings.py enables has an effect, which disappears without it."""

from __future__ import annotations

import json
import re
import select
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from phx_scraper import settings as project
from phx_scraper.replica import Options, Replica, running
from tests.faults.intercepting_proxy import InterceptingProxy
from tests.integration import crawls
from tests.unit.downloader.crawling import SETTINGS

HOME = "15230 N 37th Way, Phoenix, AZ 85032"
SWIFT_STOP = "phx_scraper.extensions.fast_shutdown.FastShutdown"
# Visible in feeds only: tests/integration/test_whole_feeds.py.
WHOLE_FEEDS = "phx_scraper.extensions.feed_export.CatalogueFeedExporter"
# Where requests pause only: tests/integration/test_robots_txt.py.
ROBOTS = "phx_scraper.extensions.robots_txt.RobotsTxt"
# By path: whether a crawl's output, exit code and store show it. Too little memory is allowed, for the guards.
EFFECTS: Mapping[str, Callable[[crawls.Result, Path], bool]] = {
    "phx_scraper.extensions.resource_limits.ResourceLimits": lambda result, store: "PHX_MAX_MEMORY_MB" in result.output,
    "phx_scraper.extensions.close_run.CloseRun": lambda result, store: bool(list(store.glob("metadata/runs/*.json"))),
    "phx_scraper.extensions.log_run_id.LogRunId": lambda result, store: bool(
        re.search(r":\d\d [0-9a-f]{8} [A-Z]+ ", result.output)
    ),
    "phx_scraper.extensions.progress.Progress": lambda result, store: result.output.startswith("Starting: 1 home"),
}
LITTLE_MEMORY = {"PHX_MAX_MEMORY_MB": 10}
# Middlewares of the project that the downloader tests, with their own wiring, leave out; they have separate tests.
TESTED_APART = {
    "phx_scraper.downloader.middlewares.credentials.CredentialsMiddleware": "tests/integration/test_all_crawl.py",
    "phx_scraper.downloader.middlewares.known_listings.KnownListingsMiddleware": "tests/faults/test_resumed.py",
    "phx_scraper.downloader.middlewares.proxies.ProxiesMiddleware": "tests/integration/test_proxies.py",
    "phx_scraper.downloader.middlewares.saved_pages_answers.SavedPagesMiddleware": (
        "tests/integration/saved/test_saved_crawl.py"
    ),
}


@pytest.fixture(scope="module")
def replica(pictures: Path) -> Iterator[Replica]:
    with running(Options(cache=pictures, photos=(2, 2), kinds=frozenset(), width=480)) as server:
        yield server


def test_the_table_lists_every_extension() -> None:
    ours = {path for path, order in project.EXTENSIONS.items() if order is not None}
    assert ours == {*EFFECTS, SWIFT_STOP, WHOLE_FEEDS, ROBOTS}


def test_each_extension_has_its_effect(replica: Replica, tmp_path: Path) -> None:
    result = crawls.crawl("zillow", tmp_path, replica.url, LITTLE_MEMORY, address=HOME)
    assert {path: shows(result, tmp_path) for path, shows in EFFECTS.items()} == dict.fromkeys(EFFECTS, True)


def test_without_an_extension_its_effect_is_absent(replica: Replica, tmp_path: Path) -> None:
    off = {"EXTENSIONS": json.dumps({**project.EXTENSIONS, **dict.fromkeys(EFFECTS)})}
    result = crawls.crawl("zillow", tmp_path, replica.url, {**LITTLE_MEMORY, **off}, address=HOME)
    assert crawls.outcomes(tmp_path) == {(HOME, "zillow"): "ok"}
    assert {path: shows(result, tmp_path) for path, shows in EFFECTS.items()} == dict.fromkeys(EFFECTS, False)


def test_a_stop_does_not_wait_for_a_silent_server(replica: Replica, tmp_path: Path) -> None:
    """The effect of SwiftStop."""
    with InterceptingProxy(replica.url) as proxy:
        crawls.crawl("zillow", tmp_path / "plain", proxy.url(), address=HOME)
        ((page,),) = crawls.rows(tmp_path / "plain", "SELECT url FROM listings")
        proxy.faults = {"/" + page.partition("://")[2]: "/silence"}
        asked = len(proxy.log.of("homedetails"))
        process = crawls.start("zillow", tmp_path / "stopped", proxy.url(), {"DOWNLOAD_TIMEOUT": 120}, address=HOME)
        until = time.monotonic() + 60
        while len(proxy.log.of("homedetails")) == asked:
            assert time.monotonic() < until
            select.select([], [], [], 0.02)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)  # of the 120 that the server would be waited for
    assert process.returncode == 3


def test_downloader_tests_use_the_projects_wiring() -> None:
    for name, value in SETTINGS["DOWNLOADER_MIDDLEWARES"].items():
        assert project.DOWNLOADER_MIDDLEWARES[name] == value, name
    apart = {name for name in project.DOWNLOADER_MIDDLEWARES if name not in SETTINGS["DOWNLOADER_MIDDLEWARES"]}
    assert {name for name in apart if project.DOWNLOADER_MIDDLEWARES[name] is not None} == TESTED_APART.keys()
    assert all((crawls.REPOSITORY / path).is_file() for path in TESTED_APART.values())
    assert SETTINGS["DOWNLOAD_HANDLERS"] == project.DOWNLOAD_HANDLERS

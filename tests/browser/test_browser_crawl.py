"""Whole crawls of a replica whose pages have their content only after script has run."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from phx_scraper.replica import Options, Replica, running
from phx_scraper.replica.truth import truth
from tests.browser.processes import Process, alive, descendants
from tests.integration.crawls import assert_agrees_with_truth, crawl, outcomes, rows, start

HOME = "4732 W Davis Rd, Glendale, AZ 85306"
CSV = "street,city,state,zip\n4732 W Davis Rd,Glendale,AZ,85306\n"
WEB = ("phoenix_mls", "redfin", "zillow")


@pytest.fixture
def homes(tmp_path: Path) -> Path:
    file = tmp_path / "homes.csv"
    file.write_text(CSV, encoding="ascii")
    return file


@pytest.fixture(scope="module")
def scripted() -> Iterator[Replica]:
    with running(Options(only=("scripted_pages",), photos=(3, 4), width=500)) as replica:
        yield replica


def details(store: Path) -> dict[str, tuple[str, str, str]]:
    return {
        source: (outcome, reason, detail)
        for source, outcome, reason, detail in rows(store, "SELECT source, outcome, reason, detail FROM visits")
    }


def test_pages_that_scripts_fill_are_had_by_the_browser(scripted: Replica, homes: Path, tmp_path: Path) -> None:
    result = crawl("all", tmp_path / "store", scripted.url, {"DOWNLOAD_TIMEOUT": 60}, addresses=homes)
    assert result.code == 0, result.output
    assert "Traceback" not in result.output
    ended = details(tmp_path / "store")
    for source in WEB:
        assert ended[source][0] == "ok"
        assert "page by browser: ok" in ended[source][2]
    assert "browser" not in ended["maricopa_assessor"][2], "it has no web pages"
    assert_agrees_with_truth(tmp_path / "store", truth(homes, scripted.options), (*WEB, "maricopa_assessor"))


def test_never_ends_by_name(scripted: Replica, homes: Path, tmp_path: Path) -> None:
    result = crawl("zillow", tmp_path / "store", scripted.url, {"PHX_BROWSER": "never"}, addresses=homes)
    assert result.code == 1
    assert details(tmp_path / "store")["zillow"][:2] == ("error", "not_understood:needs_browser")


def test_a_browser_that_cannot_start_ends_its_visits_by_name_and_the_others_go_on(
    scripted: Replica, homes: Path, tmp_path: Path
) -> None:
    result = crawl("all", tmp_path / "store", scripted.url, {"PHX_BROWSER_PATH": "false"}, addresses=homes)
    assert result.code == 1
    assert "Traceback" not in result.output
    ended = details(tmp_path / "store")
    for source in ("zillow", "phoenix_mls"):
        assert ended[source][:2] == ("error", "browser_unavailable")
        assert "Chromium did not start" in ended[source][2]
    assert ended["redfin"][0] == "ok", "its answers to scripts are another way"
    assert ended["maricopa_assessor"][0] in ("ok", "empty")
    assert not rows(tmp_path / "store", "SELECT * FROM breakers WHERE page_failures > 0"), "no source is to blame"


@pytest.mark.parametrize("mode", ["auto", "always"])
def test_a_refusal_is_a_refusal_and_goes_to_no_browser(homes: Path, tmp_path: Path, mode: str) -> None:
    with running(Options(only=("blocked_200",), photos=(3, 4))) as replica:
        result = crawl(
            "zillow", tmp_path / "store", replica.url, {"PHX_BROWSER": mode, "STATS_DUMP": 1}, addresses=homes
        )
    assert outcomes(tmp_path / "store") == {(HOME, "zillow"): "blocked"}
    assert ("phx/browser/started" in result.output) is (mode == "always")
    assert ("by browser: captcha" in details(tmp_path / "store")["zillow"][2]) is (mode == "always")


@pytest.mark.parametrize("blow", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT], ids=lambda one: one.name)
def test_no_process_outlives_the_crawl(homes: Path, tmp_path: Path, blow: signal.Signals) -> None:
    with running(Options(only=("scripted_pages",), photos=(1, 1), width=400)) as replica:
        # The first is the plain page, the second the browser's own, which it gets no sooner than the blow comes.
        replica.hold(2, "page")
        process = start("zillow", tmp_path / "store", replica.url, {"DOWNLOAD_TIMEOUT": 60}, addresses=homes)
        try:
            family = wait_for_chromium(process)
            process.send_signal(blow)
            replica.release()
            output = process.communicate(timeout=300)[0].decode()
        finally:
            process.kill()
    assert process.returncode == (-9 if blow is signal.SIGKILL else 3), output
    assert "Traceback" not in output
    deadline = time.monotonic() + 60
    while alive(family) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert alive(family) == []


def wait_for_chromium(process: subprocess.Popen[bytes]) -> list[Process]:
    """The crawl's processes, once a browser with a page is among them."""
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline:
        family = descendants(process.pid)
        if any("--type=renderer" in one.command for one in family):
            return family
        assert process.poll() is None, process.communicate()[0].decode()
        time.sleep(0.05)
    raise AssertionError("no browser was started")

"""A browser that dies, hangs, wears out or cannot start costs its page a try at most, and no other page."""

from __future__ import annotations

import os
import select
import signal
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.exceptions import DownloadTimeoutError

from phx_scraper.downloader.browser import browser_handler, browser_turns, chromium, virtual_display
from phx_scraper.downloader.browser.browser_turns import BrowserTurns, Limits
from phx_scraper.downloader.exceptions import BrowserFailed, BrowserUnavailable
from tests.browser.conftest import ZILLOW, Render, browser_request
from tests.browser.processes import Process, descendants
from tests.browser.site import Answer, Asked, Site
from tests.browser.test_rendered_pages import PLACE, page
from tests.unit.downloader.crawling import ReactorThread


@pytest.fixture
def site() -> Iterator[Site]:
    with Site({f"{PLACE}/{name}": page(name) for name in ("one", "two", "three")}) as running:
        yield running


@pytest.fixture(autouse=True)
def _nothing_is_left() -> Iterator[None]:
    yield
    assert has_ended(lambda one: "chrom" in one.command or "playwright" in one.command)


def has_ended(is_it: Callable[[Process], bool]) -> bool:
    """Whether none of them runs any more, once they had the time: what was killed is gone a moment later."""
    until = time.monotonic() + 60
    while any(map(is_it, descendants(os.getpid()))):
        if time.monotonic() > until:
            return False
        select.select([], [], [], 0.05)
    return True


def chromiums() -> list[int]:
    """The browsers' own processes: those whose parent is no Chromium."""
    found = [one for one in descendants(os.getpid()) if "--remote-debugging-pipe" in one.command]
    return [one.pid for one in found if "--type=" not in one.command]


def once(answer: Answer, signal_number: signal.Signals, what: str = "") -> object:
    """An answer whose first request hits the browser (or the driver) with a signal."""
    hit = []

    def answers(_: Asked) -> Answer:
        if not hit:
            hit.append(True)
            pids = chromiums() if not what else [one.pid for one in descendants(os.getpid()) if what in one.command]
            for pid in pids:
                os.kill(pid, signal_number)
        return answer

    return answers


def test_a_killed_browser_is_replaced_and_its_page_tried_again(render: Render, site: Site) -> None:
    kills = {"browser": "", "driver": "run-driver", "renderer": "--type=renderer"}
    for name, what in kills.items():
        site.pages[f"{PLACE}/{name}"] = once(page("at last"), signal.SIGKILL, what)

    def always(_: Asked) -> Answer:
        for pid in chromiums():
            os.kill(pid, signal.SIGKILL)
        return Answer()

    site.pages[f"{PLACE}/always"] = always
    paths = [f"/{name}" for name in (*kills, "always", "one")]
    outcome = render(site.url, *paths, settings={"DOWNLOAD_TIMEOUT": 8, "RETRY_TIMES": 1})
    assert isinstance(outcome.errors.pop(f"{ZILLOW}/always"), BrowserFailed), "given up by name"
    assert outcome.errors == {}
    for name in kills:
        assert "at last" in outcome.responses[f"{ZILLOW}/{name}"].text
    assert outcome.stats["phx/retry/count"] == 4
    assert outcome.stats["phx/browser/started"] >= 5


def test_a_frozen_browser_is_killed_and_replaced(render: Render, site: Site) -> None:
    site.pages[f"{PLACE}/freezes"] = once(page("thawed"), signal.SIGSTOP)
    outcome = render(site.url, "/freezes", "/one", settings={"DOWNLOAD_TIMEOUT": 8})
    assert outcome.errors == {}
    assert outcome.stats["phx/browser/started"] == 2


def test_a_page_that_never_answers_is_a_timeout_and_the_browser_goes_on(render: Render, site: Site) -> None:
    """What a timeout cancels leaves no page open: the next one of the same context finds it empty."""
    site.pages[f"{PLACE}/busy"] = Answer("<html><body><script>for (;;);</script></body></html>")
    site.pages[f"{PLACE}/waits"] = Answer("<html><head><script src='/never.js'></script></head></html>")
    site.pages[f"{PLACE}/never.js"] = lambda _: (signal.sigtimedwait([], 4), Answer())[1]
    late = [browser_request(path, download_timeout=2) for path in ("/waits", "/busy")]
    outcome = render(site.url, *late, "/one", settings={"RETRY_TIMES": 0})
    assert {type(error) for error in outcome.errors.values()} <= {DownloadTimeoutError}
    assert set(outcome.errors) == {request.url for request in late}
    assert set(outcome.responses) == {f"{ZILLOW}/one"}
    assert outcome.stats["playwright/page_count/max_concurrent"] == 1


@pytest.mark.parametrize("script", ["exit 1", "exec sleep 1000"], ids=["ends", "hangs"])
def test_one_that_cannot_start_is_told_in_a_sentence(
    render: Render, site: Site, tmp_path: Path, script: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chromium, "LAUNCH_SECONDS", 2.0)
    program = tmp_path / "chrom"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="ascii")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    plain = Request(f"{ZILLOW}/two")
    outcome = render(site.url, "/one", "/three", plain, settings={"PHX_BROWSER_PATH": str(program)})
    assert set(outcome.responses) == {plain.url}, "the others go on"
    for error in outcome.errors.values():
        assert isinstance(error, BrowserUnavailable)
        assert error.detail.startswith(f"Chromium did not start: {program}: ")
        assert "\n" not in error.detail


def test_without_any_chromium_the_sentence_says_what_to_install(
    render: Render, site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(chromium, "NAMES", ())
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    error = render(site.url, "/one").errors[f"{ZILLOW}/one"]
    assert "apt-get install chromium" in str(error)


@pytest.mark.parametrize("settings", [{"PHX_BROWSER": "never"}, {}], ids=["never", "no extra"])
def test_without_the_extra_or_the_permission_the_sentence_says_so(
    render: Render, site: Site, settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "phx_scraper.downloader.handlers.routing.BROWSER", "scrapy_playwright_that_is_not_there.Handler"
    )
    error = render(site.url, "/one", settings=settings).errors[f"{ZILLOW}/one"]
    assert isinstance(error, BrowserUnavailable)
    assert ("PHX_BROWSER is never" if settings else "[browser]") in str(error)


def test_it_is_started_anew_after_its_pages_and_when_it_grows(
    render: Render, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser_handler, "Limits", lambda **known: Limits(pages=2, **known))
    outcome = render(site.url, "/one", "/two", "/three")
    assert (len(outcome.responses), outcome.stats["phx/browser/started"]) == (3, 2)
    monkeypatch.setattr(browser_handler, "Limits", Limits)
    monkeypatch.setattr(browser_turns, "MEASURE_EVERY", 1)
    grown = render(site.url, "/one", "/two", settings={"PHX_BROWSER_MEMORY_MB": 1})
    assert (len(grown.responses), grown.stats["phx/browser/started"]) == (2, 2)
    assert grown.stats["phx/browser/megabytes"] > 50


def test_headed_on_a_display_of_its_own(render: Render, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    if virtual_display.shutil.which("Xvfb") is None:
        pytest.skip("no Xvfb here for a headed browser: as root, apt-get install xvfb")
    seen = []

    def look(_: Asked) -> Answer:
        seen.extend(one.command for one in descendants(os.getpid()))
        return page("headed")

    site.pages[f"{PLACE}/headed"] = look
    outcome = render(site.url, "/headed", settings={"PHX_BROWSER_HEADED": True})
    assert outcome.errors == {}
    assert any("Xvfb" in command for command in seen)
    assert not any("--headless" in command for command in seen if "--remote-debugging-pipe" in command)
    assert has_ended(lambda one: "Xvfb" in one.command)
    monkeypatch.setattr(virtual_display.shutil, "which", lambda name: None)
    assert "Xvfb" in str(render(site.url, "/one", settings={"PHX_BROWSER_HEADED": True}).errors[f"{ZILLOW}/one"])


def test_a_browser_that_keeps_failing_is_left_alone(reactor_thread: ReactorThread) -> None:
    async def nothing() -> None:
        pass

    async def no_memory() -> float:
        return 0

    async def take_turns() -> str:
        turns = BrowserTurns(nothing, nothing, no_memory, Limits(failures=2))
        for _ in range(2):
            await turns.enter()
            turns.fail()
            await turns.leave(False)
        try:
            await turns.enter()
        except BrowserUnavailable as error:
            return error.detail
        return "entered"

    assert reactor_thread.run(take_turns) == "the browser failed 2 times in a row and is left alone"

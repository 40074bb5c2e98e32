"""Debian's Chromium (or Google's Chrome), driven by Playwright."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Browser as PlaywrightBrowser
from playwright.sync_api import BrowserContext, sync_playwright

from tests.report.tab import Seen


class ChromiumTab:
    """A tab in a context of its own, without a network."""

    name = "chromium"

    def __init__(self, context: BrowserContext) -> None:
        self.seen = Seen()
        self._page = context.new_page()
        self._page.on("console", lambda told: self._note(told.type, told.text))
        self._page.on("pageerror", lambda error: self.seen.problems.append(str(error)))
        self._page.on("request", lambda request: self.seen.asked.append(request.url))

    def _note(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self.seen.problems.append(text)

    def open(self, url: str) -> None:
        """Leave the page before first: another fragment of the same file would be no new page."""
        self._page.goto("about:blank")
        self._page.goto(url, wait_until="load")

    def size(self, width: int, height: int) -> None:
        self._page.set_viewport_size({"width": width, "height": height})

    def run(self, expression: str) -> Any:
        return self._page.evaluate(expression)

    wait = run

    def press(self, *keys: str) -> None:
        for key in keys:
            self._page.keyboard.press(key)


class Chromium:
    """The browser; each tab is of a context of its own."""

    def __init__(self, browser: PlaywrightBrowser) -> None:
        self._browser = browser

    def tab(self, *, scripts: bool = True, dark: bool = False) -> ChromiumTab:
        scheme: Any = "dark" if dark else "light"
        return ChromiumTab(
            self._browser.new_context(
                offline=True, java_script_enabled=scripts, color_scheme=scheme, reduced_motion="reduce"
            )
        )

    def close(self) -> None:
        self._browser.close()


@contextlib.contextmanager
def chromium(executable: str) -> Iterator[Chromium]:
    """A Chromium whose every connection would end at a closed port."""
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--proxy-server=http://127.0.0.1:9"]
        browser = Chromium(playwright.chromium.launch(executable_path=executable, args=arguments))
        try:
            yield browser
        finally:
            browser.close()

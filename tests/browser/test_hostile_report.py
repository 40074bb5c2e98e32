"""The report of hostile listings in a real browser: nothing of them runs, asks anybody, or breaks the page apart."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import NAMES
from tests.unit.report.hostile_store import plant
from tests.unit.report.planted_store import PlantedStore

WIDTHS = (390, 1440)


class Seen(NamedTuple):
    """What a page did in a window of a width: its title, what it is wider than the window, and what was noted."""

    name: str
    width: int
    title: str
    too_wide: int
    asked: list[str]
    errors: list[str]
    handlers: int


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    store = PlantedStore(tmp_path_factory.mktemp("hostile") / "data", fsync=False)
    plant(store)
    store.report()
    yield store.root / "report"
    store.catalogue.close()


@pytest.fixture(scope="module")
def seen(folder: Path) -> list[Seen]:
    place = next(found for name in NAMES if (found := shutil.which(name)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=place, args=["--no-sandbox"])
        try:
            return [_look(browser.new_page(), path, width) for path in folder.rglob("*.html") for width in WIDTHS]
        finally:
            browser.close()


def _look(page: Page, path: Path, width: int) -> Seen:
    asked: list[str] = []
    errors: list[str] = []
    page.set_viewport_size({"width": width, "height": 900})
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if _is_ours(message.text) else None)
    page.on("dialog", lambda dialog: errors.append(dialog.message))
    page.goto(path.as_uri())
    for details in page.locator("details").all():
        details.evaluate("element => element.open = true")
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    handlers = page.evaluate("[...document.querySelectorAll('*')].filter(e => e.onerror || e.onfocus).length")
    told = Seen(path.name, width, page.title(), wide, asked, errors, handlers)
    page.close()
    return told


def _is_ours(text: str) -> bool:
    """Invented pictures are no pictures, which is noted, too."""
    return "Failed to load" not in text


def test_nothing_of_a_listing_runs(seen: list[Seen]) -> None:
    assert len(seen) == 2 * 8
    assert [told for told in seen if told.title == "run" or told.errors or told.handlers] == []


def test_nothing_is_asked_of_anybody(seen: list[Seen]) -> None:
    assert {url.partition(":")[0] for told in seen for url in told.asked} <= {"file", "data"}


def test_no_page_is_wider_than_the_window(seen: list[Seen]) -> None:
    assert [(told.name, told.width, told.too_wide) for told in seen if told.too_wide > 0] == []

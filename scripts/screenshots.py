"""`make screenshots`: docs/screenshots/ from the report of `make demo`, by a real Chromium without a network."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.command_line import command_line
from phx_scraper.downloader.browser.chromium import find_chromium
from phx_scraper.downloader.exceptions import BrowserUnavailable

REPORT = Path("data/demo/report")
FOLDER = Path("docs/screenshots")
HOME = "homes/4318-w-saint-john-rd-glendale-az-85308.html"
MOST_BYTES = 300_000
COLOURS = (256, 128, 64)
# Those in sight; the browser itself would take its time.
_LOADED = """() => Promise.all([...document.images].filter(one => one.getAttribute("src") && one.checkVisibility())
  .filter(one => one.getBoundingClientRect().top < innerHeight && one.getBoundingClientRect().bottom > 0)
  .map(one => { one.loading = "eager"; return one.decode(); }))"""


def _nothing(page: Page) -> None:
    """The page as it opens."""


def _photos(page: Page) -> None:
    page.evaluate("() => { location.hash = '#photos'; }")


def _large(page: Page) -> None:
    page.locator("a.open").nth(2).click()


def _compare(page: Page) -> None:
    page.locator(".photo.stacked summary").first.click()
    page.locator("button.compare:visible").first.click()
    page.keyboard.press("d")


@dataclass(frozen=True)
class Wanted:
    """One picture: its name, its page below the report's folder, and what a person does there first."""

    name: str
    page: str
    act: Callable[[Page], None] = _nothing
    width: int = 1440
    height: int = 900
    dark: bool = False


PHONE: dict[str, Any] = {"width": 390, "height": 844}
WANTED = (
    Wanted("index", "index.html"),
    Wanted("index-dark", "index.html", dark=True),
    Wanted("index-phone", "index.html", **PHONE),
    Wanted("home", HOME, _photos),
    Wanted("home-phone-dark", HOME, dark=True, **PHONE),
    Wanted("large-view", HOME, _large),
    Wanted("compare", HOME, _compare),
    Wanted("review", "review.html"),
    Wanted("runs", "runs.html"),
)


def take(browser: Browser, report: Path, wanted: Wanted, folder: Path) -> Path:
    """Write one picture; raises ValueError where it does not become small enough."""
    scheme: Any = "dark" if wanted.dark else "light"
    size: Any = {"width": wanted.width, "height": wanted.height}
    context = browser.new_context(viewport=size, color_scheme=scheme, offline=True, reduced_motion="reduce")
    try:
        page = context.new_page()
        page.goto((report / wanted.page).as_uri(), wait_until="load")
        wanted.act(page)
        page.evaluate(_LOADED)
        data = page.screenshot()
    finally:
        context.close()
    place = folder / f"{wanted.name}.png"
    place.write_bytes(small_png(data))
    return place


def small_png(data: bytes) -> bytes:
    """The picture with as many colours as its size allows."""
    with Image.open(io.BytesIO(data)) as opened:
        image = opened.convert("RGB")
    for colours in COLOURS:
        buffer = io.BytesIO()
        image.quantize(colours, dither=Image.Dither.NONE).save(buffer, "PNG", optimize=True)
        if buffer.tell() < MOST_BYTES:
            return buffer.getvalue()
    raise ValueError(f"{buffer.tell()} bytes with {COLOURS[-1]} colours: show less on it")


def main() -> int:
    """Exit codes: 0 all written, 2 there is no report or no browser."""
    if not (REPORT / HOME).is_file():
        sys.stderr.write(f"there is no {REPORT / HOME}: run make demo first\n")
        return 2
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=find_chromium("", playwright.chromium.executable_path))
        except BrowserUnavailable as error:
            sys.stderr.write(f"{error}\n")
            return 2
        for wanted in WANTED:
            place = take(browser, REPORT.resolve(), wanted, FOLDER)
            print(f"{place} ({place.stat().st_size // 1024} KB)")
        browser.close()
    return 0


if __name__ == "__main__":
    command_line(__doc__, __file__).parse_args()
    sys.exit(main())

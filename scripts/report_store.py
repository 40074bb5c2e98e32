"""Time and memory of a large report in a real Chromium: `python scripts/report_store.py [HOMES [PHOTOS]]`.

Fills `build/report-store` with invented homes whose small pictures are real files, writes the report, and opens index
and home page from the disk. Wall clock says something only on a machine that does nothing else. Exit codes: 0 within
the bounds, 1 not.
"""

from __future__ import annotations

import io
import os
import shutil
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench import catalogue_driver
from bench.command_line import command_line, perhaps, whole
from phx_scraper.downloader.browser.chromium import find_chromium
from phx_scraper.report.report_writer import write_report
from phx_scraper.storage.catalogue import schema
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.folder_store import FolderStore

STORE = Path("build/report-store")
ROUNDS = 5
DIFFERENT = 50
BOUNDS = {"index": (1.0, 150.0), "home": (0.5, 150.0)}
"""Seconds until the page is loaded, and MB of its renderer then."""
_LOADED = "performance.getEntriesByType('navigation')[0].loadEventEnd / 1000"


def fill(store: Path, homes: int, photos: int) -> None:
    """Homes of so many photos each, with the few different files under all their names."""
    shutil.rmtree(store, ignore_errors=True)
    catalogue_driver.PHOTOS = photos
    driver = catalogue_driver.CatalogueDriver(store / paths.CATALOGUE)
    driver.collect_home()
    driver.fill(homes * photos)
    with driver.catalogue.reading() as tx:
        rows = tx.execute(schema.images.select()).all()
    driver.close()
    files = FolderStore(store, fsync=False)
    pictures = [picture(number) for number in range(DIFFERENT)]
    for number, row in enumerate(rows):
        for path in (paths.thumbnail(row.content_hash), row.path):
            _same(files, path, f"pictures/{number % DIFFERENT}.jpg", pictures[number % DIFFERENT])


def _same(files: FolderStore, path: str, first: str, data: bytes) -> None:
    if not files.exists(first):
        files.write(first, data)
    files.path(path).parent.mkdir(parents=True, exist_ok=True)
    if not files.exists(path):
        os.link(files.path(first), files.path(path))


def picture(number: int) -> bytes:
    """320 pixels of noise over a colour: about the 12 KB of a photo's thumbnail."""
    noise = Image.effect_noise((320, 213), 60).convert("RGB")
    colour = Image.new("RGB", noise.size, (number * 20 % 256, number * 50 % 256, 120))
    buffer = io.BytesIO()
    Image.blend(noise, colour, 0.7).save(buffer, "JPEG", quality=75)
    return buffer.getvalue()


def written(store: Path) -> float:
    """CPU seconds for the whole report."""
    catalogue, began = Catalogue.open(store / paths.CATALOGUE), time.process_time()
    number = len(write_report(catalogue, FolderStore(store)))
    spent = time.process_time() - began
    catalogue.close()
    print(f"{number} pages written in {spent:.1f} s of CPU")
    return spent


def opened(browser: Browser, page: Path) -> tuple[float, float, float]:
    """Seconds until loaded, MB of the renderer then, and after a way down the page."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, offline=True)
    tab = context.new_page()
    tab.goto(page.resolve().as_uri(), wait_until="load")
    loaded, memory = float(tab.evaluate(_LOADED)), megabytes(browser, tab)
    tab.evaluate("() => new Promise(done => { let at = 0; const go = () => { scrollTo(0, at += 800);"
                 " at < document.body.scrollHeight ? requestAnimationFrame(go) : done(); }; go(); })")  # fmt: skip
    after = megabytes(browser, tab)
    context.close()
    return loaded, memory, after


def megabytes(browser: Browser, tab: Page) -> float:
    """Memory of the largest renderer, which is the tab's: its own, and its share of what several processes have."""
    told: Any = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")
    numbers = [one["id"] for one in told["processInfo"] if one["type"] == "renderer"]
    tab.evaluate("1")
    return max(_memory(number) for number in numbers)


def _memory(process: int) -> float:
    text = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
    return int(text.partition("\nPss:")[2].split()[0]) / 1024


def measured(browser: Browser, name: str, page: Path) -> bool:
    """Whether the medians of some rounds are within the bounds; prints them."""
    rounds = [opened(browser, page) for _ in range(ROUNDS)]
    seconds, loaded, scrolled = (statistics.median(column) for column in zip(*rounds, strict=True))
    size = page.stat().st_size // 1024
    print(f"{name} ({size} KB): loaded in {seconds:.2f} s, {loaded:.0f} MB; {scrolled:.0f} MB after scrolling")
    return seconds < BOUNDS[name][0] and loaded < BOUNDS[name][1]


def main(homes: int, photos: int) -> int:
    """Fill, write, open."""
    fill(STORE, homes, photos)
    written(STORE)
    report = STORE / "report"
    pages = {"index": report / "index.html", "home": next((report / "homes").iterdir())}
    with sync_playwright() as playwright:
        program = find_chromium("", playwright.chromium.executable_path)
        browser = playwright.chromium.launch(executable_path=program)
        within = [measured(browser, name, page) for name, page in pages.items()]
        browser.close()
    return 0 if all(within) else 1


if __name__ == "__main__":
    parser = command_line(__doc__, __file__)
    perhaps(parser, "homes", 500, whole(), "how many")
    perhaps(parser, "photos", 60, whole(), "of each home")
    sys.exit(main(**vars(parser.parse_args())))

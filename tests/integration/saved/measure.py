"""`python -m tests.integration.saved.measure 12 [FOLDER]`: homes saved in every way by Chromium, then compared."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from phx_scraper.replica import Options, Replica, running
from tests.integration.crawls import crawl
from tests.integration.saved.chromium_saves import chromium, save_all
from tests.integration.saved.photo_hosts_only import PhotoHostsOnly, assert_parts, collected
from tests.integration.saved.saved_homes import SITES, page_urls


def measure(number: int, folder: Path) -> None:
    """Print a line for each kind of save. Raises AssertionError where a catalogue differs."""
    homes = "; ".join(f"{4700 + at} W Davis Rd, Glendale, AZ 85306" for at in range(number))
    options = Options(kinds=frozenset(), photos=(12, 13), width=480, cache=folder / "pictures")
    with running(options) as replica:
        done = crawl("all", folder / "plain", replica.url, address=homes, sources=SITES)
        assert done.code == 0, done.output
        began = time.monotonic()
        with chromium(replica, folder) as browser:
            saves = save_all(browser, list(page_urls(folder / "plain").values()), folder / "saves")
        print(f"{number} homes saved in {len(saves)} ways in {time.monotonic() - began:.0f} s")
        for kind, pages in saves.items():
            _compare(kind, pages, folder, replica, homes)


def _compare(kind: str, pages: Path, folder: Path, replica: Replica, homes: str) -> None:
    plain = collected(folder / "plain")
    with PhotoHostsOnly(replica.url) as sites:
        done = crawl("all", folder / kind, sites.url(), address=homes, sources=SITES, pages=pages)
        asked = len(sites.page_requests)
    saved = collected(folder / kind)
    if kind in ("mhtml", "one"):
        assert_parts(saved, plain)
        assert [row[7] for row in saved["listings"]] == [row[7] for row in plain["listings"]], "claims"
        what = "parts with the right claim, whole at Phoenix MLS"
    else:
        assert saved == plain
        what = "equal to the plain crawl"
    print(f"{kind}: exit {done.code}, {asked} page requests, {len(saved['photos'])} photos, {what}")


if __name__ == "__main__":
    if len(sys.argv) > 2:
        measure(int(sys.argv[1]), Path(sys.argv[2]))
    else:
        with tempfile.TemporaryDirectory(prefix="saved-pages-") as name:
            measure(int(sys.argv[1]), Path(name))

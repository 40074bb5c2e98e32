"""The homes of these tests, and their pages saved as a browser's "HTML only" saves them."""

from __future__ import annotations

import os
import re
import urllib.request
from pathlib import Path

from phx_scraper.replica import Replica
from tests.integration.crawls import rows

ADDRESSES = ("4700 W Davis Rd, Glendale, AZ 85306", "4703 W Davis Rd, Glendale, AZ 85306")
HOMES = "; ".join(ADDRESSES)
SITES = "phoenix_mls,redfin,zillow"
# Nobody listens there: what is asked of it fails.
NOBODY = "http://127.0.0.1:9"

_SCRIPT = re.compile(rb"<script\b.*?</script>", re.DOTALL)


def page_urls(store: Path, source: str = "") -> dict[tuple[str, str], str]:
    """(address, source) -> URL of the pages that a crawl has read."""
    query = "SELECT homes.address, source, url FROM listings JOIN homes USING (property_hash) ORDER BY 1, 2"
    return {(home, site): url for home, site, url in rows(store, query) if source in ("", site)}


def fetched(replica: Replica, url: str) -> bytes:
    """A page or picture of the replica."""
    with urllib.request.urlopen(f"{replica.url}/{url.removeprefix('https://')}", timeout=60) as answer:
        body: bytes = answer.read()
        return body


def without_scripts(page: bytes) -> bytes:
    """The page as savers leave it that drop every script."""
    return _SCRIPT.sub(b"", page)


def save(file: Path, page: bytes, days_ago: float = 0.0) -> Path:
    """Write a page as if it had been saved some days ago."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(page)
    moment = file.stat().st_mtime - days_ago * 86400
    os.utime(file, (moment, moment))
    return file


def save_each(replica: Replica, store: Path, folder: Path, source: str = "") -> list[Path]:
    """Every page that a crawl has read, under names that say nothing, in sub-folders."""
    found = page_urls(store, source).values()
    return [save(folder / f"{n % 3}" / f"page {n}.htm", fetched(replica, url)) for n, url in enumerate(found)]

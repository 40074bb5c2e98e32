"""A store as a crawl leaves it, with what seldom happens planted: a picture at two homes, a caption that is markup."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from phx_scraper.replica import Options, running
from tests.integration.crawls import crawl, scrapy

HOMES = (
    "4732 W Davis Rd, Glendale, AZ 85306",
    "15230 N 37th St, Phoenix, AZ 85032",
    "2030 E Gary Cir, Mesa, AZ 85213",
)
COPIES = frozenset({"cross_cropped", "cross_extra", "cross_reencoded", "overclaim"})
HOSTILE = "<img src=x onerror=alert(1)>'\"&\u202e" + "longword" * 200


def make_store(folder: Path, pictures: Path) -> Path:
    """Collect the homes from two sources, plant, and write the report."""
    store = folder / "store"
    with running(Options(cache=pictures, photos=(8, 8), width=800, kinds=COPIES)) as replica:
        done = crawl("all", store, replica.url, address="; ".join(HOMES), sources="zillow,redfin")
    assert done.code in {0, 1}, done.output
    with contextlib.closing(sqlite3.connect(store / "metadata" / "catalogue.sqlite")) as catalogue, catalogue:
        _plant(catalogue)
    written = scrapy("report", store)
    assert written.code == 0, written.output
    return store


def _plant(catalogue: sqlite3.Connection) -> None:
    shown = "SELECT raw_sha256 FROM photos WHERE state = 'stored' AND property_hash"
    first, *others = [row[0] for row in catalogue.execute("SELECT property_hash FROM homes ORDER BY address")]
    last_place = "(SELECT max(position) FROM photos WHERE state = 'stored' AND property_hash = ?)"
    for other in others[:1]:
        catalogue.execute(
            f"UPDATE photos SET raw_sha256 = ({shown} = ? LIMIT 1)"
            f" WHERE state = 'stored' AND property_hash = ? AND position = {last_place}",
            (first, other, other),
        )
    catalogue.execute("UPDATE photos SET caption = ? WHERE state = 'stored' AND position = 2", (HOSTILE,))
    catalogue.execute("UPDATE homes SET revision = revision + 1")

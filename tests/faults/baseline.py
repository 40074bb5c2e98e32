"""The baseline of every interruption: a replica, a list of homes, and an uninterrupted crawl of it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from phx_scraper.replica import Options, Replica, running
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.folder_store import FolderStore
from tests.integration import crawls
from tests.snapshot import Snapshot, snapshot

ADDRESSES = (
    "4732 W Davis Rd, Glendale, AZ 85306",
    "4560 E Sunrise Dr, Phoenix, AZ 85044",
    "1010 N 37th St, Phoenix, AZ 85008",
    "15230 N 37th Way, Phoenix, AZ 85032",
    "4141 W Cielo Grande, Glendale, AZ 85310",
)
IMAGE_WORKERS = 2
SETTINGS = {"PHX_IMAGE_WORKERS": IMAGE_WORKERS}
# What the settings allow between a request and the catalogue: photos (two per image worker and twelve more), and one
# page of each visit in hand (PHX_CONCURRENT_HOMES at each source).
IN_FLIGHT = IMAGE_WORKERS * 2 + 12 + 3 * len(crawls.ALL_SOURCES)


@dataclass(frozen=True)
class Baseline:
    """`plain` is the store after the uninterrupted crawl, `urls` its requests of each page and photo."""

    replica: Replica
    homes: Path
    folder: Path
    plain: Snapshot
    urls: Mapping[str, int]
    seconds: float

    @property
    def bytes(self) -> int:
        """Size of the uninterrupted crawl's store; a file that has several names takes its room once."""
        stats = (path.stat() for path in (self.folder / "plain").rglob("*") if path.is_file())
        return sum({stat.st_ino: stat.st_size for stat in stats}.values())

    def command(self, store: Path, settings: Mapping[str, Any] | None = None) -> list[str]:
        """The command line of the crawl, into another store."""
        chosen = {**SETTINGS, **(settings or {})}
        return crawls.command("all", store, self.replica.url, {"addresses": self.homes}, chosen)


@contextmanager
def baseline(folder: Path, homes: Sequence[str] = ADDRESSES, **options: Any) -> Iterator[Baseline]:
    """Start a replica and crawl the list once without interruption."""
    listed = folder / "homes.csv"
    listed.write_text("full_address\n" + "".join(f'"{home}"\n' for home in homes), encoding="utf-8")
    chosen: dict[str, Any] = {"warm": listed, "photos": (6, 9), "width": 480, **options}
    with running(Options(**chosen)) as replica:
        began = time.monotonic()
        result = crawls.crawl("all", folder / "plain", replica.url, SETTINGS, addresses=listed)
        seconds = time.monotonic() - began
        plain = state(folder / "plain")
        assert result.code in {0, 1}, result.output
        assert "Traceback" not in result.output, result.output
        assert len(plain.rows["photos"]) >= len(homes), result.output
        yield Baseline(replica, listed, folder, plain, replica.urls(), seconds)


def state(store: Path) -> Snapshot:
    """Everything that two runs must agree on."""
    catalogue, files = Catalogue.open(store / paths.CATALOGUE), FolderStore(store)
    try:
        return snapshot(catalogue, files)
    finally:
        catalogue.close()

"""Crawls of a few homes at Zillow through a proxy that injects photo faults, and the state afterwards."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from phx_scraper.replica import Options, running
from tests.faults.intercepting_proxy import InterceptingProxy
from tests.integration import crawls

HOMES = [f"{number} W Davis Rd, Glendale, AZ 85306" for number in range(4700, 4704)]
PHOTOS = "SELECT url, state, reason FROM photos ORDER BY property_hash, position"
FILES = "SELECT url, fallbacks FROM photos ORDER BY property_hash, position"
VISITS = "SELECT address, outcome, reason FROM visits JOIN homes USING (property_hash) ORDER BY address"
HOUR = 3600
SETTINGS = {"RETRY_TIMES": 0, "PHX_BREAKER_COOLDOWN": HOUR, "PHX_CONCURRENT_HOMES": 1}


@dataclass(frozen=True)
class TransientStore:
    """A proxy before a replica, and the store that crawls through it fill."""

    proxy: InterceptingProxy
    store: Path

    def crawl(self, homes: int = 1, settings: Mapping[str, object] | None = None, **more: object) -> crawls.Result:
        """One run of the first `homes` homes."""
        self.proxy.log.requests.clear()
        chosen = SETTINGS | dict(settings or {})
        address = "; ".join(HOMES[:homes])
        done = crawls.crawl("zillow", self.store, self.proxy.url(), chosen, address=address, **more)
        assert "Traceback" not in done.output, done.output
        return done

    def photo_files(self, homes: int = 1) -> list[list[str]]:
        """The files of each photo, best first, in gallery order, as request targets; found with another store."""
        separate = TransientStore(self.proxy, self.store.parent / "aside")
        separate.crawl(homes)
        found = crawls.rows(separate.store, FILES)
        return [[target(file) for file in (url, *json.loads(fallbacks))] for url, fallbacks in found]

    def inject_fault(self, photos: list[list[str]], fault: str) -> None:
        """Inject the fault into every file of these photos."""
        self.proxy.faults |= {file: fault for files in photos for file in files}

    def photos(self) -> list[str]:
        """State of each photo, and the reason where there is one, in gallery order."""
        return [f"{state}: {why}" if why else state for _, state, why in crawls.rows(self.store, PHOTOS)]

    def visits(self) -> list[str]:
        """Outcome of each visit, and the reason where there is one, by address."""
        return [f"{outcome}: {why}" if why else outcome for _, outcome, why in crawls.rows(self.store, VISITS)]

    def asked(self, host: str = "") -> list[str]:
        """Requests of the last crawl, of one host or of all."""
        return [request.target for request in self.proxy.log.requests if request.target.startswith(f"/{host}")]

    def advance_time(self, seconds: float) -> None:
        """Move all times in the catalogue into the past, in place of waiting."""
        with sqlite3.connect(self.store / "metadata" / "catalogue.sqlite") as database:
            database.execute(
                "UPDATE visits SET finished_at = finished_at - ?, not_before = not_before - ?", [seconds] * 2
            )
            database.execute("UPDATE photos SET checked_at = checked_at - ?", [seconds])
            database.execute("UPDATE listings SET seen_at = seen_at - ?", [seconds])
            database.execute("UPDATE runs SET started_at = started_at - ?", [seconds])
            database.execute("UPDATE breakers SET opened_at = opened_at - ?", [seconds])


@contextmanager
def transient_store(store: Path, pictures: Path, photos: int = 6) -> Iterator[TransientStore]:
    """A replica without scenarios, each home with `photos` photos."""
    options = Options(cache=pictures, photos=(photos, photos), kinds=frozenset(), width=480)
    with running(options) as replica, InterceptingProxy(replica.url) as proxy:
        yield TransientStore(proxy, store)


def target(url: str) -> str:
    """The request target of a URL."""
    return "/" + url.partition("://")[2]

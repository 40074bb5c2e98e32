"""Random transient failures over several runs: the catalogue ends as without failures."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from phx_scraper.model.photo import Photo
from phx_scraper.model.visit import VisitLease
from phx_scraper.storage.catalogue import leases, listings, registration, runs
from phx_scraper.storage.catalogue import photos as photo_table
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.photo_counts import photo_totals, visit_rows
from tests.catalogue_calls import open_galleries, read, write
from tests.unit.storage.catalogue_helpers import SOURCES, Collector, decide, finish_visit, homes, listing, usual

REST = 300.0
DAY = 86400.0
FIRST = 1.9e9
TRANSIENT = ("timeout", "http_503", "html", "empty", "truncated", "http_403", "host_unknown")
PAGE_TROUBLES = (("error", "timeout"), ("blocked", "captcha"), ("error", "not_understood:property"))


class Weather:
    """Runs of one command at chosen times; what is asked for fails with probability `share`."""

    def __init__(self, collector: Collector, seed: int) -> None:
        self.collector, self.random, self.share = collector, random.Random(seed), 0.0
        self.hashes = [home.property_hash for home in homes(2)]

    @property
    def catalogue(self) -> Catalogue:
        return self.collector.catalogue

    def run(self, now: float, share: float) -> int:
        """One run at a time; returns how many visits it took."""
        self.share, self.collector.run_id = share, f"run at {now:.0f}"
        write(self.catalogue, runs.start, self.collector.run_id, "all", {}, now)
        write(self.catalogue, registration.register, homes(2), SOURCES, self.collector.run_id)
        taken = 0
        for visit in read(self.catalogue, leases.due, self.hashes, SOURCES, now, 7, REST):
            held = write(
                self.catalogue, leases.lease, visit, self.collector.run_id, "here", now, page_before=now - 7 * DAY
            )
            if held is not None:
                self.visit(held, now + 1)
                taken += 1
        write(self.catalogue, runs.finish, self.collector.run_id, "finished", {}, now + 2)
        return taken

    def fails(self) -> bool:
        return self.random.random() < self.share

    def visit(self, held: VisitLease, now: float) -> None:
        photos = held.photos
        if held.needs_page:
            if self.fails():
                outcome, reason = self.random.choice(PAGE_TROUBLES)
                self.end(held, outcome, reason, now)
                return
            photos = write(self.catalogue, listings.record, held, listing(held.source, usual(held.source)), now)
        if self.fails():
            self.end(held, "blocked", "forbidden", now)  # a wall before the photos: all stay pending
            return
        for photo in photos:
            self.fetch(photo, now)
        counts = read(self.catalogue, photo_totals, [held.property_hash], held.source)
        usable = counts.stored + counts.duplicates
        self.end(held, "ok" if usable else "error", "" if usable else "no_photo_usable", now)

    def fetch(self, photo: Photo, now: float) -> None:
        if self.fails():
            write(self.catalogue, photo_table.fail, photo.photo_id, self.random.choice(TRANSIENT), now)
        else:
            self.collector.fetch(photo)

    def end(self, held: VisitLease, outcome: str, reason: str, now: float) -> None:
        not_before = now + REST if outcome in {"error", "blocked"} else None
        finish_visit(self.catalogue, held, outcome, reason, decide, now, not_before)


def ends(catalogue: Catalogue, hashes: list[str]) -> object:
    """Outcomes of visits and states of photos, with what they are copies of."""
    visits = [
        (visit.property_hash, visit.source, visit.outcome, visit.reason)
        for visit in read(catalogue, visit_rows, hashes, SOURCES)
    ]
    with open_galleries(catalogue, hashes) as galleries:
        photos = [
            (photo.source, photo.key, photo.position, photo.state, photo.reason, photo.duplicate_of)
            for gallery in galleries
            for photo in gallery.photos
        ]
    return visits, photos


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> object:
    collector = Collector(tmp_path_factory.mktemp("undisturbed"), fsync=False)
    weather = Weather(collector, 0)
    weather.run(FIRST, 0.0)
    return ends(collector.catalogue, weather.hashes)


@pytest.mark.parametrize("seed", range(25))
def test_transient_failures_in_any_order_give_the_same_end_state(
    seed: int, tmp_path: Path, undisturbed: object
) -> None:
    weather = Weather(Collector(tmp_path, fsync=False), seed)
    now = FIRST
    for _ in range(weather.random.randint(1, 6)):
        weather.run(now, weather.random.uniform(0.1, 0.9))
        now += weather.random.choice((10.0, REST, 3 * REST, DAY))
    weather.run(now + REST + 2, 0.0)
    assert ends(weather.catalogue, weather.hashes) == undisturbed
    assert weather.run(now + 3 * REST, 0.0) == 0, "nothing is left to heal"
    weather.catalogue.close()

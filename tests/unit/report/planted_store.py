"""A store whose listings say what a test wants, and its report as parsed pages."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import lxml.html

from phx_scraper.homes import Home
from phx_scraper.model.photo import Photo
from phx_scraper.report.page_marks import home_page
from phx_scraper.report.report_writer import write_report
from phx_scraper.storage.catalogue import listings, restart_visits, runs
from phx_scraper.storage.catalogue.runs import new_run_id
from tests.catalogue_calls import write
from tests.unit.storage.catalogue_helpers import Collector, Shown, homes, listing

HOME, OTHER = homes()[:2]


@dataclass
class PlantedStore(Collector):
    """`collect_as` visits one home at one source, whose listing then says what it is given."""

    written: list[str] = field(default_factory=list)

    def another_run(self, wanted: Sequence[Home] = (HOME,)) -> None:
        write(self.catalogue, runs.finish, self.run_id, "finished", {}, time.time())
        self.run_id = new_run_id()
        self.begin(wanted)

    def collect_as(
        self, source: str, *shown: Shown, home: Home = HOME, captions: Sequence[str] = (), **says: Any
    ) -> None:
        outcome = says.pop("outcome", "ok")
        write(self.catalogue, restart_visits.requeue_photos, [home.property_hash], [source])
        lease = self.lease(home.property_hash, source)
        assert lease is not None
        kind = says.pop("kind", "photo")
        told = listing(source, shown, **says)
        photos = tuple(replace(_captioned(photo, captions), kind=kind) for photo in told.photos)
        for photo in write(self.catalogue, listings.record, lease, replace(told, photos=photos), time.time()):
            self.fetch(photo, home.property_hash)
        self.finish(lease, outcome)

    def report(self, **wanted: Any) -> list[str]:
        self.written = write_report(self.catalogue, self.files, **wanted)
        return self.written

    def page(self, place: str = "report/index.html") -> Any:
        """A page of a report that is brought up to date before, as by `scrapy report`."""
        self.report(look_again=True)
        return lxml.html.fromstring(self.files.read(place).decode())

    def home_page(self, home: Home = HOME) -> Any:
        return self.page(home_page(home.slug))


def _captioned(photo: Photo, captions: Sequence[str]) -> Photo:
    return replace(photo, caption=captions[photo.position - 1]) if len(captions) >= photo.position else photo


def texts(page: Any, selector: str) -> list[str]:
    """What the elements say, white space as one blank."""
    return [" ".join(found.text_content().split()) for found in page.cssselect(selector)]

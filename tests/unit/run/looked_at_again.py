"""A home that is visited again and again as a crawl visits it, and what each visit's end cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from phx_scraper.config.reading import read_config
from phx_scraper.model.visit import DueVisit, Finished, VisitLease
from phx_scraper.run import visits as visits_module
from phx_scraper.run.arguments import prepare
from phx_scraper.run.deduplicate import DuplicatePlan, plan_duplicates
from phx_scraper.run.end_visit import PicturesGone, VisitEnd
from phx_scraper.run.visits import VisitService
from phx_scraper.storage.catalogue import leases, listings, schema
from phx_scraper.storage.catalogue.apply_duplicates import home_images
from phx_scraper.storage.files.folder_store import FolderStore
from phx_scraper.views.folders import disagreements, write_home
from tests.catalogue_calls import open_galleries, read, write
from tests.unit.storage.catalogue_helpers import Collector, Shown, UnlockedOnly, homes, listing

HOME = homes()[0]
SOURCES = ("zillow", "redfin")
A, B, C = Shown("a", "front", 2000), Shown("b", "kitchen"), Shown("c", "pool")


class LookedAtAgain:
    """One home and its crawl; `compared` counts how often its pictures were, `written` how often its list."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, **settings: Any) -> None:
        self.folder = folder
        self.collector = Collector(folder, fsync=False, run_id="run1")
        self.files = FolderStore(folder, fsync=False)
        self.visits = self.with_settings(**settings)
        self.now, self.compared, self.written = 2e9, 0, 0
        monkeypatch.setattr(visits_module, "plan_duplicates", self._plan)
        monkeypatch.setattr(visits_module, "write_home", self._write_home)
        self.visits.register("run1", lambda: False)

    def with_settings(self, **settings: Any) -> VisitService:
        config = read_config(
            {"IMAGES_STORE": self.folder, "PHX_DUPLICATE_RULE": "plain", "PHX_VISION": False, **settings}
        )
        job = prepare("all", SOURCES, {"address": HOME.address}, config)
        catalogue = self.collector.catalogue
        return VisitService(job, catalogue, self.files, UnlockedOnly(catalogue.path))

    def begin(self, source: str, shown: Sequence[Shown], **changes: Any) -> VisitLease:
        """Take the visit in hand, read its page and fetch what it shows."""
        return self.read(self.take(source), shown, **changes)

    def read(self, held: VisitLease, shown: Sequence[Shown], **changes: Any) -> VisitLease:
        """Read the page of a visit in hand, where it is to be read, and fetch photos."""
        photos = held.photos
        if held.needs_page:
            found = listing(held.source, shown, **{"address": HOME.address, **changes})
            photos = write(self.collector.catalogue, listings.record, held, found, self.now)
        for photo in photos:
            self.collector.fetch(photo, HOME.property_hash)
        return held

    def take(self, source: str) -> VisitLease:
        self.now += 1e6
        visit, catalogue = DueVisit(HOME.property_hash, source), self.collector.catalogue
        held = write(catalogue, leases.lease, visit, "run1", "here", self.now)
        assert held is not None
        return held

    def end(self, held: VisitLease, outcome: str = "ok", reason: str = "") -> Finished:
        end, restored = VisitEnd(held, outcome, self.now, reason), set[str]()
        plan = self.visits.plan_duplicates(HOME.property_hash)
        while True:
            try:
                finished = self.visits.finish(end, plan, restored)
            except PicturesGone as gone:
                self.visits.restore(gone.images)
                restored.update(image.path for image in gone.images)
            else:
                self.next_run()
                return finished

    def next_run(self) -> None:
        """A later one may look at everything again."""
        began = update(schema.runs).values(started_at=self.now + 1.0)
        write(self.collector.catalogue, lambda tx: tx.execute(began))

    def look(self, source: str = "zillow", *shown: Shown, **changes: Any) -> None:
        """One whole visit."""
        self.end(self.begin(source, shown, **changes))

    def open_visits(self) -> int:
        """How many of the home's visits are to be gone on with."""
        is_open = select(func.count()).where(schema.visits.c.outcome == "pending")
        return read(self.collector.catalogue, lambda tx: int(tx.execute(is_open).scalar_one()))

    def cost(self) -> tuple[int, int]:
        """How often pictures were compared and the list written since this was last asked."""
        cost, self.compared, self.written = (self.compared, self.written), 0, 0
        return cost

    def wrong(self) -> list[str]:
        """What the folder shows otherwise than the catalogue says, and copies that would be decided otherwise."""
        catalogue = self.collector.catalogue
        with open_galleries(catalogue, [HOME.property_hash]) as found:
            (gallery,) = found
            wrong = disagreements(catalogue, self.files, gallery)
        images = read(catalogue, home_images, HOME.property_hash)
        plan = plan_duplicates(images, self.visits.rule)
        states = {image.photo_id: (image.state, image.duplicate_of) for image in images}
        decided = {decision.photo_id: (decision.state, decision.duplicate_of) for decision in plan.decisions}
        return [*wrong, *(f"photo {number}" for number in states if states[number] != decided[number])]

    def _plan(self, *args: Any) -> DuplicatePlan:
        self.compared += 1
        return plan_duplicates(*args)

    def _write_home(self, *args: Any) -> None:
        self.written += 1
        write_home(*args)


def named(photo: Shown, **changes: Any) -> dict[str, Any]:
    """A listing's only photo, told otherwise."""
    (one,) = listing("zillow", [photo]).photos
    return {"photos": (replace(one, **changes),)}

"""One home visited at one source, whatever it shows each time, and cleaned between."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy import select, update

from phx_scraper.reconcile.clean_plan import LEFTOVERS, ORIGINAL, REMOVED, CleanPlan, Wanted, clean_plan
from phx_scraper.reconcile.clean_store import take_off
from phx_scraper.storage.catalogue import schema
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.files.folder_store import FolderStore
from phx_scraper.views.finish_removals import finish_removals
from tests.unit.storage.catalogue_helpers import Collector, Shown, homes

HOME = homes()[0].property_hash
EVERYTHING = dict.fromkeys((*LEFTOVERS, REMOVED, ORIGINAL), 0.0)
A, B, C = Shown("a", "front"), Shown("b", "kitchen"), Shown("c", "pool")


class Store:
    """A data folder and the runs over it; `asked` are the keys of the photos that the last one fetched."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.collector = Collector(root, fsync=False)
        self.asked: list[str] = []

    @property
    def catalogue(self) -> Catalogue:
        return self.collector.catalogue

    def crawl(self, shown: Mapping[str, Sequence[Shown]], *, refresh: bool = True, count: int = 1) -> None:
        """A run that looks at everything again; what a source does not show stays unvisited."""
        self.close()
        lines: list[str] = []
        if refresh:
            self._let_time_go_by()
        again = Collector(self.root, fsync=False, log=lines.append, show=lambda source: list(shown[source]))
        again.run(homes(count), tuple(shown))
        self.asked = sorted(line.split()[3] for line in lines if line.startswith("photo"))
        self.collector = Collector(self.root, fsync=False)

    def _let_time_go_by(self) -> None:
        catalogue = Catalogue.open(self.root / "metadata" / "catalogue.sqlite")
        with catalogue.transaction() as tx:
            tx.execute(update(schema.visits).values(finished_at=schema.visits.c.finished_at - 8 * 86400))
        catalogue.close()

    def plan(self, least_days: Mapping[str, float] = EVERYTHING, most_gb: float | None = None) -> CleanPlan:
        with self.catalogue.reading() as tx:
            return clean_plan(
                tx, FolderStore(self.root, changes=False), self.catalogue.path, Wanted(least_days, most_gb)
            )

    def clean(self, least_days: Mapping[str, float] = EVERYTHING, most_gb: float | None = None) -> CleanPlan:
        plan = self.plan(least_days, most_gb)
        take_off(self.catalogue, self.collector.files, plan.going)
        finish_removals(self.catalogue, self.collector.files)
        return plan

    def states(self) -> dict[str, str]:
        photos = schema.photos
        with self.catalogue.reading() as tx:
            return {
                row.key: f"{row.state}{' ' if row.reason else ''}{row.reason}{'' if row.removed_at is None else ' -'}"
                for row in tx.execute(select(photos).order_by(photos.c.key))
            }

    def files(self, folder: str) -> list[str]:
        return sorted(path.name for path in (self.root / folder).rglob("*") if path.is_file())

    def close(self) -> None:
        self.collector.catalogue.close()


def days_ago(days: float) -> float:
    return time.time() - days * 86400

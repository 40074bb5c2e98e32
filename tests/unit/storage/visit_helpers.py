"""Visits of one home: the steps of the tests of its photos."""

from __future__ import annotations

from phx_scraper.model.records import PhotoRow, VisitLease
from phx_scraper.storage.process_identity import this_holder
from tests.unit.storage.catalogue_helpers import Collector, Shown, homes, listing

HOME = homes()[0].property_hash
A, B, C = Shown("a", "front"), Shown("b", "kitchen"), Shown("c", "pool")


def lease(begun: Collector, source: str = "zillow", run: str | None = None, now: float = 2e9) -> VisitLease:
    taken = begun.catalogue.lease(HOME, source, run or begun.run_id, this_holder(), now)
    assert taken is not None
    return taken


def next_run(begun: Collector, name: str = "run2") -> None:
    """A later run, for which every visit is due again."""
    begun.catalogue.finish_run(begun.run_id, "finished", {}, 3e9)
    begun.run_id = name
    begun.catalogue.start_run(name, "all", {}, 4e9)


def record(begun: Collector, held: VisitLease, *shown: Shown) -> tuple[PhotoRow, ...]:
    return begun.catalogue.record_listing(held, listing(held.source, shown), 2e9)


def states(begun: Collector, source: str = "zillow") -> dict[str, str]:
    with begun.catalogue.galleries([HOME]) as galleries:
        return {photo.key: photo.state for gallery in galleries for photo in gallery.photos if photo.source == source}


def changes(begun: Collector) -> dict[str, int]:
    return begun.catalogue.change_counts(begun.run_id)[HOME]["zillow"]


def visit(begun: Collector, *shown: Shown, source: str = "zillow", outcome: str = "ok") -> None:
    """One whole visit with these photos in the listing."""
    begun.show = lambda _source: list(shown)
    begun.collect(lease(begun, source, now=5e9), outcome)

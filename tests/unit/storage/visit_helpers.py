"""One home visited again and again: the steps that tests of its photos are made of."""

from __future__ import annotations

from phx_scraper.model.photo import Photo
from phx_scraper.model.visit import DueVisit, VisitLease
from phx_scraper.storage.catalogue import leases, listings, runs
from phx_scraper.storage.process_identity import this_holder
from tests.catalogue_calls import open_galleries, read, write
from tests.unit.storage.catalogue_helpers import Collector, Shown, homes, listing

HOME = homes()[0].property_hash
A, B, C = Shown("a", "front"), Shown("b", "kitchen"), Shown("c", "pool")


def lease(begun: Collector, source: str = "zillow", run: str | None = None, now: float = 2e9) -> VisitLease:
    taken = write(begun.catalogue, leases.lease, DueVisit(HOME, source), run or begun.run_id, this_holder(), now)
    assert taken is not None
    return taken


def next_run(begun: Collector, name: str = "run2") -> None:
    """Time goes by: a later run may look at everything again."""
    end_run(begun)
    begun.run_id = name
    write(begun.catalogue, runs.start, name, "all", {}, 4e9)


def end_run(begun: Collector) -> None:
    write(begun.catalogue, runs.finish, begun.run_id, "finished", {}, 3e9)


def record(begun: Collector, held: VisitLease, *shown: Shown) -> tuple[Photo, ...]:
    return write(begun.catalogue, listings.record, held, listing(held.source, shown), 2e9)


def states(begun: Collector, source: str = "zillow") -> dict[str, str]:
    with open_galleries(begun.catalogue, [HOME]) as galleries:
        return {photo.key: photo.state for gallery in galleries for photo in gallery.photos if photo.source == source}


def changes(begun: Collector) -> dict[str, int]:
    return read(begun.catalogue, runs.change_counts, begun.run_id)[HOME]["zillow"]


def visit(begun: Collector, *shown: Shown, source: str = "zillow", outcome: str = "ok") -> None:
    """One whole visit whose listing shows this."""
    begun.show = lambda _source: list(shown)
    begun.collect(lease(begun, source, now=5e9), outcome)

"""A home with two pictures in its folder, which the tests of folders look at after each visit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from phx_scraper.storage.catalogue import restart_visits
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.disk import Disk
from tests.catalogue_calls import write
from tests.unit.storage.catalogue_helpers import Collector, Shown, homes

HOME = homes()[0]
HASHES = [HOME.property_hash]
FOLDER = paths.home_folder(HOME.slug)
A, B, C = Shown("a", "front"), Shown("b", "kitchen"), Shown("c", "pool")


class Linkless(Disk):
    """A file system without hard links."""

    def link(self, source: Path, target: Path) -> None:
        raise OSError(5, "no links here")


def begun_home(tmp_path: Path, has_links: bool) -> Iterator[Collector]:
    """A store with one home that shows two pictures, on a file system with hard links or without."""
    collector = Collector(tmp_path / "data", fsync=False, disk=None if has_links else Linkless())
    collector.begin([HOME])
    visit(collector, A, B)
    yield collector
    collector.catalogue.close()


def visit(collector: Collector, *shown: Shown) -> None:
    collector.show = lambda _source: list(shown)
    write(collector.catalogue, restart_visits.requeue, HASHES, ["zillow"])
    held = collector.lease(HOME.property_hash, "zillow")
    assert held is not None
    collector.collect(held)

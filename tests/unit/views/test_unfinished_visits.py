"""Folders of homes whose visit was stopped in the midst show the pictures that are there, and no check complains."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from phx_scraper.model.visit import VisitLease
from phx_scraper.reconcile.check import check
from phx_scraper.storage.catalogue import leases, listings, runs
from phx_scraper.storage.files.folder_store import FolderStore
from phx_scraper.views import write_changed
from phx_scraper.views.stale_views import stale_views
from tests.catalogue_calls import write
from tests.unit.storage.catalogue_helpers import Collector, homes, listing, usual

HOME = homes(1)[0].property_hash


def taken_up(collector: Collector, photos: int) -> VisitLease:
    """One home in work at one source, of which a few photos have come."""
    collector.begin(homes(1))
    held = collector.lease(HOME, "zillow")
    assert held is not None
    shown = write(collector.catalogue, listings.record, held, listing("zillow", usual("zillow")), time.time())
    for photo in shown[:photos]:
        collector.fetch(photo, HOME)
    return held


def released(collector: Collector, held: VisitLease) -> None:
    write(collector.catalogue, leases.release, held, "stopped")
    write(collector.catalogue, runs.finish, collector.run_id, "shutdown", {}, time.time())


def dropped(collector: Collector, held: VisitLease) -> None:
    """As where the disk is full: the run ends without having given the visit back."""
    write(collector.catalogue, runs.finish, collector.run_id, "disk", {}, time.time())


def killed(collector: Collector, held: VisitLease) -> None:
    write(collector.catalogue, runs.note_killed, collector.run_id)


@pytest.mark.parametrize("photos", [0, 2])
@pytest.mark.parametrize("end", [released, dropped, killed])
def test_a_visit_that_was_given_back_leaves_no_stale_view(
    collector: Collector, end: Callable[[Collector, VisitLease], None], photos: int
) -> None:
    end(collector, taken_up(collector, photos))
    write_changed(collector.catalogue, collector.files)
    assert list(stale_views(collector.catalogue, collector.files)) == []
    assert check(collector.catalogue, FolderStore(collector.root, changes=False), 1.0).problems == []
    assert len(list(collector.root.glob("homes/*/img_*.png"))) == photos

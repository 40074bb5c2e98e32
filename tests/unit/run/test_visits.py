"""The order in which a visit's end reaches folders and store."""

from __future__ import annotations

import asyncio
import functools
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, update

from phx_scraper.config.reading import read_config
from phx_scraper.errors import DiskFull
from phx_scraper.model.visit import DueVisit, Finished, VisitLease
from phx_scraper.run.arguments import prepare
from phx_scraper.run.context import RunContext
from phx_scraper.run.end_visit import VisitEnd
from phx_scraper.run.visits import VisitService
from phx_scraper.storage.catalogue import leases, listings, restart_visits, schema
from phx_scraper.storage.catalogue.photo_counts import visit_rows
from phx_scraper.storage.files.disk import Disk
from phx_scraper.storage.files.folder_store import FolderStore
from tests.catalogue_calls import read, write
from tests.unit.storage.catalogue_helpers import Collector, Shown, UnlockedOnly, homes, listing

HOME = homes()[0]
SOURCES = ("zillow", "redfin")


class NoMoreFolders(Disk):
    """Has no space left for anything below `homes/`, once it is full."""

    def __init__(self) -> None:
        self.is_full = False

    def rename(self, source: Path, target: Path) -> None:
        if self.is_full and "homes" in target.parts:
            raise OSError(28, "No space left on device")
        super().rename(source, target)


@pytest.fixture
def disk() -> NoMoreFolders:
    return NoMoreFolders()


@pytest.fixture
def visits(tmp_path: Path, disk: NoMoreFolders) -> VisitService:
    made = Collector(tmp_path, fsync=False)
    config = read_config({"IMAGES_STORE": tmp_path, "PHX_DUPLICATE_RULE": "plain", "PHX_VISION": False})
    job = prepare("all", SOURCES, {"address": HOME.address}, config)
    return VisitService(
        job, made.catalogue, FolderStore(tmp_path, fsync=False, disk=disk), UnlockedOnly(made.catalogue.path)
    )


def finish(visits: VisitService, lease: VisitLease, outcome: str = "ok") -> Finished:
    return visits.finish(VisitEnd(lease, outcome, time.time()), visits.plan_duplicates(HOME.property_hash))


def take(visits: VisitService, source: str, shown: Shown) -> None:
    """Visit the home at a source that shows one photo, up to the end of the visit."""
    made = Collector(visits.files.root, fsync=False, run_id="run1")
    made.show = lambda _source: [shown]
    lease = made.lease(HOME.property_hash, source)
    assert lease is not None
    made.finish = lambda lease, outcome="ok": finish(visits, lease, outcome)  # type: ignore[method-assign,assignment]
    try:
        made.collect(lease)
    finally:
        made.catalogue.close()


def test_a_folder_never_shows_what_the_store_has_removed(visits: VisitService, disk: NoMoreFolders) -> None:
    visits.register("run1", lambda: False)
    take(visits, "zillow", Shown("s", "front", 500))
    (shown,) = visits.files.root.glob("homes/*/img_*.png")
    disk.is_full = True
    with pytest.raises(DiskFull):
        take(visits, "redfin", Shown("l", "front", 2000))
    (left,) = visits.files.root.glob("homes/*/img_*.png")
    assert left == shown
    assert any(left.samefile(path) for path in visits.files.root.glob("processed/*/*.png"))
    disk.is_full = False
    visits.register("run2", lambda: False)
    (renewed,) = visits.files.root.glob("homes/*/img_*.png")
    (kept,) = visits.files.root.glob("processed/*/*.png")
    assert renewed.samefile(kept)
    assert b"from 2000" in renewed.read_bytes()
    visits.catalogue.close()


def held_at(visits: VisitService, source: str) -> VisitLease:
    write(visits.catalogue, restart_visits.requeue, [HOME.property_hash], [source])
    held = write(visits.catalogue, leases.lease, DueVisit(HOME.property_hash, source), "run1", "here", time.time())
    assert held is not None
    return held


def test_a_plan_for_other_pictures_is_made_anew(visits: VisitService) -> None:
    visits.register("run1", lambda: False)
    take(visits, "redfin", Shown("l", "front", 2000))
    outdated = visits.plan_duplicates(HOME.property_hash)
    take(visits, "zillow", Shown("s", "front", 500))
    write(visits.catalogue, photos_apart, HOME.property_hash)
    end = VisitEnd(held_at(visits, "zillow"), "blocked", time.time(), "captcha")
    assert visits.finish(end, outdated).duplicates == 1
    visits.catalogue.close()


def photos_apart(tx: Connection, property_hash: str) -> None:
    """As if nothing had been compared yet."""
    values = {"state": "stored", "duplicate_of": None, "duplicate_kind": "", "distance": None}
    tx.execute(update(schema.photos).where(schema.photos.c.property_hash == property_hash).values(**values))


def test_what_was_made_again_for_nothing_goes_again(visits: VisitService) -> None:
    visits.register("run1", lambda: False)
    take(visits, "zillow", Shown("s", "front", 500))
    visits.files.write("processed/aa/other.png", b"not needed after all")
    end = VisitEnd(held_at(visits, "zillow"), "blocked", time.time(), "captcha")
    shown = [path.relative_to(visits.files.root).as_posix() for path in visits.files.root.glob("processed/*/*.png")]
    visits.finish(end, visits.plan_duplicates(HOME.property_hash), shown)
    assert sorted(visits.files.exists(path) for path in shown) == [False, True]
    visits.catalogue.close()


class Run:
    """As much of a run as ends a visit: each kind of work in its place, one after the other."""

    def __init__(self, visits: VisitService) -> None:
        self.visits = visits
        self.done: list[str] = []

    async def run_or_stop(self, pool: str, function: Callable[[], Any]) -> Any:
        self.done.append(pool)
        return function()

    async def sql(self, function: Callable[..., Any], *args: Any) -> Any:
        return await self.run_or_stop("catalogue", functools.partial(function, *args))


@pytest.mark.parametrize("original", ["there", "gone", "another"])
def test_a_copy_that_is_kept_again_is_made_again_while_nobody_waits(visits: VisitService, original: str) -> None:
    visits.register("run1", lambda: False)
    take(visits, "zillow", Shown("s", "front", 500))
    take(visits, "redfin", Shown("l", "front", 2000))
    (small,) = (path for path in visits.files.root.glob("raw/*/*") if path.read_bytes().endswith(b"500"))
    if original == "gone":
        small.unlink()
    if original == "another":
        small.chmod(0o644)
        small.write_bytes(b"original of front at 600")
    held = held_at(visits, "redfin")
    write(visits.catalogue, listings.record, held, listing("redfin", []), time.time())
    run = Run(visits)
    asyncio.run(RunContext._finished(run, VisitEnd(held, "ok", time.time())))  # type: ignore[arg-type]
    assert run.done == ["pages", "catalogue", "images", "catalogue"]
    assert visits.process.seen == (original != "gone")  # type: ignore[attr-defined]
    stands = {
        visit.source: visit.outcome for visit in read(visits.catalogue, visit_rows, [HOME.property_hash], SOURCES)
    }
    assert stands == {"zillow": "ok" if original == "there" else "pending", "redfin": "ok"}
    pictures = [path.read_bytes() for path in visits.files.root.glob("processed/*/*.png")]
    assert sum(b"from 500" in data for data in pictures) == (original == "there")
    visits.catalogue.close()

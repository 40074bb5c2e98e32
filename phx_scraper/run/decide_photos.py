"""A person's word on a home's pictures, written down and followed at once: rows, files, folder."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection

from phx_scraper.errors import FilesRemoved
from phx_scraper.imaging.decoder_pool import Process
from phx_scraper.imaging.duplicates import Rule
from phx_scraper.model.image import PhotoImage
from phx_scraper.model.photo_decision import Sighting
from phx_scraper.reconcile.restore_picture import make_again
from phx_scraper.run.deduplicate import DuplicatePlan, plan_duplicates
from phx_scraper.run.end_visit import PicturesGone, PlanOutdated, apply_plan
from phx_scraper.run.home_categories import categorise_home
from phx_scraper.run.look_for_files import KeptFiles, look_for_files
from phx_scraper.run.word_kept import word_kept
from phx_scraper.storage.catalogue import photo_decisions, removal_queue, visit_endings
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.near_duplicate_pairs import touch_neighbours
from phx_scraper.storage.files.store import FileStore
from phx_scraper.views.finish_removals import finish_removals


@dataclass(frozen=True, slots=True)
class Verdict:
    """A verdict (of `model.photo_decision`) on one or two pictures of a home."""

    property_hash: str
    verdict: str
    one: Sighting
    other: Sighting | None = None


def seen(image: PhotoImage) -> Sighting:
    """The picture as the photo shows it now."""
    return Sighting(image.source, image.key, image.raw_sha256, image.phash, image.dhash)


def decide_photos(catalogue: Catalogue, files: FileStore, rule: Rule, process: Process, verdict: Verdict) -> None:
    """Add a person's word and follow it.

    A copy that is kept again is made from its original, which `process` decodes; without one the next crawl fetches
    it. Raises StorageError, DecoderUnavailable.
    """
    restored: set[str] = set()
    plan, now = DuplicatePlan((), ()), time.time()
    while True:
        try:
            found = look_for_files(catalogue, files, plan)
            with catalogue.transaction() as tx:
                _decide(tx, found, verdict, now, plan, restored)
            break
        except FilesRemoved:
            continue
        except PlanOutdated as outdated:
            # So it is at first: the plan is made of what the new row says too, and not under the write lock.
            plan = plan_duplicates(outdated.images, rule, outdated.said)
        except PicturesGone as gone:
            for image in gone.images:
                make_again(catalogue, files, image, process)
                restored.add(image.path)
    with word_kept():
        finish_removals(catalogue, files)


def _decide(
    tx: Connection, found: KeptFiles, verdict: Verdict, now: float, plan: DuplicatePlan, restored: Collection[str]
) -> None:
    home = verdict.property_hash
    photo_decisions.add(tx, home, verdict.verdict, verdict.one, verdict.other, now)
    unused = apply_plan(tx, found, home, plan, restored)
    # Other copies, other words. By no model, so that the next to look also looks at pictures that now stand alone.
    categorise_home(tx, home)
    touch_neighbours(tx, home)
    removal_queue.queue(tx, unused.union(restored))
    visit_endings.reopen_home(tx, home)

"""What a run writes to catalogue and folders, apart from photos; in the catalogue's thread where not said otherwise."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace

from phx_scraper.errors import FilesRemoved
from phx_scraper.imaging.decoder_pool import Process
from phx_scraper.model.image import Image
from phx_scraper.model.visit import Finished, VisitLease
from phx_scraper.reconcile.restore_picture import make_again
from phx_scraper.run.arguments import CrawlArguments
from phx_scraper.run.deduplicate import DuplicatePlan, plan_duplicates, rule_of, rule_text
from phx_scraper.run.end_visit import PlanOutdated, VisitEnd, decided_by, end_visit
from phx_scraper.run.home_categories import unseen
from phx_scraper.run.look_for_files import look_for_files
from phx_scraper.run.near_duplicate_index import NearDuplicateIndex
from phx_scraper.run.restore_homes import restore_homes
from phx_scraper.run.sight import Opened, look_at_home, told_vision
from phx_scraper.run.squares import Squares
from phx_scraper.storage.catalogue import gallery, photo_decisions, registration, restart_visits, runs
from phx_scraper.storage.catalogue.apply_duplicates import home_images
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.home_digests import is_compared
from phx_scraper.storage.catalogue.home_rows import show_originals
from phx_scraper.storage.catalogue.removal_queue import folders_to_clear, remove_unreferenced
from phx_scraper.storage.files.store import FileStore
from phx_scraper.views import write_stale_homes
from phx_scraper.views.folders import clear_folder, lacks_list, write_home
from phx_scraper.views.manifest import write_manifest
from phx_scraper.views.run_record import write_missing_records

# The manifest is rewritten no more often than this while homes finish: seconds, and times what one writing took. Once
# that takes longer than a photo may wait, it is written at the end only.
MANIFEST_SECONDS = 2.0
MANIFEST_SHARE = 30.0
MANIFEST_LONGEST = 2.0


class VisitService:
    """Registers a run and finishes its visits; folders and manifest follow."""

    def __init__(self, job: CrawlArguments, catalogue: Catalogue, files: FileStore, process: Process) -> None:
        self.job = job
        self.catalogue = catalogue
        self.files = files
        self.process = process
        self.rule = rule_of(job.options)
        self.near_duplicates = NearDuplicateIndex(self.rule)
        self.goes_on, self.folders_changed = False, 0
        self.sight = Opened(None)
        self.squares = Squares()
        self._manifest_due, self._manifest_behind = 0.0, False

    def register(self, run_id: str, stopping: Callable[[], bool]) -> None:
        """Register the run, its homes and visits.

        What killed runs and people left undone or changed in the folders is made good first, unless `stopping()`.
        """
        catalogue, self.goes_on = self.catalogue, self._goes_on()
        with catalogue.transaction() as tx:
            runs.start(tx, run_id, self.job.spider, self.job.arguments, time.time())
        with catalogue.transaction() as tx:
            registered = registration.register(tx, self.job.homes, self.job.sources, run_id)
        # From here on the job's homes have the labels that this catalogue gave them.
        self.job = self.job.under_labels(registered.homes, registered.errors)
        if not self.job.dry_run:
            with catalogue.transaction() as tx:
                self.folders_changed = show_originals(tx, self.job.property_hashes, self.job.options.originals_in_homes)
            write_missing_records(catalogue, self.files, time.time())
            write_stale_homes(catalogue, self.files)
        if not self.goes_on:
            self._ask_anew()
        if self.job.options.vision and not self.job.dry_run:
            # Without a model words alone say what pictures show.
            self.sight = told_vision(self.files)
        if self.job.folder is not None:
            self.job.folder.begun(run_id)
        if not self.job.dry_run:
            self._make_good(stopping)
        remove_unreferenced(catalogue, self.files)
        self.near_duplicates.catch_up(catalogue)

    def _goes_on(self) -> bool:
        """Whether this is the same command as one that was stopped: what that one did is not undone again."""
        if self.job.folder is not None:
            return self.job.folder.was_stopped
        with self.catalogue.reading() as tx:
            last = runs.last(tx, self.job.spider)
        return last is not None and last.ending != "finished" and last.arguments == self.job.arguments

    def _ask_anew(self) -> None:
        """What `fresh=1` and `force=1` ask for."""
        job = self.job
        if job.fresh:
            with self.catalogue.transaction() as tx:
                restart_visits.forget(tx, job.property_hashes, job.sources)
        if job.force:
            with self.catalogue.transaction() as tx:
                restart_visits.requeue(tx, job.property_hashes, job.sources)

    def _make_good(self, stopping: Callable[[], bool]) -> None:
        """Clear folders of homes that became one with another; bring back what is gone of this run's homes."""
        with self.catalogue.reading() as tx:
            gone = folders_to_clear(tx)
        for slug in gone:
            clear_folder(self.catalogue, self.files, slug)
        restore_homes(self.catalogue, self.files, self.job.property_hashes, self.process, stopping)

    def plan_duplicates(self, property_hash: str) -> DuplicatePlan:
        """Compare the home's pictures before `finish` holds up other homes, if anything changed; in any thread."""
        rule = rule_text(self.rule)
        with self.catalogue.reading() as tx:
            if is_compared(tx, property_hash, decided_by(rule, self.sight.version)):
                return DuplicatePlan((), (), rule)
            images, said = home_images(tx, property_hash), photo_decisions.of_home(tx, property_hash)
        return plan_duplicates(images, self.rule, said)

    def prepare(self, property_hash: str) -> DuplicatePlan:
        """What takes long, before `finish` holds up other homes: pictures are compared and looked at; in any thread.

        Raises StorageError.
        """
        plan = self.plan_duplicates(property_hash)
        vision = self.sight.vision
        if vision is not None and plan.images:
            look_at_home(self.catalogue, self.files, property_hash, vision, plan.decisions, self.squares)
        return plan

    def finish(self, end: VisitEnd, plan: DuplicatePlan, restored: Collection[str] = ()) -> Finished:
        """End a visit, its home's copies told apart by `plan`; refresh folder and manifest. In the catalogue's thread.

        `restored` are paths that `restore` has tried. Raises LeaseLost, StorageError, and PicturesGone where it is to
        try others first: then nothing has changed.
        """
        finished = self._ended(end, plan, restored)
        # Folders let go of a picture before the store does: what they show is there, wherever this is stopped.
        if not self.job.dry_run and self._is_stale(end.visit):
            write_home(self.catalogue, self.files, end.visit.property_hash)
            self._manifest_behind = self.files.has_views
        remove_unreferenced(self.catalogue, self.files)
        self.near_duplicates.catch_up(self.catalogue)
        if self._manifest_behind:
            self._refresh_manifest()
        return finished

    def _is_stale(self, visit: VisitLease) -> bool:
        """Whether the home's folder is to be written: files in it were looked at as the run began."""
        with self.catalogue.reading() as tx:
            return gallery.is_stale(tx, visit.property_hash) or lacks_list(self.files, visit.slug)

    def _ended(self, end: VisitEnd, plan: DuplicatePlan, restored: Collection[str]) -> Finished:
        """What the catalogue says of an ended visit, in one transaction."""
        end = replace(end, model=self.sight.version)
        while True:
            try:
                found = look_for_files(self.catalogue, self.files, plan)
                with self.catalogue.transaction() as tx:
                    return end_visit(tx, found, end, plan, restored)
            except FilesRemoved:
                continue
            except PlanOutdated as outdated:
                # Photos came or went meanwhile; nobody waits for the comparing but this run.
                plan = plan_duplicates(outdated.images, self.rule, outdated.said)
                if self._has_unseen(end.visit.property_hash, plan):
                    # That takes too long here: the next visit compares anew, and has the model look.
                    plan = replace(plan, rule="")

    def _has_unseen(self, property_hash: str, plan: DuplicatePlan) -> bool:
        """Whether the model is yet to look at pictures that the plan keeps."""
        if self.sight.vision is None:
            return False
        with self.catalogue.reading() as tx:
            return bool(unseen(tx, property_hash, self.sight.version, plan.decisions))

    def restore(self, images: Iterable[Image]) -> None:
        """Make pictures again that are gone; in any thread. Raises StorageError, DecoderUnavailable."""
        for image in images:
            make_again(self.catalogue, self.files, image, self.process)

    def _refresh_manifest(self) -> None:
        """The manifest follows as homes finish, at a cost of a few percent however long it grows."""
        if time.monotonic() >= self._manifest_due:
            began = time.monotonic()
            write_manifest(self.catalogue, self.files)
            self._manifest_behind = False
            took = time.monotonic() - began
            wait = max(MANIFEST_SECONDS, MANIFEST_SHARE * took) if took <= MANIFEST_LONGEST else math.inf
            self._manifest_due = began + took + wait

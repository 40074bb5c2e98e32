"""What a run writes to catalogue and folders, apart from photos; in the catalogue's thread where not said otherwise."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from phx_scraper.config.fields import Config
from phx_scraper.imaging.duplicates.rule import Rule, RuleName
from phx_scraper.model.outcome import Outcome
from phx_scraper.model.run import RunRow
from phx_scraper.model.visit import Finished, VisitLease, VisitRow
from phx_scraper.run.arguments import CrawlArguments
from phx_scraper.run.cross_check import judge
from phx_scraper.run.deduplicate import Decider
from phx_scraper.run.near_duplicate_index import NearDuplicateIndex
from phx_scraper.run.photo_file import restorer
from phx_scraper.run.restore_homes import restore_homes
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.files.store import FileStore
from phx_scraper.views import write_stale_homes
from phx_scraper.views.folders import clear_folder, write_home
from phx_scraper.views.manifest import write_manifest
from phx_scraper.views.run_record import write_missing_records

# The manifest is rewritten no more often than this while homes finish: seconds, and times what one writing took. Once
# that takes longer than a photo may wait, it is written at the end only.
MANIFEST_SECONDS = 2.0
MANIFEST_SHARE = 30.0
MANIFEST_LONGEST = 2.0


class VisitService:
    """Registers a run and finishes its visits; folders and manifest follow."""

    def __init__(self, job: CrawlArguments, catalogue: Catalogue, files: FileStore) -> None:
        self.job = job
        self.catalogue = catalogue
        self.files = files
        rule = _rule(job.options)
        self.decide = Decider(rule)
        self.near_duplicates = NearDuplicateIndex(rule)
        self.restore = restorer(files, job.options)
        self._manifest_due = 0.0

    def register(self, run_id: str, stopping: Callable[[], bool]) -> list[VisitRow]:
        """Register the run, its homes and visits; returns the visits as they stand before the first request.

        What killed runs and people left undone or changed in the folders is made good first, unless `stopping()`.
        """
        catalogue = self.catalogue
        goes_on = self._goes_on(catalogue.last_run(self.job.spider))
        catalogue.start_run(run_id, self.job.spider, self.job.arguments, time.time())
        registered = catalogue.register(self.job.homes, self.job.sources, run_id)
        # From here on the job's homes have the labels that this catalogue gave them.
        job = self.job = self.job.under_labels(registered.homes, registered.errors)
        hashes = job.property_hashes
        if not job.dry_run:
            write_missing_records(catalogue, self.files, time.time())
            write_stale_homes(catalogue, self.files)
        if job.fresh and not goes_on:
            catalogue.forget(hashes, job.sources)
        if job.force and not goes_on:
            catalogue.requeue(hashes, job.sources)
        if job.folder is not None:
            job.folder.begun(run_id)
        if not job.dry_run:
            for slug in catalogue.folders_to_clear():
                clear_folder(catalogue, self.files, slug)
            restore_homes(catalogue, self.files, hashes, self.restore, stopping)
        catalogue.remove_unreferenced(self.files)
        self.near_duplicates.catch_up(catalogue)
        return catalogue.visits(hashes, job.sources)

    def _goes_on(self, last: RunRow | None) -> bool:
        """Whether this is the same command as one that was stopped: what that one did is not undone again."""
        if self.job.folder is not None:
            return self.job.folder.was_stopped
        return last is not None and last.ending != "finished" and last.arguments == self.job.arguments

    def decide_ahead(self, visit: VisitLease) -> None:
        """Compare the home's pictures before `finish` holds up other homes and runs; in any thread."""
        self.decide.decide_ahead(self.catalogue.home_images(visit.property_hash))

    def finish(self, visit: VisitLease, ending: Outcome, not_before: float | None, detail: str = "") -> Finished:
        """End a visit, regroup its home, refresh folder and manifest. Raises LeaseLost, StorageError.

        `detail` is what the catalogue keeps of the ending for people.
        """
        finished = self.catalogue.finish_visit(
            visit,
            ending.name,
            ending.reason,
            self.decide,
            time.time(),
            not_before,
            detail=detail,
            restore=self.restore,
            judge=judge,
            photos_wanted=not self.job.dry_run,
        )
        # Folders let go of a picture before the store does: what they show is there, wherever this is stopped.
        if not self.job.dry_run:
            write_home(self.catalogue, self.files, visit.property_hash)
        self.catalogue.remove_unreferenced(self.files)
        self.near_duplicates.catch_up(self.catalogue)
        if not self.job.dry_run:
            self._refresh_manifest()
        return finished

    def _refresh_manifest(self) -> None:
        """The manifest follows as homes finish, at a cost of a few percent however long it grows."""
        if time.monotonic() >= self._manifest_due:
            began = time.monotonic()
            write_manifest(self.catalogue, self.files)
            took = time.monotonic() - began
            wait = max(MANIFEST_SECONDS, MANIFEST_SHARE * took) if took <= MANIFEST_LONGEST else math.inf
            self._manifest_due = began + took + wait


def _rule(options: Config) -> Rule:
    name: RuleName = "plain" if options.duplicate_rule == "plain" else "verified"
    return Rule(name, options.duplicate_distance, options.duplicate_dhash_distance)

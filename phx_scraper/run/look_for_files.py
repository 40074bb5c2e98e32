"""Whether the files of pictures that are kept again are there: looked at before the transaction that counts on them."""

from __future__ import annotations

from dataclasses import dataclass

from phx_scraper.run.deduplicate import DuplicatePlan
from phx_scraper.storage.catalogue import removals_begun
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.files.store import FileStore


@dataclass(frozen=True, slots=True)
class KeptFiles:
    """Paths that were `there` after `since` was the last removal (of `removals_begun`)."""

    since: int = 0
    there: frozenset[str] = frozenset()


def look_for_files(catalogue: Catalogue, files: FileStore, plan: DuplicatePlan) -> KeptFiles:
    """Look for the files of what the plan keeps again; in any thread, never in a transaction. Raises StorageError."""
    wanted = {image.path for image in plan.kept_again}
    if not wanted:
        return KeptFiles()
    since = removals_begun.wait_until_free(catalogue, wanted)
    return KeptFiles(since, frozenset(path for path in wanted if files.exists(path)))

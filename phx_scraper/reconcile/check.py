"""The check of a whole store: catalogue against files against folders. It changes nothing."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from phx_scraper.reconcile.file_checks import check_pictures
from phx_scraper.reconcile.orphan_files import check_strays
from phx_scraper.reconcile.report import Problem, Report
from phx_scraper.reconcile.row_checks import check_rows
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.files.store import FileStore

__all__ = ["Problem", "Report", "check"]


def check(catalogue: Catalogue, files: FileStore, read_share: float = 0.0, seconds: float | None = None) -> Report:
    """Compare the catalogue with the files of the store. Raises StorageError, CatalogueError where it is damaged.

    `read_share` (0 to 1) of the files, chosen at random, are read and hashed; after `seconds` no more are. What was
    found is true of one state of the catalogue; a crawl may be at work meanwhile.
    """
    report = Report()
    catalogue.read_through()
    with catalogue.reading() as connection:
        check_rows(connection, time.time(), report)
        check_pictures(connection, files.for_many(), _chooser(read_share, seconds), report)
        check_strays(connection, files, report)
    return report


def _chooser(share: float, seconds: float | None) -> Callable[[], bool]:
    until = time.monotonic() + seconds if seconds is not None else float("inf")
    return lambda: (share >= 1 or random.random() < share) and time.monotonic() < until  # nosec B311

"""A report in a folder of its own, wherever a person wants it: nothing is written into the store."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from phx_scraper.errors import UsageError
from phx_scraper.report.picture_places import COPIES, BesideStore, Copies
from phx_scraper.report.report_files import ReportFiles, in_store, one_writer
from phx_scraper.report.report_state import is_report
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.disk_errors import reported
from phx_scraper.storage.files.folder_store import FolderStore
from phx_scraper.storage.files.store import FileStore

_OWN_PARTS = (paths.PROCESSED, paths.RAW, paths.THUMBNAILS)


class ReportFolder(NamedTuple):
    """Where a report is wanted, and whether the files of its pictures are copied there."""

    path: Path
    with_pictures: bool = False


@contextlib.contextmanager
def opened(files: FileStore, folder: ReportFolder | None) -> Iterator[ReportFiles]:
    """The report to write, which nobody else writes meanwhile: in the store, or in a folder of its own.

    Raises UsageError for a folder that holds anything but a report, StorageError.
    """
    if folder is None:
        if not isinstance(files, FolderStore):
            raise UsageError(f"{files.place} is no folder of this machine: scrapy report --out FOLDER writes the pages")
        with one_writer(files.root):
            yield in_store(files)
        return
    _refuse(files, folder.path)
    with reported("make the folder", folder.path):
        folder.path.mkdir(parents=True, exist_ok=True)
    with one_writer(folder.path):
        pages = FolderStore(folder.path)
        report = ReportFiles(pages, _pictures(files, pages, folder), "")
        _refuse_others(report)
        yield report
        pages.remove_folder(paths.TEMPORARY)


def remove_unused_copies(report: ReportFiles, wanted_files: Callable[[], set[str]]) -> None:
    """Remove copies of pictures but those of the paths of the store that are wanted, where there are any copies."""
    if not report.names(COPIES):
        return
    wanted = wanted_files()
    for part in _OWN_PARTS:
        for folder in report.names(f"{COPIES}/{part}"):
            for name in report.names(f"{COPIES}/{part}/{folder}"):
                if f"{part}/{folder}/{name}" not in wanted:
                    report.remove(f"{COPIES}/{part}/{folder}/{name}")
            report.remove_folder(f"{COPIES}/{part}/{folder}")
        report.remove_folder(f"{COPIES}/{part}")
    report.remove_folder(COPIES)


def _pictures(files: FileStore, pages: FolderStore, folder: ReportFolder) -> BesideStore | Copies:
    is_beside = isinstance(files, FolderStore) and not folder.with_pictures
    return BesideStore(files, folder.path) if is_beside else Copies(files, pages)


def _refuse(files: FileStore, folder: Path) -> None:
    place, store = Path(os.path.realpath(folder)), Path(os.path.realpath(files.place))
    if place.exists() and not place.is_dir():
        raise UsageError(f"{folder} is a file: --out wants a folder, which is made if it is not there")
    if place == store or store in place.parents:
        raise UsageError(f"{folder} is in the store {files.place}: without --out the report is written there")


def _refuse_others(report: ReportFiles) -> None:
    """Nothing of a person's own is overwritten: a folder is empty, or has a report."""
    if set(report.names("report")) - {paths.TEMPORARY} and not is_report(report):
        report_to = f"{report.root} holds something that is no report"
        raise UsageError(f"{report_to}: --out wants an empty folder, or one with an earlier report")

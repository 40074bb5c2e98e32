"""Writes the report: the pages of homes that changed, and those that show all homes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from phx_scraper.model.catalogue_place import CataloguePlace
from phx_scraper.report import report_state
from phx_scraper.report.command_settings import command_settings
from phx_scraper.report.duplicates_pages import write_duplicates_pages
from phx_scraper.report.home_pages import write_home_pages
from phx_scraper.report.index_page import write_index
from phx_scraper.report.page_marks import home_page, marks_of, outdated
from phx_scraper.report.report_files import ReportFiles
from phx_scraper.report.report_folder import ReportFolder, opened, remove_unused_copies
from phx_scraper.report.review_page import write_review
from phx_scraper.report.runs_page import write_runs_page
from phx_scraper.storage.catalogue import thumbnails, view_change_counter
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.report_queries import HomeState, home_states, picture_paths
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.store import FileStore

PageWriter = Callable[[Catalogue, ReportFiles, Sequence[str]], list[str]]
"""Takes the labels of homes that changed since their pages were written; returns the places of what it wrote."""

WRITERS: tuple[PageWriter, ...] = (write_duplicates_pages, write_review, write_index)
"""Of the pages that show all homes: called where anything of the homes changed since."""

_HOME_PAGES = "report/homes"


def write_report(
    catalogue: Catalogue,
    files: FileStore,
    *,
    look_again: bool = False,
    folder: ReportFolder | None = None,
    place: CataloguePlace | None = None,
) -> list[str]:
    """Bring the report up to date; returns the places of the pages that were written. Raises StorageError, UsageError.

    `look_again` also for pictures whose files were gone when a page was written: nobody notes that they came back.
    `folder`: write there, and nothing into the store. `place` is that of the catalogue where a copy of it is read.
    """
    with opened(files, folder) as report:
        # The count first: what changes while pages are written makes them out of date.
        with catalogue.reading() as tx:
            changes, homes = view_change_counter.count(tx), home_states(tx)
            report.commands = command_settings(tx, place or catalogue.place, _own_catalogue(files))
        state = report_state.begun(report, changes)
        report.identity = state.identity
        gone = _homes_without_files(catalogue, report) if look_again else set()
        changed = outdated(report, homes, marks_of(report, homes), gone, look_again=look_again)
        written = write_home_pages(catalogue, report, changed)
        if look_again or changed or not state.shows(report, changes):
            written += [place for writer in WRITERS for place in writer(catalogue, report, changed)]
            _remove_needless(catalogue, report, homes)
            report_state.note(report, state, changes)
        # A run is news by itself.
        written += write_runs_page(catalogue, report, changed)
    return written


def _own_catalogue(files: FileStore) -> Path:
    return Path(files.place_of(paths.CATALOGUE)).absolute()


def _homes_without_files(catalogue: Catalogue, report: ReportFiles) -> set[str]:
    """Homes with a picture or an original whose file is gone: their pages may still lead to it."""
    with catalogue.reading() as tx:
        rows = picture_paths(tx)
    return {home for home, *found in rows if any(path and not report.picture.has(path) for path in found)}


def _remove_needless(catalogue: Catalogue, report: ReportFiles, homes: Sequence[HomeState]) -> None:
    """Remove pages of homes that are known no more, and copies of pictures that no page leads to."""
    shown = {home_page(home.slug) for home in homes}
    for name in report.names(_HOME_PAGES):
        if name.endswith(".html") and f"{_HOME_PAGES}/{name}" not in shown:
            report.remove(f"{_HOME_PAGES}/{name}")
    remove_unused_copies(report, lambda: _picture_files(catalogue) if report.picture.is_copying else set())


def _picture_files(catalogue: Catalogue) -> set[str]:
    """Paths of all that pages may lead to."""
    with catalogue.reading() as tx:
        rows = thumbnails.with_thumbnail(tx)
    return {path for row in rows for path in (row.path, row.raw_path, paths.thumbnail(row.content_hash)) if path}

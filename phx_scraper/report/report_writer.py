"""Writes the report: the pages of homes that changed, and those that show all homes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from phx_scraper.report.duplicates_pages import write_duplicates_pages
from phx_scraper.report.home_pages import write_home_pages
from phx_scraper.report.index_page import write_index
from phx_scraper.report.page_marks import home_page, marks_of, outdated
from phx_scraper.report.review_page import write_review
from phx_scraper.report.runs_page import write_runs_page
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.report_queries import home_states
from phx_scraper.storage.files.store import FileStore

PageWriter = Callable[[Catalogue, FileStore, Sequence[str]], list[str]]
"""Takes the labels of homes that changed since their pages were written; returns the places of what it wrote."""

WRITERS: tuple[PageWriter, ...] = (write_home_pages, write_duplicates_pages, write_review, write_runs_page, write_index)

_HOME_PAGES = "report/homes"


def write_report(catalogue: Catalogue, files: FileStore, *, look_again: bool = False) -> list[str]:
    """Bring the report up to date; returns the places of the pages that were written. Raises StorageError.

    `look_again` also for pictures whose files were gone when a page was written: nobody notes that they came back.
    """
    with catalogue.reading() as tx:
        homes = home_states(tx)
    changed = outdated(files, homes, marks_of(homes), look_again=look_again)
    written = [place for writer in WRITERS for place in writer(catalogue, files, changed)]
    shown = {home_page(home.slug) for home in homes}
    for name in files.names(_HOME_PAGES):
        if name.endswith(".html") and f"{_HOME_PAGES}/{name}" not in shown:
            files.remove(f"{_HOME_PAGES}/{name}")
    return written

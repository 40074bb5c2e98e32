"""`report/index.html`: every home at a glance."""

from __future__ import annotations

from collections.abc import Sequence

from phx_scraper.report.navigation import INDEX
from phx_scraper.report.page import render
from phx_scraper.report.page_marks import home_page
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.report_queries import home_states
from phx_scraper.storage.files.store import FileStore


def write_index(catalogue: Catalogue, files: FileStore, changed: Sequence[str]) -> list[str]:
    """Write the index, whichever homes changed; returns its place."""
    with catalogue.reading() as tx:
        homes = home_states(tx)
    shown = [{"address": home.address, "place": home_page(home.slug)} for home in homes]
    page = render("index.html.j2", place=INDEX, title="Homes", homes=shown)
    files.replace(INDEX, (page.encode("utf-8", "replace"),))
    return [INDEX]

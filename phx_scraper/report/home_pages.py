"""`report/homes/{slug}.html`: a home, its photos in listing order, and everything that is known of it."""

from __future__ import annotations

from collections.abc import Sequence

from phx_scraper.report.page import render
from phx_scraper.report.page_marks import home_page, marks_of, written_mark
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.gallery import HomeGallery, galleries
from phx_scraper.storage.catalogue.report_queries import home_states
from phx_scraper.storage.files.store import FileStore


def write_home_pages(catalogue: Catalogue, files: FileStore, changed: Sequence[str]) -> list[str]:
    """Write the pages of these homes, by property_hash; returns their places."""
    written = []
    with catalogue.reading() as tx:
        marks = marks_of(home_states(tx))
        for gallery in galleries(tx, changed):
            place = home_page(gallery.home.slug)
            text = _page(gallery, place) + written_mark(marks[gallery.home.property_hash])
            files.replace(place, (text.encode("utf-8", "replace"),))
            written.append(place)
    return written


def _page(gallery: HomeGallery, place: str) -> str:
    home = gallery.home
    return render("home.html.j2", place=place, title=home.address, home=home, photos=gallery.kept)

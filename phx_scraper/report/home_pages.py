"""`report/homes/{slug}.html`: a home, its photos in listing order, and everything that is known of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from phx_scraper.model.photo import PhotoCounts
from phx_scraper.report.evidence_words import sentences
from phx_scraper.report.home_facts import by_priority, fact_rows, headline
from phx_scraper.report.home_history import timeline
from phx_scraper.report.page import render
from phx_scraper.report.page_files import write_page
from phx_scraper.report.page_marks import home_page, marks_of, written_mark
from phx_scraper.report.photo_view import chips, is_whole, kept_photos, other_photos
from phx_scraper.report.report_files import ReportFiles
from phx_scraper.report.visit_badges import badges
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.gallery import HomeGallery, galleries
from phx_scraper.storage.catalogue.photo_statuses import earlier_pictures
from phx_scraper.storage.catalogue.report_queries import HomeState, facts_over_time, home_states, photo_changes
from phx_scraper.storage.catalogue.sql_helpers import chunks

Neighbours = tuple[HomeState | None, HomeState | None]
_HOMES_AT_ONCE = 50
TEMPLATE, SCRIPTS = "home.html.j2", ("lightbox.js", "compare.js", "commands.js")


def write_home_pages(catalogue: Catalogue, files: ReportFiles, changed: Sequence[str]) -> list[str]:
    """Write the pages of these homes, by property_hash; returns their places."""
    with catalogue.reading() as tx:
        # Before the rest is read: what changes meanwhile has another mark, and is written again by the next report.
        states = home_states(tx)
    marks, neighbours = marks_of(files, states), _neighbours(states)
    written: list[str] = []
    for part in chunks(changed, _HOMES_AT_ONCE):
        # A transaction for a few homes: one that lasts keeps the log of a crawl at work from being folded in.
        with catalogue.reading() as tx:
            for place, label, values in _pages(tx, files, part, neighbours):
                mark = written_mark(marks[label], is_whole=is_whole(values["photos"]))
                written += write_page(files, place, render(TEMPLATE, place=place, scripts=SCRIPTS, **values) + mark)
    return written


def _pages(
    tx: Connection, files: ReportFiles, part: Sequence[str], neighbours: Mapping[str, Neighbours]
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Place, home and values of each page."""
    history, found = facts_over_time(tx, part), photo_changes(tx, part)
    for gallery in galleries(tx, part):
        home, label = gallery.home, gallery.home.property_hash
        told = timeline(history.get(label, ()), found.get(label, ()))
        shown = {"title": home.address, "home": home, "timeline": told, "store": files.picture.store}
        shown["commands"] = files.commands
        shown |= _links(neighbours[label])
        yield home_page(home.slug), label, {**_photos(tx, files, gallery), **_texts(gallery), **shown}


def _neighbours(states: Sequence[HomeState]) -> Mapping[str, Neighbours]:
    around: list[HomeState | None] = [None, *states, None]
    return {home.property_hash: (around[place], around[place + 2]) for place, home in enumerate(states)}


def _links(neighbours: Neighbours) -> dict[str, Any]:
    names = zip(("previous", "next"), neighbours, strict=True)
    return {
        name: None if home is None else {"place": home_page(home.slug), "address": home.address} for name, home in names
    }


def _photos(tx: Connection, files: ReportFiles, gallery: HomeGallery) -> dict[str, Any]:
    photos = kept_photos(files, gallery, earlier_pictures(tx, gallery.home.property_hash))
    return {
        "photos": photos,
        "chips": [(field, chips(photos, field)) for field in ("subject", "source")],
        **{
            state: other_photos(files, gallery, state)
            for state in ("failed", "removed", "hidden", "duplicate", "pending")
        },
    }


def _texts(gallery: HomeGallery) -> dict[str, Any]:
    listings, visits = gallery.listings, gallery.visits
    sources = by_priority(listings)
    claims = {source: visit.claimed_photo_count for source, visit in visits.items()}
    return {
        "headline": headline(listings),
        "badges": badges(visits, listings, _counts(gallery)),
        "fact_sources": sources,
        "facts": fact_rows(listings, claims),
        "evidence": [(source, sentences(listings[source].evidence)) for source in sources],
        "refused": [(source, reason, number) for source in sources for reason, number in listings[source].refused],
    }


def _counts(gallery: HomeGallery) -> dict[str, PhotoCounts]:
    live = [photo for photo in gallery.photos if photo.state != "removed"]
    found = Counter(photo.source for photo in live)
    failed = Counter(photo.source for photo in live if photo.state == "failed")
    return {source: PhotoCounts(found=found[source], failed=failed[source]) for source in gallery.visits}

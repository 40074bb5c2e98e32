"""What the index shows of each home, read for all homes at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Connection

from phx_scraper.model.photo import PhotoCounts
from phx_scraper.model.run import RunRow
from phx_scraper.report.home_facts import headline
from phx_scraper.report.latest_changes import latest_news
from phx_scraper.report.map import pin_of
from phx_scraper.report.page_marks import home_page
from phx_scraper.report.pictures import small_picture
from phx_scraper.report.report_files import ReportFiles
from phx_scraper.report.visit_badges import badges
from phx_scraper.sources import SOURCES
from phx_scraper.storage.catalogue.gallery import HOMES_AT_ONCE, listings_of_homes
from phx_scraper.storage.catalogue.photo_counts import add_up, photo_counts, visits_of_homes
from phx_scraper.storage.catalogue.report_queries import Cover, HomeState, covers, home_states, subjects
from phx_scraper.storage.catalogue.review_flags import notes_of
from phx_scraper.storage.catalogue.sql_helpers import chunks
from phx_scraper.views.review_notes import reasons

SourceCounts = Mapping[str, PhotoCounts]


def home_cards(connection: Connection, files: ReportFiles, run: RunRow | None) -> list[dict[str, Any]]:
    """A card for each home, by city and address, with the news of a run."""
    homes = home_states(connection)
    pictures, news = covers(connection), latest_news(connection, run, homes)
    notes = {key: reasons(list(group)) for key, group in groupby(notes_of(connection), lambda note: note.property_hash)}
    cards, known = [], subjects(connection)
    for part in chunks(homes, HOMES_AT_ONCE):
        stand = _standing(connection, [home.property_hash for home in part])
        for home in part:
            shows = known.get(home.property_hash, [])
            told = {"subjects": shows, "note": notes.get(home.property_hash, ""), "news": news.get(home.property_hash)}
            cards.append(_card(files, home, pictures.get(home.property_hash), stand[home.property_hash] | told))
    return cards


def _standing(connection: Connection, part: Sequence[str]) -> dict[str, dict[str, Any]]:
    visits, listings = visits_of_homes(connection, part), listings_of_homes(connection, part)
    counts: dict[str, dict[str, PhotoCounts]] = {label: {} for label in part}
    for (label, source), count in photo_counts(connection, part, list(SOURCES)).items():
        counts[label][source] = count
    return {
        label: {
            "counts": add_up(list(counts[label].values())),
            "badges": badges(visits[label], listings[label], counts[label]),
            "headline": headline(listings[label]),
            "pin": pin_of(listings[label]),
            "ids": sorted({value for listing in listings[label].values() for value in listing.ids.values()}),
        }
        for label in part
    }


def _card(files: ReportFiles, home: HomeState, cover: Cover | None, stand: Mapping[str, Any]) -> dict[str, Any]:
    small = small_picture(files, cover.path, cover.content_hash) if cover else ""
    return {
        "address": home.address,
        "city": home.city,
        "place": home_page(home.slug),
        "picture": {"place": small, "width": cover.width, "height": cover.height} if cover and small else None,
        "marks": _marks(stand),
        **stand,
    }


def _marks(stand: Mapping[str, Any]) -> list[str]:
    """What the filter of changes finds the card by."""
    is_short = any(badge["missing"] for badge in stand["badges"])
    kinds = stand["news"].kinds if stand["news"] else ()
    return [*kinds, *(["look"] if stand["note"] else []), *(["short"] if is_short else [])]

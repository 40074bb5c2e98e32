"""`report/index.html`: every home at a glance; of very many homes a page for each part of the list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import islice
from typing import Any

from phx_scraper.report.home_cards import home_cards
from phx_scraper.report.home_facts import by_priority
from phx_scraper.report.map import HEIGHT, LOOKS, WIDTH, home_map
from phx_scraper.report.navigation import INDEX
from phx_scraper.report.page import render
from phx_scraper.report.page_files import write_page
from phx_scraper.report.report_files import ReportFiles
from phx_scraper.sources import SOURCES
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.report_queries import latest_with_news

MOST_ON_A_PAGE = 2000
PART = 1000
"""Homes on a page where there are more than MOST_ON_A_PAGE."""

Card = dict[str, Any]


def write_index(catalogue: Catalogue, files: ReportFiles, changed: Sequence[str]) -> list[str]:
    """Write the index; returns the places of those of its pages that changed. Those of a longer one go."""
    with catalogue.reading() as tx:
        run = latest_with_news(tx)
        cards = home_cards(tx, files, run)
    parts = _parts(cards)
    pages = [
        {"place": index_place(number), "first": part[0] if part else None, "last": part[-1] if part else None}
        for number, part in enumerate(parts, 1)
    ]
    changes = Counter(kind for card in cards if card["news"] for kind in card["news"].kinds)
    written = []
    for page, part in zip(pages, parts, strict=True):
        text = _page(page["place"], part, pages=pages, homes=len(cards), run=run, changes=changes)
        written += write_page(files, page["place"], text)
    _remove_further(files, len(parts))
    return written


def index_place(number: int) -> str:
    """The place of the n-th page, counted from 1."""
    return INDEX if number == 1 else f"report/index-{number}.html"


def _parts(cards: Sequence[Card]) -> list[list[Card]]:
    if len(cards) <= MOST_ON_A_PAGE:
        return [list(cards)]
    rest = iter(cards)
    return list(iter(lambda: list(islice(rest, PART)), []))


def _page(place: str, cards: Sequence[Card], **values: Any) -> str:
    return render(
        "index.html.j2",
        place=place,
        title="Homes",
        scripts=("filter.js", "map.js"),
        styles=("map.css",),
        cards=cards,
        map=home_map(cards),
        looks=LOOKS,
        size=(WIDTH, HEIGHT),
        choices={
            "city": sorted({card["city"] for card in cards}),
            "source": by_priority(SOURCES),
            "outcome": sorted({visit["outcome"] for card in cards for visit in card["badges"]}),
            "subject": sorted({subject for card in cards for subject in card["subjects"]}),
            "change": sorted({kind for card in cards if card["news"] for kind in card["news"].kinds}),
        },
        **values,
    )


def _remove_further(files: ReportFiles, number: int) -> None:
    while files.remove(index_place(number + 1)):
        number += 1

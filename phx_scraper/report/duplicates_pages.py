"""`report/duplicates-N.html`: pictures that several homes show: builders' stock, a neighbour's card, a wrong home?"""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from typing import Any

from phx_scraper.model.photo import Photo
from phx_scraper.report.compared_pairs import distances, picture
from phx_scraper.report.page import render
from phx_scraper.report.page_files import write_page
from phx_scraper.report.page_marks import home_page
from phx_scraper.report.report_files import ReportFiles
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.review_queries import SharedPicture, ShownPicture, pictures_at_many_homes

GROUPS_ON_A_PAGE = 100
SHOWN_OF_A_GROUP = 12
_PAGE = re.compile(r"duplicates-\d+\.html")


def duplicates_page(number: int) -> str:
    """The place of a page; the first one is there even where no two homes share a picture."""
    return f"report/duplicates-{number}.html"


def write_duplicates_pages(catalogue: Catalogue, files: ReportFiles, changed: Sequence[str]) -> list[str]:
    """Write all of them, whichever homes changed, and remove those that are too many; returns those that changed."""
    with catalogue.reading() as tx:
        groups = pictures_at_many_homes(tx)
    pages = [groups[start : start + GROUPS_ON_A_PAGE] for start in range(0, len(groups), GROUPS_ON_A_PAGE)] or [[]]
    places = [duplicates_page(number) for number in range(1, len(pages) + 1)]
    written: list[str] = []
    for place, part in zip(places, pages, strict=True):
        shown = [_group(files, group) for group in part]
        values: dict[str, Any] = {"groups": shown, "pages": places, "total": len(groups)}
        title = "Pictures at several homes"
        page = render(
            "duplicates.html.j2",
            place=place,
            title=title,
            store=files.picture.store,
            commands=files.commands,
            scripts=("compare.js", "commands.js"),
            **values,
        )
        written += write_page(files, place, page)
    for name in files.names("report"):
        if _PAGE.fullmatch(name) and f"report/{name}" not in places:
            files.remove(f"report/{name}")
    return written


def _group(files: ReportFiles, group: SharedPicture) -> dict[str, Any]:
    return {
        "homes": group.homes,
        "pairs": [_pair(files, *pair) for pair in group.pairs[:SHOWN_OF_A_GROUP]],
        "more": max(0, len(group.pairs) - SHOWN_OF_A_GROUP),
    }


def _pair(files: ReportFiles, one: ShownPicture, other: ShownPicture) -> dict[str, Any]:
    is_same = one.image.raw_sha256 == other.image.raw_sha256
    return {
        "first": picture(files, _photo(one)),
        "other": picture(files, _photo(other)),
        "homes": [(shown.address, home_page(shown.slug)) for shown in (one, other)],
        "distances": distances(one.image, other.image),
        "reason": "The same file, byte for byte." if is_same else "They look alike.",
        "kept_because": "Each home keeps its own.",
        "said": "",
        "commands": [] if is_same else [_apart(one, other)],
    }


def _apart(one: ShownPicture, other: ShownPicture) -> str:
    """The command by which a person says that these are two pictures, ready for a shell."""
    pictures = (f"{shown.source}:{shown.key}" for shown in (one, other))
    return shlex.join(["scrapy", "photos", one.address, "--not-duplicate", *pictures, "--at", other.address])


def _photo(shown: ShownPicture) -> Photo:
    return Photo(shown.key, shown.position, "", source=shown.source, image=shown.image)

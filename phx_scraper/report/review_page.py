"""`report/review.html`: what a person should look at, over all homes, each with the command that settles it."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from itertools import groupby
from statistics import median
from typing import Any

from sqlalchemy import Connection

from phx_scraper.report.duplicates_pages import duplicates_page
from phx_scraper.report.page import render
from phx_scraper.report.page_files import write_page
from phx_scraper.report.page_marks import home_page
from phx_scraper.report.pictures import small_picture
from phx_scraper.report.report_files import ReportFiles
from phx_scraper.report.review_categories import doubtful_subjects
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.category_review import doubtful_categories
from phx_scraper.storage.catalogue.review_flags import notes_of
from phx_scraper.storage.catalogue.review_queries import (
    DoubtfulHome,
    DoubtfulVisit,
    PictureQuality,
    ShownPicture,
    doubtful_visits,
    homes_with_doubts,
    pictures_at_many_homes,
    qualities,
    shown_pictures,
)
from phx_scraper.views.review_notes import reasons

REVIEW = "report/review.html"
MOST_ROWS = 500
"""Rows of a section that are shown; further ones are counted."""

_NEAR = "near: "
# Sharpness (variance of the Laplacian) as a share of the home's median; mean grey of 0 to 1.
_BLURRED, _DARK, _BRIGHT = 0.05, 0.08, 0.95


def write_review(catalogue: Catalogue, files: ReportFiles, changed: Sequence[str]) -> list[str]:
    """Write the page, whichever homes changed; returns its place where it changed."""
    with catalogue.reading() as tx:
        values = _of_visits(tx) | _of_pictures(tx, files)
    page = render(
        "review.html.j2",
        place=REVIEW,
        title="To review",
        store=files.picture.store,
        commands=files.commands,
        scripts=("commands.js",),
        most=MOST_ROWS,
        duplicates=duplicates_page(1),
        **values,
    )
    return write_page(files, REVIEW, page)


def _of_visits(tx: Connection) -> dict[str, Any]:
    visits = doubtful_visits(tx)
    flags = [list(notes) for _, notes in groupby(notes_of(tx), key=lambda note: note.property_hash)]
    return {
        "contradictions": [_visit(one) for one in visits if one.reason.startswith("contradiction")],
        "shortfalls": [_visit(one) for one in visits if one.outcome == "ok" and (one.claimed or 0) > one.shown],
        "near": [_visit(one) for one in visits if _NEAR in one.detail],
        "flags": [{"address": notes[0].address, "why": reasons(notes)} for notes in flags],
    }


def _of_pictures(tx: Connection, files: ReportFiles) -> dict[str, Any]:
    unsure, poor = doubtful_categories(tx), _poor(qualities(tx))
    whys = {one[:3]: why for one, why in poor.items()}
    pictures = shown_pictures(tx, list(poor)[:MOST_ROWS])
    return {
        "doubts": [_doubtful(home) for home in homes_with_doubts(tx)],
        "shared": len(pictures_at_many_homes(tx)),
        "poor": [_poor_picture(files, shown, whys[shown.property_hash, shown.source, shown.key]) for shown in pictures],
        "poor_total": len(poor),
        "unsure": doubtful_subjects(tx, files, unsure[:MOST_ROWS]),
        "unsure_total": len(unsure),
    }


def _doubtful(home: DoubtfulHome) -> dict[str, Any]:
    return {"address": home.address, "place": home_page(home.slug), "pairs": home.pairs}


def _visit(one: DoubtfulVisit) -> dict[str, Any]:
    """With the addresses nearby, and the command that asks the source once more."""
    again = ["scrapy", "crawl", one.source, "-a", f"address={one.address}", "-a", "refresh_days=0"]
    return {
        **one._asdict(),
        "place": home_page(one.slug),
        "near": one.detail.partition(_NEAR)[2].partition("; ")[0],
        "missing": (one.claimed or 0) - one.shown,
        "why": one.reason.partition(":")[2] or one.reason,
        "command": shlex.join(again),
    }


def _poor(measured: Sequence[PictureQuality]) -> dict[PictureQuality, str]:
    """Pictures whose quality is below the rest of their home's, and in what."""
    found = {}
    for _, home in groupby(measured, key=lambda one: one.property_hash):
        shown = list(home)
        usual = median(one.sharpness or 0.0 for one in shown)
        found |= {one: why for one in shown if (why := _fault(one, usual))}
    return found


def _fault(shown: PictureQuality, usual: float) -> str:
    if shown.sharpness is not None and shown.sharpness < usual * _BLURRED:
        return "far less sharp than the home's other pictures"
    if shown.exposure is None or _DARK <= shown.exposure <= _BRIGHT:
        return ""
    return "nearly black" if shown.exposure < _DARK else "nearly white"


def _poor_picture(files: ReportFiles, shown: ShownPicture, why: str) -> dict[str, Any]:
    image = shown.image
    hide = ["scrapy", "photos", shown.address, "--hide", f"{shown.source}:{shown.key}"]
    return {
        **shown._asdict(),
        "small": small_picture(files, image.path, image.content_hash),
        "full": files.picture(image.path),
        "place": home_page(shown.slug),
        "number": shown.position,
        "why": why,
        "command": shlex.join(hide),
    }

"""Subjects of low confidence for the page of what to review, each with the command that says it for ever."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from phx_scraper.report.page_marks import home_page
from phx_scraper.report.pictures import small_picture
from phx_scraper.report.report_files import ReportFiles
from phx_scraper.storage.catalogue.category_review import DoubtfulCategory
from phx_scraper.storage.catalogue.review_queries import ShownPicture, shown_pictures

_SAYS = {"tag": "the source's tag", "caption": "its caption", "head": "the model", "imagenet": "the model"}


def doubtful_subjects(tx: Connection, files: ReportFiles, doubts: Sequence[DoubtfulCategory]) -> list[dict[str, Any]]:
    """Rows for the template, by address."""
    of = {doubt[:3]: doubt for doubt in doubts}
    pictures = shown_pictures(tx, doubts)
    return [_row(files, shown, of[shown.property_hash, shown.source, shown.key]) for shown in pictures]


def _row(files: ReportFiles, shown: ShownPicture, doubt: DoubtfulCategory) -> dict[str, Any]:
    image, said = shown.image, _SAYS.get(doubt.signal, doubt.signal)
    return {
        "source": shown.source,
        "address": shown.address,
        "image": image,
        "small": small_picture(files, image.path, image.content_hash),
        "place": home_page(shown.slug),
        "number": shown.position,
        "subject": doubt.subject,
        "why": f"{doubt.subject.replace('_', ' ')}, says {said} ({doubt.confidence} of 100)",
        "command": correction(shown.address, shown.source, shown.key, doubt.subject),
    }


def correction(address: str, source: str, key: str, subject: str) -> str:
    """The command that says what a picture shows; a person puts another word in place of the last."""
    return shlex.join(["scrapy", "categorise", "--set", address, f"{source}:{key}", subject])

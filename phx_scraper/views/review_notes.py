"""Why a person should look at homes, for people and programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from phx_scraper.model.review import REVIEW_FLAGS, ReviewNote
from phx_scraper.views.human_text import counted

SHOWN_HOMES = 5


def review_document(notes: Sequence[ReviewNote]) -> list[dict[str, Any]]:
    """A JSON object for each flag."""
    return [
        {"address": note.address, "flag": note.flag, "number": note.number, "run_id": note.run_id} for note in notes
    ]


def review_lines(notes: Sequence[ReviewNote]) -> Iterator[str]:
    """What this run found to look at, home by home; a count of those beyond the first few."""
    homes = [list(group) for _, group in groupby(notes, key=lambda note: note.property_hash)]
    for group in homes[:SHOWN_HOMES]:
        yield f"  to look at: {group[0].address} ({reasons(group)})"
    if len(homes) > SHOWN_HOMES:
        yield f"  and {counted(len(homes) - SHOWN_HOMES, 'more home')} to look at: see scrapy status"


def reasons(notes: Sequence[ReviewNote]) -> str:
    """`12 photos that are new, 1 photo with another picture than before`."""
    return ", ".join(f"{counted(note.number, 'photo')} {REVIEW_FLAGS[note.flag].says}" for note in notes)

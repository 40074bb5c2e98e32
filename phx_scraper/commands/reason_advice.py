"""Below a table of homes: what the reasons in it mean, and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from phx_scraper.model.outcome import CLEAR
from phx_scraper.model.photo_reason_texts import PHOTOS
from phx_scraper.model.reason_texts import NOTHING, VISITS, Explanation, explanation_of

HEAD = "What these words mean (all of them: docs/reasons.md):"


def advice(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """A line for each reason of visits that are not clear and of photos that failed, in order of appearance.

    Of a row `outcome`, `reason` and `failed` (photos by reason) are read. Where a visit is clear, and of photos, only
    reasons are told about which something can be done.
    """
    found: dict[str, Explanation] = {}
    for row in rows:
        _note(found, row["reason"], VISITS, only_to_do=row["outcome"] in CLEAR)
        for reason in row["failed"]:
            _note(found, reason, PHOTOS, only_to_do=True)
    lines = [f"  {reason}: {told.meaning}; {told.advice}" for reason, told in found.items()]
    return ["", HEAD, *lines] if lines else []


def _note(found: dict[str, Explanation], reason: str, table: tuple[Explanation, ...], only_to_do: bool) -> None:
    told = explanation_of(reason, table) if reason else None
    if told is not None and not (only_to_do and told.advice == NOTHING):
        found.setdefault(reason.partition(":")[0] if told.names[0].endswith(":*") else reason, told)

"""What was found of a home over time: prices, statuses and photos, the latest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from phx_scraper.report.home_facts import label, shown
from phx_scraper.storage.catalogue.report_queries import ChangeCount, FactsSeen
from phx_scraper.views.human_text import counted

_TOLD = ("status", "price", "beds", "baths", "area_sqft", "listing_date", "claimed_photo_count")
_CHANGES = {"new": "new", "changed": "with another picture", "removed": "no longer shown"}


def timeline(facts: Iterable[FactsSeen], changes: Sequence[ChangeCount]) -> list[dict[str, Any]]:
    """Rows with `at` (seconds since 1970), `source` and `text`, the latest first."""
    rows = [*_of_facts(facts), *_of_photos(changes)]
    return sorted(rows, key=lambda row: row["at"], reverse=True)


def _of_facts(facts: Iterable[FactsSeen]) -> Iterator[dict[str, Any]]:
    known: dict[str, FactsSeen] = {}
    for seen in facts:
        before = known.get(seen.source)
        known[seen.source] = seen
        told = [text for name in _TOLD for text in _difference(name, before, seen)]
        if told:
            yield {"at": seen.seen_at, "source": seen.source, "text": "; ".join(told)}


def _difference(name: str, before: FactsSeen | None, seen: FactsSeen) -> Iterator[str]:
    old, new = before.facts.get(name) if before else None, seen.facts.get(name)
    if new is None or new == old:
        return
    if old is None:
        yield f"{label(name)} {shown(name, new)}"
    else:
        yield f"{label(name)} {shown(name, new)}, before {shown(name, old)}"


def _of_photos(changes: Sequence[ChangeCount]) -> Iterator[dict[str, Any]]:
    rows = sorted(changes, key=lambda change: (change.started_at, change.run_id, change.source))
    for (at, run_id, source), group in groupby(rows, key=lambda row: (row.started_at, row.run_id, row.source)):
        told = [f"{counted(one.number, 'photo')} {_CHANGES[one.change]}" for one in group]
        yield {"at": at, "source": source, "text": f"{', '.join(told)} (run {run_id})"}

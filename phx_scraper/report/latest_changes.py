"""What the latest run that found anything new found of each home."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from phx_scraper.model.run import RunRow
from phx_scraper.report.home_facts import label, shown
from phx_scraper.report.text_filters import source_name
from phx_scraper.storage.catalogue import runs
from phx_scraper.storage.catalogue.listing_history import ListingChange, changes_between
from phx_scraper.storage.catalogue.report_queries import HomeState

_PHOTOS = {"new": "new", "changed": "changed", "removed": "gone"}
_FACTS = ("price", "status")


class News(NamedTuple):
    """`kinds`: of `new home`, `price`, `status`, `new photos`, `changed photos`, `gone photos`; `text` says more."""

    kinds: tuple[str, ...]
    text: str


def latest_news(connection: Connection, run: RunRow | None, homes: Sequence[HomeState]) -> dict[str, News]:
    """property_hash -> what this run found; homes of which it found nothing are left out.

    Where no other run was before all is new, which is no news.
    """
    if run is None or all(home.first_run_id == run.run_id for home in homes):
        return {}
    began, run_id = run.started_at, run.run_id
    facts: dict[str, list[ListingChange]] = {}
    for change in changes_between(connection, began - 1e-6, began):
        if change.old is not None:
            facts.setdefault(change.property_hash, []).append(change)
    photos = runs.change_counts(connection, run_id)
    told = {
        home.property_hash: _news(
            home.first_run_id == run_id, facts.get(home.property_hash, ()), photos.get(home.property_hash, {})
        )
        for home in homes
    }
    return {label: news for label, news in told.items() if news.kinds}


def _news(is_new: bool, facts: Sequence[ListingChange], photos: Mapping[str, Mapping[str, int]]) -> News:
    if is_new:
        return News(("new home",), "seen for the first time")
    counts: Counter[str] = Counter()
    for of_source in photos.values():
        counts.update(of_source)
    found = {name: text for change in facts for name, text in _differences(change)}
    found |= {f"{word} photos": f"{counts[kind]} {word}" for kind, word in _PHOTOS.items() if counts[kind]}
    return News(tuple(found), "; ".join(found.values()))


def _differences(change: ListingChange) -> list[tuple[str, str]]:
    old, new = change.old or {}, change.new
    return [
        (name, f"{label(name)} {shown(name, new[name])}, was {shown(name, old[name])} ({source_name(change.source)})")
        for name in _FACTS
        if name in new and name in old and old[name] != new[name]
    ]

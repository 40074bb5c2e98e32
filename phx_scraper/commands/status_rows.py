"""The rows of `scrapy status`: a visit each, as JSON has it and as a line for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from phx_scraper.model.reasons import PARTIAL
from phx_scraper.model.review import ReviewNote
from phx_scraper.model.visit_checks import CheckedVisit, pins_apart
from phx_scraper.run.saved_visits import BETTER_SAVE
from phx_scraper.storage.catalogue.apply_cross_check import CONTRADICTION
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.checked_visits import checked_visits
from phx_scraper.storage.catalogue.registration import addresses
from phx_scraper.views.documents import timestamp
from phx_scraper.views.human_text import counted, moment
from phx_scraper.views.review_notes import reasons


def chosen_visits(catalogue: Catalogue, homes: Sequence[str] | None, sources: Sequence[str]) -> list[CheckedVisit]:
    """The visits of these homes (None: of all, by address) with their photos counted."""
    with catalogue.reading() as tx:
        if homes is None:
            homes = [label for label, _ in sorted(addresses(tx).items(), key=lambda home: home[1])]
        return checked_visits(tx, homes, sources)


def row_of(checked: CheckedVisit) -> dict[str, Any]:
    """One visit as JSON has it."""
    visit, count = checked.visit, checked.photos
    return {
        "address": visit.address,
        "property_hash": visit.property_hash,
        "source": visit.source,
        "outcome": visit.outcome,
        "reason": visit.reason,
        "detail": visit.detail,
        "contradicted": visit.reason.startswith(CONTRADICTION),
        "finished_at": timestamp(visit.finished_at),
        "not_before": timestamp(visit.not_before),
        "claimed": visit.claimed_photo_count,
        "found": count.found,
        "stored": count.stored,
        "duplicates": count.duplicates,
        "failed": dict(count.failures),
        "pending": count.pending,
        "removed": count.removed,
        "hidden": count.hidden,
        "claims_met": round(checked.claims_met, 4),
        "review": pins_apart(checked.evidence),
    }


def outcomes_of(visits: Iterable[CheckedVisit]) -> dict[str, dict[str, int]]:
    """Source -> outcome -> number of visits."""
    found: dict[str, Counter[str]] = {}
    for one in visits:
        found.setdefault(one.visit.source, Counter())[one.visit.outcome] += 1
    return {source: dict(sorted(counter.items())) for source, counter in sorted(found.items())}


def visit_lines(
    visits: Iterable[CheckedVisit], homes: Mapping[str, float], notes: Sequence[ReviewNote]
) -> Iterator[str]:
    """A line for each visit below its home, a home's quality where that is not whole, and why to look at it."""
    to_review = {address: reasons(list(group)) for address, group in groupby(notes, key=lambda note: note.address)}
    for address, group in groupby(visits, key=lambda one: one.visit.address):
        yield address if homes[address] == 1 else f"{address} (quality {homes[address]:.0%})"
        yield from (_line(one) for one in group)
        if address in to_review:
            yield f"  to look at: {to_review[address]}"


def _line(checked: CheckedVisit) -> str:
    visit, review = checked.visit, "; ".join(pins_apart(checked.evidence))
    look = f" (to review: {review})" if review else ""
    return f"  {visit.source:18} {visit.outcome:10} {_photos(checked)}{_why(checked)}{look}"


def _photos(checked: CheckedVisit) -> str:
    count = checked.photos
    parts = [
        text
        for number, text in (
            (count.stored, f"{count.stored} stored"),
            (count.duplicates, counted(count.duplicates, "duplicate")),
            (count.pending, f"{count.pending} pending"),
            (count.removed, f"{count.removed} removed"),
            (count.hidden, f"{count.hidden} hidden"),
        )
        if number
    ]
    parts += [f"{number} failed ({reason})" for reason, number in count.failures.items()]
    if checked.lacking:
        parts.append(f"{checked.lacking} fewer than the page claims")
    return ", ".join(parts)


def _why(checked: CheckedVisit) -> str:
    visit = checked.visit
    if not visit.reason:
        return f" [{visit.detail}]" if visit.detail else ""
    better = f"; for the rest {BETTER_SAVE}" if (visit.outcome, visit.reason) == ("ok", PARTIAL) else ""
    later = f", not before {moment(visit.not_before)}" if visit.not_before else ""
    detail = f": {visit.detail}" if visit.detail else ""
    return f" [{visit.reason}{later}{detail}{better}]"

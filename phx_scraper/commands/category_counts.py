"""How many pictures show what, for `scrapy categorise --report`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from phx_scraper.model.category import LOW, SIGNALS, Seen

Counts = Sequence[tuple[Seen, int]]


def counts_document(found: Counts) -> dict[str, Any]:
    """Rows for programs, and the sums."""
    rows = [
        {
            "kind": seen.kind,
            "location": seen.category.location,
            "subject": seen.category.subject,
            "signal": seen.category.signal,
            "confidence": seen.category.confidence,
            "pictures": number,
        }
        for seen, number in found
    ]
    return {"pictures": sum(number for _, number in found), "low_confidence": _low(found), "rows": rows}


def counts_text(found: Counts) -> str:
    """A table for people: a line for each place and subject, with the number by who says so."""
    if not found:
        return "No picture is categorised yet: scrapy categorise does it.\n"
    by_subject: dict[str, Counter[str]] = {}
    for seen, number in found:
        by_subject.setdefault(_name(seen), Counter())[seen.category.signal] += number
    signals = [signal for signal in SIGNALS if any(counted[signal] for counted in by_subject.values())]
    rows = [["shows", "pictures", *signals]]
    for name, counted in sorted(by_subject.items(), key=lambda one: (-one[1].total(), one[0])):
        rows.append([name, str(counted.total()), *(str(counted[signal] or "") for signal in signals)])
    doubtful = f"a subject of low confidence (below {LOW})"
    last = f"{_low(found)} of {sum(number for _, number in found)} pictures have {doubtful}."
    return "\n".join([*_lines(rows), last]) + "\n"


def _name(seen: Seen) -> str:
    return seen.kind if seen.kind != "photo" else f"{seen.category.location}/{seen.category.subject}"


def _low(found: Counts) -> int:
    return sum(
        number for seen, number in found if seen.category.subject != "unknown" and seen.category.confidence < LOW
    )


def _lines(rows: Sequence[Sequence[str]]) -> Iterable[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)

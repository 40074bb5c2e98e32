"""A probe's report for people: a table for each source, and a line for each that stays the same for programs."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from typing import Any

from phx_scraper.probe.probe_report import OK, SKIPPED, Difference, Row, SourceReport

_COLUMNS = f"  {'step':12} {'result':7} {'time':>7} {'code':>4} {'size':>7}  what"
_INDENT = 44
_NARROWEST = 24
_UNITS = ((2**20, "MB"), (2**10, "kB"))


def table(report: SourceReport, width: int) -> Iterator[str]:
    """The lines of one source's table; `width` in characters, 0 for lines as long as they get."""
    yield f"{report.source}: {report.result} ({report.seconds:.1f} s)"
    yield _COLUMNS
    for row in report.rows:
        head = f"  {row.step:12} {row.result:7} {_time(row):>7} {row.status or '':>4} {_size(row.size):>7}  "
        first, *more = _wrapped(what(row), width)
        yield (head + first).rstrip()
        yield from (" " * _INDENT + line for line in more)
        for difference in row.differences:
            yield from (" " * _INDENT + line for line in _wrapped(sentence(difference), width))


def line(report: SourceReport) -> str:
    """`zillow: ok`, or the result with the first step that is to blame, as in `zillow: refused at page (captcha)`."""
    bad = report.failed
    if report.result == OK or bad is None:
        return f"{report.source}: {OK}"
    if report.result == SKIPPED:
        return _plain(f"{report.source}: {SKIPPED} ({bad.detail})")
    return _plain(f"{report.source}: {report.result} at {bad.step} ({bad.word})")


def what(row: Row) -> str:
    """Everything of a row that is for people, in one line."""
    way = row.way if row.way != row.step and row.status else ""
    return _plain(": ".join(filter(None, (way, row.word, row.detail))))


def sentence(difference: Difference) -> str:
    """A difference in words; of long paths the end."""
    place, instead = _end(difference.path) or "the answer", difference.instead
    text = f"shape: {place} is {difference.found}"
    if instead:
        parent = difference.path.rpartition(".")[0]
        beside = instead.removeprefix(f"{parent}.") if parent and "." not in instead.removeprefix(f"{parent}.") else ""
        text += f"; new: {beside or _end(instead)} ({difference.likeness})"
    return _plain(text)


def document(reports: Iterable[SourceReport]) -> list[dict[str, Any]]:
    """The reports as JSON has them; times in milliseconds, sizes in bytes."""
    return [
        {
            "source": report.source,
            "result": report.result,
            "seconds": round(report.seconds, 3),
            "line": line(report),
            "steps": [_step(row) for row in report.rows],
        }
        for report in reports
    ]


def _step(row: Row) -> dict[str, Any]:
    return {
        "step": row.step,
        "result": row.result,
        "word": row.word,
        "detail": _plain(row.detail),
        "way": row.way,
        "url": row.url,
        "status": row.status,
        "bytes": row.size,
        "milliseconds": None if row.seconds is None else round(row.seconds * 1000, 1),
        "differences": [
            {"path": one.path, "found": one.found, "instead": one.instead, "likeness": one.likeness}
            for one in row.differences
        ],
    }


def _wrapped(text: str, width: int) -> list[str]:
    if not width:
        return [text]
    return textwrap.wrap(text, max(width - _INDENT, _NARROWEST)) or [""]


def _time(row: Row) -> str:
    return "" if row.seconds is None else f"{row.seconds * 1000:.0f} ms"


def _size(size: int | None) -> str:
    if size is None:
        return ""
    return next((f"{size / unit:.1f} {name}" for unit, name in _UNITS if size >= unit), f"{size} B")


def _end(path: str) -> str:
    parts = path.split(".")
    return path if len(parts) <= 2 else f"….{'.'.join(parts[-2:])}"


def _plain(text: str) -> str:
    """Sources' own words may hold what a terminal obeys."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())

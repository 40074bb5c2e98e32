"""What a crawl said of its end, found in the lines that it wrote for people."""

from __future__ import annotations

from collections.abc import Sequence

_REFUSED = "scrapy crawl: "
_STOPPING = " ERROR stopping: "
_ENDED = "Run "


def refusal(lines: Sequence[str]) -> str:
    """The sentence of a crawl that did not begin, "" where it said nothing."""
    return lines[-1].removeprefix(_REFUSED) if lines else ""


def why_stopped(lines: Sequence[str]) -> str:
    """Why a crawl stopped early: its error, else how its summary calls the end, else what it said last.

    The last lines are no reason: they advise a person what to do next.
    """
    for mark in (_STOPPING, _ENDED):
        for line in lines:
            before, found, after = line.partition(mark)
            if found and mark == _STOPPING:
                return after
            if found and not before and ": " in after:
                return after.split(": ", 1)[1]
    return refusal(lines)

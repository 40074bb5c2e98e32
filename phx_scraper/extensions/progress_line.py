"""The live line of a run for any width; bar and count of visits are always shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.segment import Segment
from rich.text import Text

from phx_scraper.views.human_text import counted, span

MIN_BAR, MAX_BAR = 5, 40
MIN_ENDED_FOR_ESTIMATE = 3
"""Visits that must have ended before the rest is estimated."""


@dataclass(slots=True)
class ProgressState:
    """Data of the line: visits done (of them `done_before` in earlier runs), counts of this run, seconds so far.

    `sources` has the visits of each: those that ended in this run, those that are left.
    """

    name: str
    total: int
    done: int = 0
    done_before: int = 0
    seconds: float = 0.0
    counts: Mapping[str, int] = field(default_factory=dict)
    blocked_sources: tuple[str, ...] = ()
    sources: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def time(self) -> str:
        """The estimated remaining time, or the time so far, with a label."""
        now = self.done - self.done_before
        # Sources are asked side by side, each at its own pace: the slowest decides.
        unfinished = [visits for visits in self.sources.values() if visits[1] > 0] or [(now, self.total - self.done)]
        if now < MIN_ENDED_FOR_ESTIMATE or self.done >= self.total or any(ended == 0 for ended, _ in unfinished):
            return f"{span(self.seconds)} so far"
        return f"about {span(self.seconds * max(left / ended for ended, left in unfinished))} left"

    def parts(self) -> list[str]:
        """Parts that are shown if there is room, the most important first."""
        counts = self.counts
        return [
            counted(counts.get("photos", 0), "photo"),
            self.time,
            f"{counts.get('failed', 0)} failed",
            f"{counts.get('refused', 0)} refused",
            counted(counts.get("duplicates", 0), "duplicate"),
        ]


class ProgressLine:
    """Draws `ProgressState`; blocked sources are below, a line each, cut at the terminal's edge."""

    def __init__(self, shown: ProgressState) -> None:
        self.shown = shown

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The line and the blocked sources."""
        yield Group(*self.lines(options.max_width))

    def lines(self, width: int) -> list[_Bar | Text]:
        """The lines at this width."""
        notes = [Text(note, style="yellow", no_wrap=True, overflow="ellipsis") for note in self.shown.blocked_sources]
        return [_Bar(self.shown, width), *notes]


class _Bar:
    def __init__(self, shown: ProgressState, width: int) -> None:
        self.shown = shown
        count = f" {shown.done}/{shown.total}"
        # If there is no room the spider's name is left out first, then the word `visits`.
        self.count = f"{count} visits" if len(count) + MIN_BAR + 7 <= width else count
        self.name = f"{shown.name} " if len(shown.name) + 1 + MIN_BAR + len(self.count) <= width else ""
        room = width - len(self.name) - MIN_BAR - len(self.count)
        self.tail = ""
        for part in shown.parts():
            if len(self.tail) + 2 + len(part) <= room:
                self.tail += f"  {part}"
        self.length = max(1, min(MAX_BAR, MIN_BAR + room - len(self.tail)))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        shown = self.shown
        full, empty = "#-" if options.ascii_only else "\u2501\u2500"
        filled = min(self.length, self.length * shown.done // max(1, shown.total))
        colour = "green" if shown.done >= shown.total else "cyan"
        yield Segment(self.name)
        yield Segment(full * filled, console.get_style(colour))
        yield Segment(empty * (self.length - filled), console.get_style("dim"))
        yield Segment(f"{self.count}{self.tail}")
        yield Segment.line()

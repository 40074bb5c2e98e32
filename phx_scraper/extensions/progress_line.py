"""The live lines of a run for any width: bar and count of visits are always shown, below a row for each source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.segment import Segment
from rich.text import Text

from phx_scraper.extensions.transfer_rate import megabytes
from phx_scraper.views.human_text import counted, span

MIN_BAR, USUAL_BAR, MAX_BAR = 5, 12, 40
SOURCE_BAR, NARROW_SOURCE_BAR = 12, 5
"""Characters of a source's bar on a terminal of 80 columns or more, and on a narrower one."""
USUAL_WIDTH = 80
LEAST_WIDTH_FOR_ROWS = 56
LINES_FOR_LOG = 4
"""Lines of the terminal that rows of sources must leave to the log."""
MIN_ENDED_FOR_ESTIMATE = 3
"""Visits that must have ended before the rest is estimated."""


@dataclass(frozen=True, slots=True)
class SourceState:
    """Data of a source's row: visits that ended in this run, those that are left, photos and failures of this run.

    `note` says that it is left alone, until when; empty where it is not.
    """

    ended: int
    left: int
    photos: int = 0
    failed: int = 0
    note: str = ""

    def parts(self) -> list[str]:
        """What stands behind its bar if there is room, the most important first."""
        parts = [self.note] if self.note else []
        parts += [counted(self.photos, "photo")] if self.photos or not self.note else []
        return parts + ([f"{self.failed} failed"] if self.failed else [])


@dataclass(slots=True)
class ProgressState:
    """Data of the lines: visits done (of them `done_before` in earlier runs), counts of this run, seconds so far.

    `counts` has photos, duplicates, failed, refused, and the `bytes` of photos; `rate` is in bytes per second.
    """

    name: str
    total: int
    done: int = 0
    done_before: int = 0
    seconds: float = 0.0
    counts: Mapping[str, int] = field(default_factory=dict)
    rate: float = 0.0
    sources: Mapping[str, SourceState] = field(default_factory=dict)

    @property
    def time(self) -> str:
        """The estimated remaining time, or the time so far, with a label."""
        now = self.done - self.done_before
        # Sources are asked side by side, each at its own pace: the slowest decides.
        unfinished = [(one.ended, one.left) for one in self.sources.values() if one.left > 0]
        unfinished = unfinished or [(now, self.total - self.done)]
        if now < MIN_ENDED_FOR_ESTIMATE or self.done >= self.total or any(ended == 0 for ended, _ in unfinished):
            return f"{span(self.seconds)} so far"
        return f"about {span(self.seconds * max(left / ended for ended, left in unfinished))} left"

    def parts(self) -> list[str]:
        """Parts that are shown if there is room, the most important first."""
        photos, failed, refused = (self.counts.get(name, 0) for name in ("photos", "failed", "refused"))
        size, duplicates = self.counts.get("bytes", 0), self.counts.get("duplicates", 0)
        return [
            counted(photos, "photo"),
            self.time,
            *([f"{failed} failed"] if failed else []),
            *([megabytes(size)] if size else []),
            *([f"{refused} refused"] if refused else []),
            *([f"{megabytes(self.rate)}/s"] if size else []),
            *([counted(duplicates, "duplicate")] if duplicates else []),
        ]


class ProgressLine:
    """Draws `ProgressState`: the line of the run, then a row for each of several sources where there is room.

    Where there is none, sources that are left alone have a line each, cut at the terminal's edge.
    """

    def __init__(self, shown: ProgressState) -> None:
        self.shown = shown

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The lines at this terminal's size."""
        yield Group(*self.lines(options.max_width, console.height))

    def lines(self, width: int, height: int) -> Iterator[RenderableType]:
        """The lines at this size."""
        sources = self.shown.sources
        yield _Bar(self.shown, width)
        if len(sources) > 1 and width >= LEAST_WIDTH_FOR_ROWS and height >= len(sources) + 1 + LINES_FOR_LOG:
            longest = max(len(f"{one.ended + one.left}") for one in sources.values())
            for name, one in sources.items():
                yield _SourceRow(name, one, max(map(len, sources)), longest, width)
            return
        for name, one in sources.items():
            if one.note:
                yield Text(f"{name} is {one.note}", style="yellow", no_wrap=True, overflow="ellipsis")


class _Bar:
    def __init__(self, shown: ProgressState, width: int) -> None:
        self.shown = shown
        count = f" {shown.done}/{shown.total}"
        # If there is no room the spider's name is left out first, then the word `visits`.
        self.count = f"{count} visits" if len(count) + MIN_BAR + 7 <= width else count
        self.name = f"{shown.name} " if len(shown.name) + 1 + MIN_BAR + len(self.count) <= width else ""
        least = USUAL_BAR if width >= USUAL_WIDTH else MIN_BAR
        room = width - len(self.name) - len(self.count)
        self.tail = _fitting(shown.parts(), room - least)
        self.length = max(1, min(MAX_BAR, room - len(self.tail)))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Segment(self.name)
        yield from _drawn_bar(console, options, self.length, self.shown.done, self.shown.total)
        yield Segment(f"{self.count}{self.tail}")
        yield Segment.line()


@dataclass(frozen=True, slots=True)
class _SourceRow:
    name: str
    shown: SourceState
    name_width: int
    digits: int
    width: int

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        one, total = self.shown, self.shown.ended + self.shown.left
        head = f"  {self.name:<{self.name_width}} "
        length = SOURCE_BAR if self.width >= USUAL_WIDTH else NARROW_SOURCE_BAR
        count = f" {one.ended:>{self.digits}}/{total:<{self.digits}}"
        yield Segment(head)
        yield from _drawn_bar(console, options, length, one.ended, total)
        yield Segment(count)
        room = self.width - len(head) - length - len(count)
        tail = _fitting(one.parts(), room) or f"  {one.note}"[:room]
        yield Segment(tail, console.get_style("yellow" if one.note else "none"))
        yield Segment.line()


def _fitting(parts: Iterable[str], room: int) -> str:
    """Those parts that fit into the room, each after two blanks; none is cut."""
    tail = ""
    for part in parts:
        if len(tail) + 2 + len(part) <= room:
            tail += f"  {part}"
    return tail


def _drawn_bar(console: Console, options: ConsoleOptions, length: int, done: int, total: int) -> RenderResult:
    full, empty = "#-" if options.ascii_only else "\u2501\u2500"
    filled = min(length, length * done // max(1, total))
    yield Segment(full * filled, console.get_style("green" if done >= total else "cyan"))
    yield Segment(empty * (length - filled), console.get_style("dim"))

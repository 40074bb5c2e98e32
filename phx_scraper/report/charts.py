"""Charts as plain geometry: `charts.html.j2` draws them as SVG, each with its figures in a table."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

WIDTH, HEIGHT = 360, 200
LEFT, RIGHT, TOP, BOTTOM = 50, 10, 12, 26
_BOTTOM = HEIGHT - BOTTOM
_LETTER = 6.6
"""Pixels of a usual letter."""
_MOST_LABELS = 4
_MOST_BOUNDS = 9
_WIDEST_BAR = 44.0

Write = Callable[[float], str]
"""A figure as a person writes it, with its unit."""


class About(NamedTuple):
    """What a chart shows: `name` is unique on its page, `text` says how the figures are counted."""

    name: str
    title: str
    text: str
    first_column: str = "run"


class Series(NamedTuple):
    """Figures of one kind, one for each place on the axis, None where there is none; `look` is its CSS class."""

    name: str
    look: str
    values: tuple[float | None, ...]


class Mark(NamedTuple):
    """A bar, or a point of a line (`width` and `height` are 0, x and y its centre); `tip` says what it stands for."""

    look: str
    tip: str
    x: float
    y: float
    width: float = 0.0
    height: float = 0.0


class Label(NamedTuple):
    """A text at an axis."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing of WIDTH x HEIGHT: bars, lines (path data by look), points, labels, and the rows of its table."""

    about: About
    legend: tuple[Series, ...]
    ticks: tuple[Label, ...]
    labels: tuple[Label, ...]
    rows: tuple[tuple[str, ...], ...]
    bars: tuple[Mark, ...] = ()
    lines: tuple[tuple[str, str], ...] = ()
    points: tuple[Mark, ...] = ()


def stacked_bars(about: About, places: Sequence[str], series: Sequence[Series], write: Write) -> Chart:
    """A bar for each place, in a piece for each series, the first at the bottom."""
    totals = [sum(one.values[place] or 0 for one in series) for place in range(len(places))]
    steps = ticks_up_to(max(totals, default=0))
    bars = tuple(mark for place in range(len(places)) for mark in _pieces(place, places, series, steps[-1], write))
    return Chart(about, tuple(series), _ticks(steps, write), _labels(places), _rows(places, series, write), bars)


def lines(about: About, places: Sequence[str], series: Sequence[Series], write: Write, top: float) -> Chart:
    """A line for each series from 0 to `top`, broken where a place has no figure."""
    steps = (0.0, top / 2, top)
    drawn = [(one, _points(one, places, top, write)) for one in series]
    return Chart(
        about,
        tuple(series),
        _ticks(steps, write),
        _labels(places),
        _rows(places, series, write),
        lines=tuple((one.look, _path(points)) for one, points in drawn),
        points=tuple(point for _, points in drawn for point in points if point is not None),
    )


def histogram(about: About, bounds: Sequence[float], series: Series, write: Write) -> Chart:
    """A bar for each class from one bound up to the next, without gaps; the last bound may be infinite."""
    names = [
        f"{low:g} {f'to {high:g}' if math.isfinite(high) else 'or more'}" for low, high in itertools.pairwise(bounds)
    ]
    drawn = stacked_bars(about, names, [series], write)
    width = (WIDTH - LEFT - RIGHT) / len(names)
    shown = list(enumerate(bounds))[:: math.ceil(len(bounds) / _MOST_BOUNDS)]
    labels = tuple(Label(round(LEFT + at * width, 1), f"{bound:g}") for at, bound in shown if math.isfinite(bound))
    bars = tuple(mark._replace(x=round(_left_of_room(mark, width), 1), width=round(width, 1)) for mark in drawn.bars)
    return replace(drawn, labels=labels, bars=bars)


def ticks_up_to(most: float) -> tuple[float, ...]:
    """Round figures from 0 to one that is no less than `most`, two to five steps."""
    if most <= 0:
        return (0.0, 1.0)
    size = 10.0 ** math.floor(math.log10(most / 4))
    step = next(size * part for part in (1, 2, 5, 10) if size * part * 5 >= most)
    return tuple(step * number for number in range(math.ceil(round(most / step, 6)) + 1))


def _pieces(place: int, places: Sequence[str], series: Sequence[Series], top: float, write: Write) -> list[Mark]:
    width, x = _bar(place, len(places))
    found, below = [], 0.0
    for one in series:
        value = one.values[place] or 0
        if value > 0:
            high, low = _height(below + value, top), _height(below, top)
            tip = f"{places[place]}, {one.name}: {write(value)}"
            found.append(Mark(one.look, tip, round(x, 1), high, round(width, 1), round(low - high, 2)))
            below += value
    return found


def _bar(place: int, number: int) -> tuple[float, float]:
    """Width and left side."""
    room = (WIDTH - LEFT - RIGHT) / number
    width = min(_WIDEST_BAR, room * 0.82)
    return width, LEFT + room * (place + 0.5) - width / 2


def _left_of_room(mark: Mark, room: float) -> float:
    """Of the whole room of a bar, gaps included."""
    return mark.x + mark.width / 2 - room / 2


def _height(value: float, top: float) -> float:
    return round(_BOTTOM - (_BOTTOM - TOP) * min(value / top, 1.0), 2)


def _points(one: Series, places: Sequence[str], top: float, write: Write) -> list[Mark | None]:
    room = (WIDTH - LEFT - RIGHT) / max(1, len(places))
    found: list[Mark | None] = []
    for at, (name, value) in enumerate(zip(places, one.values, strict=True)):
        if value is None:
            found.append(None)
        else:
            tip = f"{name}, {one.name}: {write(value)}"
            found.append(Mark(one.look, tip, round(LEFT + room * (at + 0.5), 1), _height(value, top)))
    return found


def _path(points: Sequence[Mark | None]) -> str:
    parts, draws = [], False
    for point in points:
        if point is not None:
            parts.append(f"{'L' if draws else 'M'}{point.x} {point.y}")
        draws = point is not None
    return "".join(parts)


def _ticks(steps: Sequence[float], write: Write) -> tuple[Label, ...]:
    return tuple(Label(_height(step, steps[-1]), write(step)) for step in steps)


def _labels(places: Sequence[str]) -> tuple[Label, ...]:
    """A few of the places, the first and the last among them."""
    last, names = len(places) - 1, _short(places)
    parts = max(1, min(last, _MOST_LABELS - 1))
    shown = sorted({round(last * part / parts) for part in range(parts + 1)}) if places else []
    room = (WIDTH - LEFT - RIGHT) / max(1, len(places))
    return tuple(_label(LEFT + room * (place + 0.5), names[place]) for place in shown)


def _label(at: float, text: str) -> Label:
    """Its middle, so far from the right side that the text ends before it."""
    return Label(round(min(at, WIDTH - len(text) * _LETTER / 2), 1), text)


def _short(moments: Sequence[str]) -> list[str]:
    """Of `3 Dec 2027 22:06` the day and month; the hour where all are of one day."""
    days = {moment.rpartition(" ")[0] for moment in moments}
    return [moment.split()[-1] if len(days) == 1 < len(moments) else " ".join(moment.split()[:2]) for moment in moments]


def _rows(places: Sequence[str], series: Sequence[Series], write: Write) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (name, *("" if value is None else write(value) for value in (one.values[place] for one in series)))
        for place, name in enumerate(places)
    )

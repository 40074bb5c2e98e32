"""Charts as SVG text: lines over a plain or logarithmic plane, and horizontal bars."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from bench.result import Bars, Curve, Point

WIDTH, HEIGHT = 640, 360
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 24, 44, 52
_COLOURS = ("#1f6feb", "#d1681c", "#2e8b57", "#8250df")
_BAR, _GAP, _NAMES = 22, 10, 230


@dataclass(frozen=True, slots=True)
class Axis:
    """Values `low` to `high` onto pixels `start` to `end`."""

    low: float
    high: float
    start: float
    end: float
    log: bool

    def at(self, value: float) -> float:
        low, high, here = (math.log10(v) if self.log else v for v in (self.low, self.high, value))
        share: float = (here - low) / (high - low)
        return self.start + share * (self.end - self.start)

    def ticks(self) -> list[float]:
        """Powers of ten, or about five round numbers."""
        if self.log:
            return [10.0**power for power in range(round(math.log10(self.low)), round(math.log10(self.high)) + 1)]
        step = _round_step(self.high - self.low)
        return [step * number for number in range(math.ceil(self.low / step), math.floor(self.high / step) + 1)]


def draw(chart: Curve | Bars) -> str:
    """The chart as a complete SVG document."""
    return _bars(chart) if isinstance(chart, Bars) else _curve(chart)


def _curve(curve: Curve) -> str:
    points = [point for _, line in curve.lines for point in line]
    across = _axis([x for x, _ in points], _LEFT, WIDTH - _RIGHT, curve.log, from_zero=False)
    up = _axis([y for _, y in points], HEIGHT - _BOTTOM, _TOP, curve.log, from_zero=True)
    parts = [_text(WIDTH / 2, 22, curve.title, "middle", 15), *_grid(across, up, _places(points, across))]
    parts.append(_text((_LEFT + WIDTH - _RIGHT) / 2, HEIGHT - 10, curve.x, "middle"))
    parts.append(_text(8, _TOP - 8, curve.y))
    for number, (name, line) in enumerate(curve.lines):
        parts += _line(name, [(across.at(x), up.at(y)) for x, y in line], _COLOURS[number % len(_COLOURS)])
    return _document(HEIGHT, parts)


def _axis(values: Sequence[float], start: float, end: float, log: bool, *, from_zero: bool) -> Axis:
    low, high = min(values), max(values)
    if log:
        decades = math.floor(math.log10(low)), math.ceil(math.log10(high) - 1e-9)
        return Axis(10.0 ** decades[0], 10.0 ** max(decades[1], decades[0] + 1), start, end, True)
    low = 0.0 if from_zero else low
    high = high * 1.1 if from_zero else high
    return Axis(low, high if high > low else low + 1, start, end, False)


def _round_step(span: float) -> float:
    rough = span / 5
    power = 10 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1.0, 2.0, 5.0, 10.0) if factor * power >= rough)


def _places(points: Sequence[Point], across: Axis) -> list[float]:
    """Where the plane is marked along its foot: at the measured places, or at powers of ten."""
    return across.ticks() if across.log else sorted({x for x, _ in points})


def _grid(across: Axis, up: Axis, places: Sequence[float]) -> list[str]:
    parts = []
    for value in places:
        x = across.at(value)
        parts.append(_stroke(x, _TOP, x, HEIGHT - _BOTTOM, "#e5e5e5"))
        parts.append(_text(x, HEIGHT - _BOTTOM + 18, f"{value:,.10g}", "middle"))
    for value in up.ticks():
        y = up.at(value)
        parts.append(_stroke(_LEFT, y, WIDTH - _RIGHT, y, "#e5e5e5"))
        parts.append(_text(_LEFT - 8, y + 4, f"{value:,.10g}", "end"))
    return parts


def _line(name: str, points: Sequence[Point], colour: str) -> list[str]:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>' for x, y in points]
    x, y = points[-1]
    return [
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>',
        *dots,
        _text(x - 6, y - 10, name, "end", colour=colour),
    ]


def _bars(chart: Bars) -> str:
    across = _axis([value for _, value in chart.bars], _NAMES, WIDTH - 70, False, from_zero=True)
    parts = [_text(WIDTH / 2, 22, f"{chart.title}, {chart.y}", "middle", 15)]
    for number, (name, value) in enumerate(chart.bars):
        y = _TOP + number * (_BAR + _GAP)
        colour = _COLOURS[0] if "ours" in name else "#8c959f"
        wide = across.at(value) - _NAMES
        parts.append(f'<rect x="{_NAMES}" y="{y}" width="{wide:.1f}" height="{_BAR}" fill="{colour}"/>')
        parts.append(_text(_NAMES - 8, y + 16, name, "end"))
        parts.append(_text(_NAMES + wide + 6, y + 16, f"{value:,.1f}"))
    return _document(_TOP + len(chart.bars) * (_BAR + _GAP) + 12, parts)


def _stroke(x1: float, y1: float, x2: float, y2: float, colour: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"/>'


def _text(x: float, y: float, words: str, anchor: str = "start", size: int = 12, colour: str = "#24292f") -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {place} font-size="{size}" fill="{colour}">{escape(words)}</text>'


def _document(height: float, parts: Sequence[str]) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" font-family="sans-serif">'
    return "\n".join([head, '<rect width="100%" height="100%" fill="#ffffff"/>', *parts, "</svg>", ""])

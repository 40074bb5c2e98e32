"""Charts as SVG text: lines with linear or logarithmic axes, and horizontal bars."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from bench.result import Bars, Curve, Point

WIDTH, HEIGHT = 720, 360
# The names of the lines are right of the plot area.
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 180, 52, 52
_BAR, _GAP, _NAMES, _VALUES = 22, 10, 250, 70
_LINE_HEIGHT = 16
# Each chart has its own background, light or dark by the reader's colour scheme.
_STYLE = """<style>
.ground{fill:#ffffff}.text{fill:#24292f}.rule{stroke:#d8dee4}.other{fill:#8c959f}
.c0{color:#0969da}.c1{color:#bc4c00}.c2{color:#1a7f37}.c3{color:#8250df}
@media (prefers-color-scheme: dark){
.ground{fill:#0d1117}.text{fill:#e6edf3}.rule{stroke:#30363d}.other{fill:#7d8590}
.c0{color:#58a6ff}.c1{color:#f0883e}.c2{color:#3fb950}.c3{color:#bc8cff}}
</style>"""
_COLOURS = 4


@dataclass(frozen=True, slots=True)
class Axis:
    """Maps values `low` to `high` to pixels `start` to `end`."""

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
    parts = [_text(_LEFT, 20, curve.title, size=15), *_grid(across, up, _places(points, across))]
    parts.append(_text((_LEFT + WIDTH - _RIGHT) / 2, HEIGHT - 10, curve.x, "middle"))
    parts.append(_text(_LEFT, _TOP - 12, curve.y))
    placed = [(name, [(across.at(x), up.at(y)) for x, y in line]) for name, line in curve.lines]
    heights = _apart([line[-1][1] for _, line in placed])
    for number, ((name, line), height) in enumerate(zip(placed, heights, strict=True)):
        parts += _line(name, line, height, f"c{number % _COLOURS}")
    return _document(curve.title, HEIGHT, parts)


def _apart(heights: Sequence[float]) -> list[float]:
    """Positions of labels near these heights: in the same order, without overlap."""
    order = sorted(range(len(heights)), key=lambda number: heights[number])
    free, found = 0.0, [0.0] * len(heights)
    for number in order:
        found[number] = max(heights[number], free)
        free = found[number] + _LINE_HEIGHT
    beyond = max(0.0, free - _LINE_HEIGHT - (HEIGHT - _BOTTOM))
    return [height - beyond for height in found]


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
    """Ticks of the x axis: at the measured values, or at powers of ten."""
    return across.ticks() if across.log else sorted({x for x, _ in points})


def _grid(across: Axis, up: Axis, places: Sequence[float]) -> list[str]:
    parts = []
    for value in places:
        x = across.at(value)
        parts.append(_rule(x, _TOP, x, HEIGHT - _BOTTOM))
        parts.append(_text(x, HEIGHT - _BOTTOM + 18, f"{value:,.10g}", "middle"))
    for value in up.ticks():
        y = up.at(value)
        parts.append(_rule(_LEFT, y, WIDTH - _RIGHT, y))
        parts.append(_text(_LEFT - 8, y + 4, f"{value:,.10g}", "end"))
    return parts


def _line(name: str, points: Sequence[Point], height: float, colour: str) -> list[str]:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="currentColor"/>' for x, y in points]
    return [
        f'<g class="{colour}">',
        f'<polyline points="{path}" fill="none" stroke="currentColor" stroke-width="2"/>',
        *dots,
        _text(WIDTH - _RIGHT + 12, height + 4, name, fill="currentColor"),
        "</g>",
    ]


def _bars(chart: Bars) -> str:
    across = _axis([value for _, value in chart.bars], _NAMES, WIDTH - _VALUES, False, from_zero=True)
    title = f"{chart.title}, {chart.y}"
    parts = [_text(16, 20, title, size=15)]
    for number, (name, value) in enumerate(chart.bars):
        y = _TOP - 12 + number * (_BAR + _GAP)
        fill = 'class="c0" fill="currentColor"' if "ours" in name else 'class="other"'
        wide = across.at(value) - _NAMES
        parts.append(f'<rect x="{_NAMES}" y="{y}" width="{wide:.1f}" height="{_BAR}" {fill}/>')
        parts.append(_text(_NAMES - 8, y + 16, name, "end"))
        parts.append(_text(_NAMES + wide + 6, y + 16, f"{value:,.1f}"))
    return _document(title, _TOP + len(chart.bars) * (_BAR + _GAP), parts)


def _rule(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="rule"/>'


def _text(x: float, y: float, words: str, anchor: str = "start", size: int = 12, fill: str = "") -> str:
    look = f'fill="{fill}"' if fill else 'class="text"'
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" {look}>{escape(words)}</text>'


def _document(title: str, height: float, parts: Sequence[str]) -> str:
    size = f'width="{WIDTH}" height="{height:g}" viewBox="0 0 {WIDTH} {height:g}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" font-family="sans-serif">'
    ground = '<rect width="100%" height="100%" class="ground"/>'
    return "\n".join([head, f"<title>{escape(title)}</title>", _STYLE, ground, *parts, "</svg>", ""])

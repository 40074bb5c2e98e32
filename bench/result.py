"""What a section of the benchmark found: a grid of figures, checks against bars, and curves."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Column:
    """One measure: its name, unit (empty for a plain number) and how many decimals are worth printing."""

    name: str
    unit: str = ""
    digits: int = 1

    @property
    def heading(self) -> str:
        return f"{self.name}, {self.unit}" if self.unit else self.name


@dataclass(frozen=True, slots=True)
class Grid:
    """Ways down, measures across; None where a way has no such figure."""

    first: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, tuple[float | None, ...]], ...]

    def cells(self) -> list[list[str]]:
        """The rows as text, way first."""
        return [
            [way, *(text(value, column.digits) for value, column in zip(values, self.columns, strict=True))]
            for way, values in self.rows
        ]


@dataclass(frozen=True, slots=True)
class Check:
    """A figure and the bar it is held to, from above (`at_most`) or from below (`at_least`)."""

    what: str
    value: float
    unit: str = ""
    at_most: float | None = None
    at_least: float | None = None
    digits: int = 2

    @property
    def bar(self) -> str:
        sign, limit = ("≤", self.at_most) if self.at_most is not None else ("≥", self.at_least)
        return f"{sign} {limit:g} {self.unit}".rstrip()

    @property
    def met(self) -> bool:
        high_enough = self.at_least is None or self.value >= self.at_least
        return high_enough and (self.at_most is None or self.value <= self.at_most)

    @property
    def shown(self) -> str:
        return f"{text(self.value, self.digits)} {self.unit}".rstrip()


@dataclass(frozen=True, slots=True)
class Curve:
    """A chart: lines by name, each of (x, y) points; `log` draws both axes logarithmically."""

    name: str
    title: str
    x: str
    y: str
    lines: tuple[tuple[str, tuple[Point, ...]], ...]
    log: bool = False


@dataclass(frozen=True, slots=True)
class Bars:
    """A chart: one bar a name."""

    name: str
    title: str
    y: str
    bars: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the benchmark; `notes` are sentences that its figures must not be read without."""

    name: str
    title: str
    grids: tuple[Grid, ...] = ()
    checks: tuple[Check, ...] = ()
    notes: tuple[str, ...] = ()
    charts: tuple[Curve | Bars, ...] = ()

    def data(self) -> dict[str, Any]:
        """JSON-ready."""
        plain = asdict(self)
        for found, check in zip(plain["checks"], self.checks, strict=True):
            found["met"] = check.met
        return plain


def text(value: float | None, digits: int) -> str:
    """A figure as printed; a dash for none."""
    return "–" if value is None else f"{value:,.{digits}f}"

"""What a section of the benchmark found: a grid of figures, checks against targets, and charts."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Column:
    """One measure: its name, unit (empty for a plain number) and number of decimals."""

    name: str
    unit: str = ""
    digits: int = 1

    @property
    def heading(self) -> str:
        return f"{self.name}, {self.unit}" if self.unit else self.name


@dataclass(frozen=True, slots=True)
class Grid:
    """Variants as rows, measures as columns; None where a variant has no such figure."""

    first: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, tuple[float | None, ...]], ...]

    def cells(self) -> list[list[str]]:
        """The rows as text, variant first."""
        return [
            [variant, *(text(value, column.digits) for value, column in zip(values, self.columns, strict=True))]
            for variant, values in self.rows
        ]


@dataclass(frozen=True, slots=True)
class Check:
    """A figure and its target: an upper (`at_most`) or a lower limit (`at_least`)."""

    what: str
    value: float
    unit: str = ""
    at_most: float | None = None
    at_least: float | None = None
    digits: int = 2

    @property
    def target(self) -> str:
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
    """A bar chart: one bar for each name."""

    name: str
    title: str
    y: str
    bars: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the benchmark; `notes` are needed to read its figures."""

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

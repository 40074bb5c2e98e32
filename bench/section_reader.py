"""Reads a section that `Section.data` wrote, so that one can be measured again and the others stay."""

from __future__ import annotations

from typing import Any

from bench.result import Bars, Check, Column, Curve, Grid, Section


def section(data: dict[str, Any]) -> Section:
    """The section of `data`."""
    return Section(
        name=data["name"],
        title=data["title"],
        grids=tuple(_grid(grid) for grid in data["grids"]),
        checks=tuple(Check(**{key: value for key, value in check.items() if key != "met"}) for check in data["checks"]),
        notes=tuple(data["notes"]),
        charts=tuple(_chart(chart) for chart in data["charts"]),
    )


def _grid(data: dict[str, Any]) -> Grid:
    rows = tuple((variant, tuple(values)) for variant, values in data["rows"])
    return Grid(data["first"], tuple(Column(**column) for column in data["columns"]), rows)


def _chart(data: dict[str, Any]) -> Curve | Bars:
    if "bars" in data:
        return Bars(data["name"], data["title"], data["y"], tuple((name, value) for name, value in data["bars"]))
    lines = tuple((name, tuple((x, y) for x, y in points)) for name, points in data["lines"])
    return Curve(**{**data, "lines": lines})

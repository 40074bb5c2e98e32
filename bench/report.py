"""The figures on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from bench.result import Grid, Section


def show(sections: Sequence[Section], console: Console) -> None:
    """Every section's tables, then all checks in one."""
    for section in sections:
        console.print(f"\n[bold]{section.title}[/bold]")
        for grid in section.grids:
            console.print(_grid(grid))
        for note in section.notes:
            console.print(note, soft_wrap=True, markup=False, highlight=False)
    console.print(_checks(sections))


def _grid(grid: Grid) -> Table:
    table = Table()
    table.add_column(grid.first)
    for column in grid.columns:
        table.add_column(column.heading, justify="right")
    for cells in grid.cells():
        table.add_row(*cells)
    return table


def _checks(sections: Sequence[Section]) -> Table:
    table = Table("figure", title="Targets")
    for heading in ("value", "target", ""):
        table.add_column(heading, justify="right", no_wrap=True)
    for check in (check for section in sections for check in section.checks):
        table.add_row(check.what, check.shown, check.target, "[green]met[/green]" if check.met else "[red]missed[/red]")
    return table

"""docs/benchmarks: the figures as JSON, as a Markdown page, and as charts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench import section_reader, svg
from bench.result import Check, Grid, Section

LATEST = "latest.json"
_HOW_TO_READ = """\
All figures were measured by `make bench` (`python -m bench`), each section in one session of its own: the variants
alternate (A B A B), and a figure is the median over the rounds. Milliseconds are of the machine below; ratios compare.
CPU is user + system time of the measured process, so other work on the machine disturbs it little; wall-clock figures
(pictures a second, event-loop lag) are reliable only on an idle machine: see the load of each section.

The photos come from the replica on the same machine (`python -m phx_scraper.replica`), drawn before the measurement.
The replica shares the cores with what is measured, so pictures a second include the load of the server. Drawn
pictures compress more easily than photos; where real listing photos are available (`PHX_CAPTURES`), the picture
pipeline is measured on them too.

The section `catalogue` fills a catalogue of a million photos and needs 20 GB of free disk for it (9 of them used, and
freed); with less it stops at a smaller one.

`python -m bench --quick` only shows that everything runs; `--only NAME` measures one section again and keeps the
others; `sh bench/peers.sh` installs the programs of the section `peers` into an environment of their own.
"""


def write(out: Path, measured: Sequence[Section], machine: dict[str, object], about: dict[str, object]) -> None:
    """Write newly measured sections beside the earlier ones; `about` has date and options of the measurement."""
    out.mkdir(parents=True, exist_ok=True)
    kept = _read(out / LATEST)
    for section in measured:
        kept[section.name] = {**section.data(), "measured": {**about, "machine": machine}}
        for chart in section.charts:
            (out / f"{chart.name}.svg").write_text(svg.draw(chart), encoding="utf-8")
    (out / LATEST).write_text(json.dumps({"sections": list(kept.values())}, indent=1) + "\n", encoding="utf-8")
    (out / "README.md").write_text(_page(list(kept.values())), encoding="utf-8")


def _read(path: Path) -> dict[str, dict[str, Any]]:
    if not path.exists():
        return {}
    return {section["name"]: section for section in json.loads(path.read_text(encoding="utf-8"))["sections"]}


def _page(written: Sequence[dict[str, Any]]) -> str:
    sections = [
        section_reader.section({key: value for key, value in data.items() if key != "measured"}) for data in written
    ]
    parts = ["# Benchmarks", _HOW_TO_READ, "## Targets", _checks([c for s in sections for c in s.checks])]
    for section, data in zip(sections, written, strict=True):
        parts.append(f"## {section.title}")
        parts.append(_measured(data["measured"]))
        parts += [_grid(grid) for grid in section.grids]
        parts += section.notes
        parts += [f"![{chart.title}]({chart.name}.svg)" for chart in section.charts]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _measured(about: dict[str, Any]) -> str:
    machine = about["machine"]
    libraries = ", ".join(f"{name} {number}" for name, number in machine["libraries"].items())
    return (
        f"{about['date']}, {about['rounds']} round(s){', quick' if about['quick'] else ''}; "
        f"load before: {about['load']}. "
        f"{machine['cores']} cores ({machine['processor']}), {machine['memory_gb']} GB, {machine['system']}, "
        f"Python {machine['python']}; {libraries}."
    )


def _grid(grid: Grid) -> str:
    return _table([grid.first, *(column.heading for column in grid.columns)], grid.cells())


def _checks(checks: Sequence[Check]) -> str:
    rows = [[check.what, check.shown, check.target, "met" if check.met else "**missed**"] for check in checks]
    return _table(["figure", "value", "target", ""], rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---", *("---:" for _ in head[1:])], *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)

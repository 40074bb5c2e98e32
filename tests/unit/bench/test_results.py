from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench import document, section_reader
from bench.alternation import alternate, median_of
from bench.homes_list import write_homes
from bench.result import Bars, Check, Column, Curve, Grid, Section
from phx_scraper.homes import read_addresses

MACHINE = {
    "cores": 2,
    "processor": "Some Processor",
    "memory_gb": 24.0,
    "system": "Linux x86_64",
    "python": "3.11.7",
    "libraries": {"pillow": "13.0.0"},
}
ABOUT = {"date": "2026-03-01", "rounds": 3, "quick": False, "load": 0.1}


def section(name: str = "crawl", value: float = 30.0) -> Section:
    return Section(
        name,
        f"The {name}",
        (Grid("way", (Column("wall", "s"), Column("lag", "ms")), (("stock", (61.2, None)), ("ours", (value, 4.4)))),),
        (Check(f"{name}: peak", value, "MB", at_most=400),),
        ("A note.",),
        (
            Curve(f"{name}-curve", "Speed", "workers", "1/s", (("ours", ((1.0, 9.0), (2.0, 17.0))),)),
            Bars(f"{name}-bars", "Cost", "ms", (("naive", 250.0), ("ours", 50.0))),
        ),
    )


@pytest.mark.parametrize(
    ("value", "at_most", "at_least", "met"),
    [(1.8, None, 1.8, True), (1.79, None, 1.8, False), (0.0, 0, None, True), (1.0, 0, None, False)],
)
def test_a_check_meets_its_target_or_misses_it(
    value: float, at_most: float | None, at_least: float | None, met: bool
) -> None:
    assert Check("figure", value, at_most=at_most, at_least=at_least).met is met


def test_a_section_survives_json() -> None:
    data = json.loads(json.dumps(section().data()))
    assert section_reader.section(data) == section()


def test_variants_alternate_and_medians_ignore_what_was_not_measured() -> None:
    order: list[str] = []
    found = alternate({name: lambda name=name: order.append(name) or len(order) for name in "AB"}, 3)
    assert order == list("ABABAB")
    assert median_of(found["A"], float) == 3
    assert median_of([None, None], lambda value: value) is None


def test_measuring_one_section_again_keeps_the_others(tmp_path: Path) -> None:
    document.write(tmp_path, [section("crawl"), section("memory")], MACHINE, ABOUT)
    document.write(tmp_path, [section("crawl", 31.5)], MACHINE, {**ABOUT, "date": "2026-03-02"})
    kept = {one["name"]: one for one in json.loads((tmp_path / "latest.json").read_text())["sections"]}
    assert [kept[name]["measured"]["date"] for name in ("crawl", "memory")] == ["2026-03-02", "2026-03-01"]
    page = (tmp_path / "README.md").read_text()
    assert "| ours | 31.5 | 4.4 |" in page
    assert "| stock | 61.2 | – |" in page
    assert {path.name for path in tmp_path.glob("*.svg")} == {
        f"{name}-{kind}.svg" for name in ("crawl", "memory") for kind in ("curve", "bars")
    }


def test_every_listed_home_is_valid_and_unique(tmp_path: Path) -> None:
    homes, errors = read_addresses(write_homes(tmp_path / "homes.csv", 300))
    assert not errors
    assert len({home.property_hash for home in homes}) == 300

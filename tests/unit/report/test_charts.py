"""Charts are true to their figures: heights, labels, gaps, and a table that says all of it."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest

from phx_scraper.report.charts import (
    BOTTOM,
    HEIGHT,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    About,
    Series,
    histogram,
    lines,
    stacked_bars,
    ticks_up_to,
)

ABOUT = About("one", "One", "What it counts.")
BASE = HEIGHT - BOTTOM


def write(value: float) -> str:
    return f"{value:g}"


def days(number: int) -> list[str]:
    return [f"{day} Dec 2027 22:06" for day in range(1, number + 1)]


@pytest.mark.parametrize(
    ("most", "expected"),
    [
        (0, (0, 1)),
        (1, (0, 0.2, 0.4, 0.6, 0.8, 1)),
        (7, (0, 2, 4, 6, 8)),
        (50, (0, 10, 20, 30, 40, 50)),
        (51, (0, 20, 40, 60)),
        (0.003, (0, 0.001, 0.002, 0.003)),
        (98765, (0, 20000, 40000, 60000, 80000, 100000)),
    ],
)
def test_ticks_are_round_and_reach_the_highest_figure(most: float, expected: tuple[float, ...]) -> None:
    assert ticks_up_to(most) == pytest.approx(expected)


@pytest.mark.parametrize("number", [1, 2, 3, 50])
def test_bars_are_as_high_as_their_figures_and_stand_on_one_another(number: int) -> None:
    ok, error = tuple(range(1, number + 1)), (2,) * number
    chart = stacked_bars(ABOUT, days(number), [Series("ok", "ok", ok), Series("error", "error", error)], write)
    top = ticks_up_to(number + 2)[-1]
    scale = (BASE - TOP) / top
    assert len(chart.bars) == 2 * number
    for place in range(number):
        below, above = chart.bars[2 * place : 2 * place + 2]
        assert below.height == pytest.approx(ok[place] * scale, abs=0.02)
        assert below.y + below.height == pytest.approx(BASE, abs=0.02)
        assert above.height == pytest.approx(2 * scale, abs=0.02)
        assert above.y + above.height == pytest.approx(below.y, abs=0.02)
    assert all(bar.x >= LEFT and bar.x + bar.width <= WIDTH - RIGHT and bar.y >= TOP for bar in chart.bars)
    sides = [(bar.x, bar.x + bar.width) for bar in chart.bars[::2]]
    assert all(one[1] < other[0] for one, other in pairwise(sides))


def test_what_is_none_has_no_bar_and_an_empty_cell() -> None:
    chart = stacked_bars(ABOUT, days(3), [Series("ok", "ok", (None, 0, 4))], write)
    assert [bar.tip for bar in chart.bars] == ["3 Dec 2027 22:06, ok: 4"]
    assert [row[1] for row in chart.rows] == ["", "0", "4"]


def test_a_line_is_broken_where_there_is_no_figure() -> None:
    chart = lines(ABOUT, days(4), [Series("success", "success", (1.0, None, 0.5, 0.0))], write, 1.0)
    assert [point.y for point in chart.points] == [TOP, (TOP + BASE) / 2, BASE]
    assert [path.count("M") for _, path in chart.lines] == [2]
    assert [tick.at for tick in chart.ticks] == [BASE, (TOP + BASE) / 2, TOP]


@pytest.mark.parametrize("number", [0, 1, 2, 5, 50])
def test_few_labels_from_the_first_to_the_last(number: int) -> None:
    chart = stacked_bars(ABOUT, days(number), [Series("ok", "ok", (1,) * number)], write)
    shown = [label.text for label in chart.labels]
    assert len(shown) == min(number, 4)
    assert all(label.at + 3 * len(label.text) <= WIDTH for label in chart.labels)
    assert not number or (shown[0], shown[-1]) == ("1 Dec", f"{number} Dec")


def test_runs_of_one_day_are_labelled_by_the_hour() -> None:
    chart = stacked_bars(ABOUT, ["3 Dec 2027 22:06", "3 Dec 2027 23:10"], [Series("ok", "ok", (1, 1))], write)
    assert [label.text for label in chart.labels] == ["22:06", "23:10"]


def test_a_histogram_has_no_gaps_and_names_its_classes() -> None:
    chart = histogram(ABOUT, (1.0, 2.0, 60.0, math.inf), Series("requests", "first", (4, 8, 1)), write)
    assert list(chart.rows) == [("1 to 2", "4"), ("2 to 60", "8"), ("60 or more", "1")]
    assert [label.text for label in chart.labels] == ["1", "2", "60"]
    edges = [(bar.x, bar.x + bar.width) for bar in chart.bars]
    assert edges[0][0] == pytest.approx(LEFT, abs=0.2)
    assert edges[-1][1] == pytest.approx(WIDTH - RIGHT, abs=0.2)
    assert all(one[1] == pytest.approx(other[0], abs=0.2) for one, other in pairwise(edges))
    assert [label.at for label in chart.labels] == pytest.approx([edge[0] for edge in edges], abs=0.2)

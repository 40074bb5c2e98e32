from __future__ import annotations

from xml.etree import ElementTree

import pytest

from bench import svg
from bench.result import Bars, Curve

SVG = "{http://www.w3.org/2000/svg}"
SIZES = Curve("c", "Cost & <size>", "photos", "ms", (("all", ((1e3, 0.6), (1e4, 0.6), (1e5, 0.7))),), log=True)


@pytest.mark.parametrize(
    "chart",
    [
        SIZES,
        Curve("w", "Speed", "workers", "1/s", (("ours", ((1.0, 9.0), (2.0, 17.0))), ("theirs", ((1.0, 3.0),)))),
        Curve("one", "A single point", "x", "y", (("ours", ((2.0, 5.0),)),)),
        Bars("b", "Cost", "ms", (("naive", 250.0), ("ours", 50.0))),
    ],
    ids=lambda chart: chart.name,
)
def test_a_chart_is_well_formed_and_inside_its_view_box(chart: Curve | Bars) -> None:
    drawing = ElementTree.fromstring(svg.draw(chart))
    _, _, width, height = map(float, drawing.attrib["viewBox"].split())
    for mark in (*drawing.iter(f"{SVG}circle"), *drawing.iter(f"{SVG}text")):
        x, y = (float(mark.get(f"c{axis}") or mark.get(axis) or "nan") for axis in "xy")
        assert 0 <= x <= width
        assert 0 <= y <= height
    assert any(chart.title in (text.text or "") for text in drawing.iter(f"{SVG}text"))


def test_labels_of_lines_that_end_together_do_not_overlap_and_keep_their_order() -> None:
    lines = tuple((name, ((1.0, 5.0), (2.0, value))) for name, value in (("b", 0.1), ("a", 0.3), ("c", 0.0)))
    drawing = ElementTree.fromstring(svg.draw(Curve("n", "Names", "x", "y", lines)))
    named = {text.text: text for text in drawing.iter(f"{SVG}text") if text.text in set("abc")}
    heights = [float(named[name].attrib["y"]) for name in "abc"]
    assert heights == sorted(heights)
    assert min(heights[1] - heights[0], heights[2] - heights[1]) >= 15
    assert heights[-1] <= svg.HEIGHT - 40, "above the numbers at the foot"


def test_each_chart_has_a_background_and_colours_for_light_and_dark() -> None:
    drawing = svg.draw(SIZES)
    assert "prefers-color-scheme: dark" in drawing
    for name in ("ground", "text", "rule", "c0"):
        assert drawing.count(f".{name}{{") == 2


def test_equal_factors_are_equal_distances_on_a_logarithmic_axis() -> None:
    drawing = ElementTree.fromstring(svg.draw(SIZES))
    first, second, third = (float(dot.attrib["cx"]) for dot in drawing.iter(f"{SVG}circle"))
    assert second - first == pytest.approx(third - second)


def test_bars_are_as_long_as_their_values() -> None:
    drawing = ElementTree.fromstring(svg.draw(Bars("b", "Cost", "ms", (("naive", 250.0), ("ours", 50.0)))))
    naive, ours = (float(bar.attrib["width"]) for bar in list(drawing.iter(f"{SVG}rect"))[1:])
    assert ours / naive == pytest.approx(0.2, abs=0.01)

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from typing import Any

import pytest

from phx_scraper.exporters import NeutralCsvItemExporter, neutral


@pytest.mark.parametrize("text", [
    "=1+1", "@SUM(A1)", "+1-1", "-1+1", "\t=1", "\r=1", "\n=1", "=", "-", "+", "+1 602 555 0100", "-1,200", "--1",
    "=-1", "+1e", "-.", "\uff1d1+1", "-0x1f", "-1\n", "-cmd|' /C calc'!A0",
])  # fmt: skip
def test_what_a_spreadsheet_would_run_gets_a_quote(text: str) -> None:
    assert neutral(text) == f"'{text}"


@pytest.mark.parametrize("cell", [
    "", "4732 W Davis Rd", "'=1", " =1", "1+1", "a=1", "-112.07", "+1", "-.5", "-1.", "-1e-7", "+12E+3", "#1", "–1",
    -112.07, -1, 0, None, True, [1], {"=": 1},
])  # fmt: skip
def test_everything_else_stays_as_it_is(cell: Any) -> None:
    assert neutral(cell) is cell


def test_what_is_no_text_is_judged_by_the_text_that_csv_makes_of_it() -> None:
    class Odd:
        def __str__(self) -> str:
            return "=1+1"

    assert neutral(Odd()) == "'=1+1"


@pytest.mark.parametrize(("formulas", "expected"), [(False, "'=a;b"), (True, "=a;b")])
def test_scrapys_options_of_csv_feeds_are_kept(formulas: bool, expected: str) -> None:
    file = BytesIO()
    exporter = NeutralCsvItemExporter(file, formulas=formulas, delimiter=";", fields_to_export={"a": "=head", "b": "n"})
    exporter.start_exporting()
    exporter.export_item({"a": "=a;b", "b": -1.5})
    exporter.finish_exporting()
    head, row = csv.reader(StringIO(file.getvalue().decode(), newline=""), delimiter=";")
    assert head == ["=head" if formulas else "'=head", "n"]
    assert row == [expected, "-1.5"]

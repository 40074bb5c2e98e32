"""Numbers, days and other people's texts, as pages write them; what is none of these breaks no page."""

from __future__ import annotations

from typing import Any

import pytest

from phx_scraper.report.home_facts import fact_rows, shown
from phx_scraper.report.text_filters import day_and_hour, dollars, number, shortened, source_name
from tests.unit.storage.catalogue_helpers import listing

LONG = "w" * 10_000


@pytest.mark.parametrize(
    ("value", "written", "as_price"),
    [
        (524900, "524,900", "$524,900"),
        (2.75, "2.75", "$2.75"),
        (2.5, "2.5", "$2.5"),
        (2.0, "2", "$2"),
        ("n/a", "n/a", "n/a"),
        (True, "True", "True"),
        (float("inf"), "inf", "inf"),
        (float("nan"), "nan", "nan"),
        ([1], "[1]", "[1]"),
        (10**400, f"1{'0' * 78}…", f"1{'0' * 78}…"),
    ],
)
def test_numbers(value: Any, written: str, as_price: str) -> None:
    assert (number(value), dollars(value)) == (written, as_price)


@pytest.mark.parametrize(
    ("name", "value", "written"),
    [
        ("price", 1, "$1"),
        ("area_sqft", 1764.0, "1,764 sq ft"),
        ("year_built", 1956.0, "1956"),
        ("year_built", "old", "old"),
        ("status", "for_sale", "for sale"),
        ("status", {"a": [1]}, "{'a': [1]}"),
        ("ids.apn", "1_2", "1_2"),
    ],
)
def test_facts(name: str, value: Any, written: str) -> None:
    assert shown(name, value) == written


@pytest.mark.parametrize("value", [LONG, [LONG], {"a": LONG}, float("nan"), None, "", 1e308])
def test_no_fact_breaks_the_table_or_fills_the_page(value: Any) -> None:
    facts = dict.fromkeys(("price", "beds", "latitude", "longitude", LONG), value)
    rows = fact_rows({"zillow": listing("zillow", (), facts=facts), "redfin": listing("redfin", ())}, {})
    assert all(len(text) <= 330 for row in rows for text in (row["label"], *row["values"]))


def test_texts() -> None:
    assert (shortened("abcdef", 4), shortened("abcd", 4)) == ("abc…", "abcd")
    assert (source_name("phoenix_mls"), source_name("zillow")) == ("Phoenix MLS", "Zillow")
    assert (day_and_hour(None), day_and_hour(0.0)[-5:-2].count(":")) == ("", 1)

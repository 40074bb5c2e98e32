"""Properties as programs name them: from parts, a text, a row; lists with bad rows."""

from __future__ import annotations

from pathlib import Path

import pandas
import pytest

from phx_scraper import Property, PropertyLoader
from phx_scraper.errors import AddressError, UsageError

ADDRESS = "4732 W Davis Rd, Glendale, AZ 85306"


@pytest.mark.parametrize(
    "made",
    [
        lambda: Property("4732 W Davis Rd", "Glendale", "AZ", "85306"),
        lambda: Property.from_text(ADDRESS),
        lambda: Property.from_row({"street": "4732 W Davis Rd", "city": "Glendale", "state": "AZ", "zip": 85306}),
        lambda: Property.from_row({"full_address": ADDRESS, "beds": None}),
    ],
)
def test_every_form_names_the_same_home(made) -> None:
    assert made().full_address == ADDRESS
    assert made() == Property.from_text(ADDRESS)
    assert made().property_hash == Property.from_text(ADDRESS).property_hash


def test_other_columns_are_kept() -> None:
    assert Property.from_row({"full_address": ADDRESS, "price": "$475,000"}).extras["price"] == "$475,000"


def test_a_unit_survives_the_way_to_parts_and_back() -> None:
    unit = Property.from_text("1130 N 2nd St Unit 306, Phoenix, AZ 85004")
    assert Property(unit.street, unit.city, unit.state, unit.zip_code).property_hash == unit.property_hash


@pytest.mark.parametrize("text", ["", "nowhere", "4732 W Davis Rd, Glendale, AZ 85306\n1 N 1st St, Phoenix, AZ 85004"])
def test_what_is_no_address_is_said_with_an_example(text: str) -> None:
    with pytest.raises(AddressError, match="4732 W Davis Rd"):
        Property.from_text(text)


def test_a_list_gives_its_homes_and_names_its_bad_rows(tmp_path: Path) -> None:
    (tmp_path / "homes.csv").write_text(f'full_address\n"{ADDRESS}"\nnowhere\n', encoding="utf-8")
    loader = PropertyLoader()
    assert [home.full_address for home in loader.load_from_csv(tmp_path / "homes.csv")] == [ADDRESS]
    assert [error.row for error in loader.errors] == [3]


def test_a_list_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="homes"):
        PropertyLoader().load_from_csv(tmp_path / "homes.csv")


@pytest.mark.parametrize("nothing", [None, float("nan"), pandas.NA, pandas.NaT])
def test_what_tables_put_where_nothing_is_is_empty(nothing: object) -> None:
    row = {"street": "4732 W Davis Rd", "city": "Glendale", "zip": 85306.0, "unit": nothing, "notes": nothing}
    made = Property.from_row(row)
    assert (made.full_address, made.extras["notes"]) == (ADDRESS, "")


def test_numbers_may_be_numbers() -> None:
    made = Property("4732 W Davis Rd", "Glendale", "AZ", 85306, {"price": 475000.0, 5: "five"})
    assert (made.full_address, made.extras) == (ADDRESS, {"price": "475000", "5": "five"})

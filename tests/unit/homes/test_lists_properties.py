"""Whatever the header and the spelling, no reading ever merges rows that differ in number or unit."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phx_scraper.homes import read_addresses

Cells = dict[str, str]

NUMBERS = ("6120", "6121", "6120A", "6120 1/2", "61", "0", "0000", "612-0")
# Each unit in the spellings that stand for it, in a cell of its own.
UNITS: dict[str, tuple[str, ...]] = {
    "": ("", "nan", "None", "NULL", "\\N", "N/A", "-", "--", "0", "Unit -", "#--"),
    "5": ("5", "5.0", "#5", "Apt 5", "Unit 005", "Ste 5", "Unit #5"),
    "50": ("50", "Apt 50", "# 050"),
    "5B": ("5B", "5-B", "Apt 5 B"),
    "B": ("B", "#B", "Apt B"),
    "6": ("6", "6.0", "Lot 6", "Sp 6"),
    "Bldg 5": ("Bldg 5", "Building 5"),
    "Bldg 5 Unit 6": ("Bldg 5 Apt 6", "Building 5 #6"),
    "Fl 2": ("2nd Floor", "Fl 2"),
    "?": ("A,B", "5, 6", "5 & 6", "c/o Smith", "see notes", "12x34x56"),
}
NAMES = (("W", "Elm", "Dr"), ("N", "37th", "Way"), ("E", "Joan De Arc", "Ave"), ("", "Avenida Del Sol", ""))
Street = tuple[str, str, str]
Row = tuple[str, Street, tuple[str, str], tuple[str, str]]
Header = Callable[[str, Street, str], Cells]


def line(number: str, street: Street) -> str:
    return " ".join(part for part in (number, *street) if part)


def behind(text: str, unit: str) -> str:
    """A unit written into the street line needs its designator."""
    return f"{text} {unit if not unit or (unit[0] in '#ABFLUS2' and len(unit) > 1) else f'Unit {unit}'}".strip()


HEADERS: dict[str, Header] = {
    "unit": lambda number, street, unit: {"Address": line(number, street), "Unit": unit},
    "second": lambda number, street, unit: {"Address 1": line(number, street), "Address 2": unit},
    "line 2": lambda number, street, unit: {"AddressLine2": unit, "AddressLine1": line(number, street)},
    "property": lambda number, street, unit: {
        "Mailing Address": "1 N Oak Ave", "Property Address": line(number, street), "Property Unit": unit,
    },
    "owner": lambda number, street, unit: {
        "Address": "1 N Oak Ave", "Unit": unit, "Property Address": line(number, street), "Property City": "Glendale",
        "Property Zip": "85306",
    },
    "pieces": lambda number, street, unit: {
        "House Number": number, "Compass": street[0], "Street Name": street[1], "St Suffix": street[2], "Unit #": unit,
    },
    "two units": lambda number, street, unit: {"Street": line(number, street), "Apt": unit, "Suite": ""},
    "in the line": lambda number, street, unit: {"Address": behind(line(number, street), unit)},
    "full and unit": lambda number, street, unit: {
        "full_address": f"{line(number, street)}, Glendale, AZ 85306", "unit": unit,
    },
    "both": lambda number, street, unit: {
        "UnparsedAddress": behind(line(number, street), unit), "StreetNumber": number, "StreetDirPrefix": street[0],
        "StreetName": street[1], "StreetSuffix": street[2], "UnitNumber": unit,
    },
}  # fmt: skip

ROWS = st.lists(
    st.tuples(
        st.sampled_from(NUMBERS),
        st.sampled_from(NAMES),
        st.sampled_from([(unit, cell) for unit, cells in UNITS.items() for cell in cells]),
        st.sampled_from([("Glendale", "85306"), ("", "85306"), ("Glendale", ""), ("Peoria", "85306")]),
    ),
    min_size=2,
    max_size=12,
)


def listed(header: str, rows: list[Row]) -> bytes:
    texts = [
        HEADERS[header](number, street, cell) | {"City": city, "State": "AZ", "Zip": zip_code}
        for number, street, (_, cell), (city, zip_code) in rows
    ]
    out = io.StringIO()
    writer = csv.DictWriter(out, texts[0])
    writer.writeheader()
    writer.writerows(texts)
    return out.getvalue().encode()


@pytest.mark.parametrize("header", [name for name in HEADERS if name != "owner"])
@pytest.mark.parametrize(("unit", "cell"), [("", ""), ("5", "Apt 5"), ("5B", "5-B"), ("Bldg 5 Unit 6", "Bldg 5 Apt 6")])
@pytest.mark.parametrize("street", NAMES)
def test_a_clear_row_is_read(header: str, street: Street, unit: str, cell: str) -> None:
    """Of an owner's list the unit's column may be of either address."""
    homes, errors = read_addresses(listed(header, [("6120", street, (unit, cell), ("Glendale", "85306"))]))
    assert errors == []
    assert [(home.parsed.number, home.parsed.unit) for home in homes] == [("6120", unit)]


@pytest.mark.parametrize("header", HEADERS)
@settings(max_examples=60)
@given(rows=ROWS)
def test_rows_that_differ_in_number_or_unit_stay_apart(header: str, rows: list[Row]) -> None:
    homes, errors = read_addresses(listed(header, rows))
    told = {row: (home.parsed.number.upper(), home.parsed.unit) for home in homes for row in home.rows}
    for row, said in told.items():
        number, _, (unit, _), _ = rows[row - 2]
        assert said == (number, unit)
    clear = {row for row, (number, _, pair, _) in enumerate(rows, 2) if number == "6120" and pair == ("5", "Apt 5")}
    assert clear <= set(told) or header == "owner"
    assert sorted([*told, *(error.row for error in errors)]) == list(range(2, len(rows) + 2))

"""Homes that a job took are read again as they are, whatever the other columns of their list are called."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phx_scraper.errors import UsageError
from phx_scraper.homes import Home, is_kept_list, read_addresses, read_kept_list, write_kept_list
from phx_scraper.homes.kept_list import SUFFIX

# Each has a second column for a part that the address has from the first.
LISTS = (
    "street,city,zip,municipality\n4560 E Sunrise Dr,Phoenix,85044,Tempe\n",
    "town,street,city,state,zip\nGlendale,4732 W Davis Rd Unit 7,,AZ,85306\n",
    "street,zip,postal_code,zip5\n4560 E Sunrise Dr,85044,85048,\n",
    "street,city,zip,st,state\n4560 E Sunrise Dr,Phoenix,85044,NM,AZ\n",
    "street,street,city,zip\n4560 E Sunrise Dr,1 W Elm St,Phoenix,85044\n",
    "street,city,zip,lot,unit id\n4560 E Sunrise Dr,Phoenix,85044,3,4\n",
    "Property Address,Property City,Property Zip,Address,Full Address\n1 W Elm St,Mesa,85201,2 W Elm St,\n",
)
NAMES = ("town", "city", "zip", "zip5", "state", "st", "street", "address", "full_address", "unit", "lot", "number")


def again(folder: Path, homes: list[Home]) -> list[Home]:
    path = folder / f"list{SUFFIX}"
    write_kept_list(path, [(home.address, home.extras) for home in homes])
    found, errors = read_kept_list(path)
    assert errors == []
    return found


def told(homes: list[Home]) -> list[tuple[object, ...]]:
    return [(home.address, home.property_hash, home.parsed, home.extras) for home in homes]


@pytest.mark.parametrize("text", LISTS)
def test_columns_that_name_a_part_of_an_address_change_none(tmp_path: Path, text: str) -> None:
    homes, errors = read_addresses(text.encode())
    assert (len(homes), errors) == (1, [])
    assert homes[0].extras
    assert told(again(tmp_path, homes)) == told(homes)


@given(st.dictionaries(st.sampled_from(NAMES) | st.text(), st.text(st.characters(exclude_categories=()))))
def test_other_columns_come_back_unchanged(tmp_path_factory: pytest.TempPathFactory, extras: dict[str, str]) -> None:
    [home] = read_addresses(b'full_address\n"4560 E Sunrise Dr, Phoenix, AZ 85044"\n')[0]
    homes = [Home(home.address, home.property_hash, home.parsed, home.rows, extras), home]
    assert told(again(tmp_path_factory.mktemp("kept"), homes)) == told(homes)


def test_an_address_that_would_be_another_one_is_no_home(tmp_path: Path) -> None:
    path = tmp_path / f"list{SUFFIX}"
    write_kept_list(path, [("no address", {}), ("1 West Elm Street, Mesa, AZ 85201", {})])
    homes, errors = read_kept_list(path)
    assert homes == []
    assert [(error.row, error.text) for error in errors] == [
        (1, "no address"),
        (2, "1 West Elm Street, Mesa, AZ 85201"),
    ]
    assert errors[1].reason == "it would be read as '1 W Elm St, Mesa, AZ 85201'; write the address in full"


@pytest.mark.parametrize("text", ["full_address", '"a"', "[]", '["a", 5]', '{"a": {}}', "\xff"])
def test_another_file_of_that_name_is_a_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / f"list{SUFFIX}"
    path.write_bytes(text.encode("latin-1"))
    assert is_kept_list(path)
    with pytest.raises(UsageError, match="is no list of homes that was kept"):
        read_kept_list(path)

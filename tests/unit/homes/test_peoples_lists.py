"""Lists with the headers and cells that people, portals and exports write: read, or refused by name."""

from __future__ import annotations

import pytest

from phx_scraper.errors import UsageError
from phx_scraper.homes import Home, RowError, read_addresses
from tests.captures import CAPTURES

ELM = "6120 W Elm Dr, Glendale, AZ 85306"
FIELD_CASES = CAPTURES.parent / "field-cases"


def read(text: str) -> tuple[list[Home], list[RowError]]:
    return read_addresses(text.encode())


def refused(text: str) -> str:
    with pytest.raises(UsageError) as caught:
        read(text)
    return str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "Property Address,City,State,Zip\n6120 W Elm Dr,Glendale,AZ,85306",
        "Property Address,City,Zip\n6120 W Elm Dr,Glendale,85306",
        'Property Address\n"6120 W Elm Dr, Glendale, AZ 85306"',
        'Property Address,City,Zip\n"6120 W Elm Dr, Glendale, AZ 85306",Glendale,85306',
        "Owner Name,Property Address,Property City,Property State,Property Zip\nX,6120 W Elm Dr,Glendale,AZ,85306",
        "Situs Address,Situs City,Situs Zip\n6120 W Elm Dr,Glendale,85306",
        "SITUSADDRESS,SITUSCITY,SITUSZIP\n6120 W ELM DR,GLENDALE,85306",
        "Site Address,Site City,Site State,Site Zip Code\n6120 W Elm Dr,Glendale,AZ,85306",
        "Mailing Address,Mailing City,Mailing Zip,Property Address,Property City,Property Zip\n"
        "1 N Oak Ave,Mesa,85201,6120 W Elm Dr,Glendale,85306",
        "Address,City,State,Zip,Property Address,Property City,Property State,Property Zip\n"
        "1 N Oak Ave,Mesa,AZ,85201,6120 W Elm Dr,Glendale,AZ,85306",
        "Address,City,Zip,Mailing Address,Mailing Unit,Mailing City,Mailing Zip\n"
        "6120 W Elm Dr,Glendale,85306,1 N Oak Ave,7,Mesa,85201",
        "PHYSICAL_STREET_NUM,PHYSICAL_STREET_DIR,PHYSICAL_STREET_NAME,PHYSICAL_STREET_TYPE,PHYSICAL_CITY,PHYSICAL_ZIP\n"
        "6120,W,ELM,DR,GLENDALE,85306",
        "Address 1,Address 2,City,State,Zip\n6120 W Elm Dr,,Glendale,AZ,85306",
        'Address Line 1,Address Line 2\n6120 W Elm Dr,"Glendale, AZ 85306"',
        "House Number,Compass,Street Name,St Suffix,Unit #,City/Town Code,State,Zip Code\n"
        "6120,W,Elm,DR,,Glendale,AZ,85306",
        "StreetNumber,StreetDirPrefix,StreetName,StreetSuffix,StreetDirSuffix,UnitNumber,City,StateOrProvince,PostalCode\n"
        "6120,W,Elm,Dr,,,Glendale,AZ,85306",
        'UnparsedAddress,City,StateOrProvince,PostalCode\n"6120 W Elm Dr, Glendale, AZ 85306",Glendale,AZ,85306',
        "UnparsedAddress,City,StateOrProvince,PostalCode\n6120 W Elm Dr,Glendale,AZ,85306",
        "StreetNumber,StreetDirPrefix,StreetName,StreetSuffix,City,PostalCode,UnparsedAddress\n"
        "6120.0,W,Elm,Dr,Glendale,85306.0,6120 W Elm Drive",
        "zpid,addressStreet,addressCity,addressState,addressZipcode\n1,6120 W Elm Dr,Glendale,AZ,85306",
        'zpid,address,addressStreet,addressCity,addressState,addressZipcode\n1,"6120 W Elm Dr, Glendale, AZ 85306",'
        "6120 W Elm Dr,Glendale,AZ,85306",
        "address/streetAddress,address/city,address/state,address/zipcode\n6120 W Elm Dr,Glendale,AZ,85306",
        "hdpData.homeInfo.streetAddress,hdpData.homeInfo.city,hdpData.homeInfo.zipcode\n6120 W Elm Dr,Glendale,85306",
        'Location\n"6120 W Elm Dr, Glendale, AZ 85306"',
        'Location,Price\n"6120 W Elm Dr, Glendale, AZ 85306",1',
        'Address,CityStateZip\n6120 W Elm Dr,"Glendale, AZ 85306"',
        "Street,City State Zip\n6120 W Elm Dr,Glendale AZ 85306",
        'Street,"City, State, Zip"\n6120 W Elm Dr,"Glendale, AZ, 85306"',
        "Address,Town,Zip\n6120 W Elm Dr,Glendale,85306",
        "Address,City,Postal\n6120 W Elm Dr,Glendale,85306",
        "Address,City,St,Zip\n6120 W Elm Dr,Glendale,AZ,85306",
        "House No,Street,City,Zip\n6120,W Elm Dr,Glendale,85306",
        "House No,Street,City,Zip\n6120,6120 W Elm Dr,Glendale,85306",
        "NUMBER,STREET,UNIT,CITY,POSTCODE\n6120,W Elm Dr,,Glendale,85306",
        "NUMBER,STREET,CITY,POSTCODE\n1,6120 W Elm Dr,Glendale,85306",
        "Number,Dir,Street Name,Street Type,City,Zip\n6120,W,Elm,Dr,Glendale,85306",
        "Home Address,Home City,Home Zip\n6120 W Elm Dr,Glendale,85306",
        "addr:housenumber,addr:street,addr:city,addr:postcode\n6120,West Elm Drive,Glendale,85306",
        "Address,City,Zip,Units,Unit Type,Lot,Parking Space\n6120 W Elm Dr,Glendale,85306,2,Apt,17,B",
        "6120 W Elm Dr, Glendale, AZ 85306",
        '"6120 W Elm Dr, Glendale, AZ 85306"\n',
        "My homes\nAddress,City,Zip\n6120 W Elm Dr,Glendale,85306",
        "Homes for sale,,\n,,\nAddress,City,Zip\n6120 W Elm Dr,Glendale,85306",
        "Exported 1 May 2026;;\nAddress;City;Zip\n6120 W Elm Dr;Glendale;85306",
    ],
)
def test_headers_that_people_have_are_read(text: str) -> None:
    homes, errors = read(text)
    assert errors == []
    assert [home.address for home in homes] == [ELM]


def test_a_city_code_is_no_city() -> None:
    homes, errors = read("House Number,Compass,Street Name,St Suffix,City/Town Code,Zip Code\n6120,W,Elm,DR,GLN,85306")
    assert errors == []
    assert [home.address for home in homes] == ["6120 W Elm Dr, AZ 85306"]


@pytest.mark.parametrize(
    "header",
    [
        "Address,Address 2,City,Zip", "Address 1,Address 2,City,Zip", "Address,Address2,City,Zip",
        "Address Line 1,Address Line 2,City,Zip", "AddressLine1,AddressLine2,City,Zip", "Street,Street 2,City,Zip",
        "Street Address,Street Address 2,City,Zip", "Street Address,Street Address Line 2,City,Zip",
        "Address,Suite,City,Zip", "Address,Ste,City,Zip", "Address,Unit #,City,Zip", "Address,Unit No.,City,Zip",
        "Address,UnitNumber,City,Zip", "Address,Apt #,City,Zip", "Address,Apt/Unit,City,Zip",
        "Address,Apartment Number,City,Zip", "Address,Address Unit,City,Zip", "Address,Condo Unit,City,Zip",
        "Property Address,Unit,City,Zip", "Property Address,Property Unit,Property City,Property Zip",
        "Situs Address,Situs Unit #,Situs City,Situs Zip", "Property Address 1,Property Address 2,City,Zip",
        "UnparsedAddress,UnitNumber,City,PostalCode", "full_address,unit,city,zip", "Address,Space #,City,Zip",
        "Address,Spc,City,Zip", "Address,Condo #,City,Zip", "Address,Address (cont.),City,Zip",
        "Address,Address Continued,City,Zip", "Address,Secondary Address,City,Zip",
        "Street,Additional Address,City,Zip",
        "Home Address,Home Unit,Home City,Home Zip", "addr:street,addr:unit,addr:city,addr:postcode",
    ],
)  # fmt: skip
def test_a_second_address_column_is_the_unit(header: str) -> None:
    homes, errors = read(
        f"{header}\n6120 W Elm Dr,Apt 5,Glendale,85306\n6120 W Elm Dr,#6,Glendale,85306\n"
        "6120 W Elm Dr,7.0,Glendale,85306\n6120 W Elm Dr,,Glendale,85306\n"
    )
    assert errors == []
    assert [home.parsed.unit for home in homes] == ["5", "6", "7", ""]


def test_a_unit_beside_a_full_address_counts() -> None:
    homes, errors = read(f'full_address,unit\n"{ELM}",5\n"{ELM}",6\n"6120 W Elm Dr Unit 7, Glendale, AZ 85306",7\n')
    assert errors == []
    assert [home.parsed.unit for home in homes] == ["5", "6", "7"]


def test_a_building_and_a_unit_of_two_columns() -> None:
    homes, errors = read("Address,Bldg,Unit,City,Zip\n6120 W Elm Dr,3,12,Glendale,85306\n")
    assert errors == []
    assert homes[0].parsed.unit == "Bldg 3 Unit 12"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Address,Address 2,City,Zip\n6120 W Elm Dr,c/o Smith,Glendale,85306", "the column Address 2 says 'c/o Smith'"),
        ('Address,Unit,City,Zip\n6120 W Elm Dr,"5, 6",Glendale,85306', "the column Unit says '5, 6'"),
        ("Address,Unit,City,Zip\n6120 W Elm Dr Apt 4,5,Glendale,85306", "two units, 4 and 5"),
        ("Address,Suite,Unit,City,Zip\n6120 W Elm Dr,4,5,Glendale,85306", "two units, 4 and 5"),
        (
            "Address,Unit,City,Zip,Property Address,Property City,Property Zip\n1 N Oak Ave,5,Mesa,85201,6120 W Elm Dr,"
            "Glendale,85306",
            "of which address the column Unit is",
        ),
        ("Address,City,Zip,Where\n6120 W Elm Dr,Glendale,85306,Apt 5", "the column Where says 'Apt 5', a unit"),
        ("No.,Address,City,Zip\n3,W Elm Dr,Glendale,85306", "no house number"),
        ("No.,Address,City,Zip\n3,Undisclosed,Glendale,85306", "not disclosed"),
        ("Address,City,Zip\n,Phoenix,85001", "no address in the row: the column Address is empty"),
        ("Address,City,Zip\nnan,Phoenix,85001", "no address in the row: the column Address is empty"),
        ("Address,City,Zip\nUndisclosed,Phoenix,85001", "the address is not disclosed"),
        ("Address,City,Zip\nPlan 4022 Plan,Phoenix,85001", "a builder's plan"),
        ("Address,City,Zip\nTBD N 12th St Lot 4,Phoenix,85001", "no house number"),
        ("Address,City,Zip\n6120 W Elm Dr,Glendale,8530", "the zip 8530 has 4 digits, not 5"),
        ("Address,City,Zip\n6120 W Elm Dr,Glendale,8530X", "the zip '8530X'"),
        ("Address,City,Zip\n6120 W Elm Dr Apt,Glendale,85306", "the unit cannot be read"),
        ("Address,City,Zip\n0 W Elm Dr,Glendale,85306", "the house number is 0"),
        ("House Number,Street Name,City,Zip\n0,Elm,Glendale,85306", "the house number is 0"),
        ("House Number,Street Name,City,Zip\n,Elm,Glendale,85306", "no house number"),
        ("House Number,Street Name,City,Zip\n6120,,Glendale,85306", "no street name"),
        ("Address,Property Address,City,Zip\n1 N Oak Ave,6120 W Elm Dr,Glendale,85306", "1 N Oak Ave"),
        ("Address,City,Zip\n6120 W Elm Dr,Glendale (Phoenix),85306", "two cities"),
        ('Address,City,Zip\n"6120 W Elm Dr, Mesa, AZ 85201",Glendale,85306', "85201"),
    ],
)
def test_a_row_that_would_have_to_be_guessed_is_refused_by_name(text: str, reason: str) -> None:
    homes, errors = read(text)
    assert homes == []
    assert [error.row for error in errors] == [2]
    assert reason in errors[0].reason


@pytest.mark.parametrize(
    "cell", ["nan", "NaN", "None", "none", "NULL", "\\N", "N/A", "n/a", "#N/A", "-", "--", "—", "0", "0.0"]
)
@pytest.mark.parametrize("column", ["unit", "city", "state"])
def test_a_placeholder_cell_is_empty(cell: str, column: str) -> None:
    cells = {"address": "6120 W Elm Dr", "unit": "", "city": "Glendale", "state": "AZ", "zip": "85306"} | {column: cell}
    homes, errors = read(f"{','.join(cells)}\n{','.join(cells.values())}\n")
    assert errors == []
    assert homes[0].address == ("6120 W Elm Dr, AZ 85306" if column == "city" else ELM)


@pytest.mark.parametrize("cell", ["nan", "NULL", "\\N", "N/A", "-", "0", "00000", "None"])
def test_a_placeholder_zip_is_empty(cell: str) -> None:
    homes, errors = read(f"address,city,state,zip\n6120 W Elm Dr,Glendale,AZ,{cell}\n")
    assert errors == []
    assert homes[0].address == "6120 W Elm Dr, Glendale, AZ"


@pytest.mark.parametrize(
    "unit", ["Unit -", "UNIT", "Unit N/A", "-- #-", "#--", "Unit '-'", "# -", "Unit #", "Unit None"]
)
def test_a_placeholder_unit_is_no_unit(unit: str) -> None:
    homes, errors = read(f'address,city,zip\n"6120 W Elm Dr {unit}",Glendale,85306\n')
    assert errors == []
    assert homes[0].address == ELM


def test_lots_without_a_number_are_never_one_home() -> None:
    rows = "".join(
        f"{number} W Larkspur Ave,Phoenix,AZ,85029\n" for number in ("0", "00", "0000", "0A", "0-0", "0 1/2")
    )
    homes, errors = read(f"ADDRESS,CITY,STATE OR PROVINCE,ZIP OR POSTAL CODE\n{rows}")
    assert homes == []
    assert [error.row for error in errors] == [2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize("header", ["Lot", "Lot #", "Door", "Floor", "Room No.", "Unit ID", "Tower"])
def test_rows_of_one_address_that_may_be_of_two_units_are_named(header: str) -> None:
    rows = "".join(f"6120 W Elm Dr,{cell},Glendale,85306\n" for cell in ("5", "6", "", "5"))
    homes, errors = read(f"Address,{header},City,Zip\n{rows}1 N Oak Ave,7,Mesa,85201\n1 N Oak Ave,7,Mesa,85201\n")
    assert [home.rows for home in homes] == [(6, 7)]
    assert [error.row for error in errors] == [2, 3, 4, 5]
    assert f"differ in the column {header}; name it Unit" in errors[0].reason


def test_the_download_of_a_portal() -> None:
    header = (
        "SALE TYPE,PROPERTY TYPE,ADDRESS,CITY,STATE OR PROVINCE,ZIP OR POSTAL CODE,PRICE,LOCATION,URL (SEE https://x/y"
        " FOR INFO ON PRICING),SOURCE,MLS#\n"
    )
    rows = (
        '"In accordance with local MLS rules, some MLS listings are not included in the download",,,,,,,,,,',
        "MLS Listing,Condo/Co-op,6120 W Elm Dr #14,Glendale,AZ,85306,1,LAKES,u,ARMLS,6600001",
        "MLS Listing,Land,0 W Elm Dr -- #-,Glendale,AZ,85306,1,X,u,ARMLS,6600002",
        "New Construction Plan,House,Plan 4022 Plan,Buckeye,AZ,85326,1,X,u,Builder,",
        "MLS Listing,House,Undisclosed,Goodyear,AZ,85338,1,X,u,ARMLS,6600003",
        "MLS Listing,Land,,Phoenix,AZ,85085,1,X,u,ARMLS,6600004",
    )
    homes, errors = read(header + "\n".join(rows))
    assert [home.address for home in homes] == ["6120 W Elm Dr Unit 14, Glendale, AZ 85306"]
    assert homes[0].extras["LOCATION"] == "LAKES"
    assert [error.row for error in errors] == [2, 4, 5, 6, 7]
    assert "no address in the row" in errors[0].reason
    assert "In accordance with local MLS rules" in errors[0].text


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Owner,Mailing Address,Mailing City,Mailing Zip\nX,1 N Oak Ave,Mesa,85201", "Mailing Address"),
        ("House Number,Street Name,Price\n6120,Elm,1", "House Number"),
        ('Where,Price\n"6120 W Elm Dr, Glendale, AZ 85306",1', "Where, Price"),
    ],
)
def test_a_list_that_as_a_whole_names_no_home_is_refused_with_its_columns(text: str, seen: str) -> None:
    message = refused(text)
    assert seen in message
    assert "name a column full_address, or columns street, city, state and zip" in message


def test_a_headerless_column_keeps_every_row_and_names_what_is_none() -> None:
    homes, errors = read(f'My homes\n{ELM}\n"4561 E Dune Dr, Phoenix, AZ 85028"\n')
    assert [(home.address, home.rows) for home in homes] == [(ELM, (2,)), ("4561 E Dune Dr, Phoenix, AZ 85028", (3,))]
    assert [error.row for error in errors] == [1]


WANTED = {
    "address-1-2.csv": (["5", "6"], 0), "address-line-2.csv": (["5", "6"], 0), "armls-codes.csv": ([""], 0),
    "doubled-parts.csv": (["", "E118", "", ""], 0), "headerless.csv": (["", ""], 0), "no-city.csv": ([""], 0),
    "placeholder-cells.csv": (["", "", "12", "", "", "", "", ""], 0), "property-address.csv": (["", ""], 0),
    "property-columns.csv": (["", ""], 0), "redfin-gis.csv": (["", "1405", "2311"], 5), "reso.csv": ([""], 0),
    "type-inside-name.csv": ([""], 0), "unit-placeholder.csv": (["", "", ""], 0), "with-city.csv": ([""], 0),
    "zero-number.csv": ([], 3),
}  # fmt: skip


@pytest.mark.skipif(not FIELD_CASES.is_dir(), reason="the collected lists are not beside this checkout")
@pytest.mark.parametrize("name", sorted(WANTED))
def test_the_collected_lists(name: str) -> None:
    homes, errors = read_addresses(FIELD_CASES / name)
    units, refusals = WANTED[name]
    assert [home.parsed.unit for home in homes] == units
    assert len(errors) == refusals
